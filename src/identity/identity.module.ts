import { Module } from '@nestjs/common';
import { SessionController } from './session.controller.js';
import { SessionBindings } from './session-bindings.js';
import { SessionBindingsRepository } from './session-bindings.repository.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  controllers: [SessionController, SessionsController],
  providers: [SessionBindings, SessionBindingsRepository, SessionCookie, SessionsRepository, SessionsService],
  exports: [SessionBindings, SessionCookie, SessionsService],
})
export class IdentityModule {}
