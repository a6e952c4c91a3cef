import { Module } from '@nestjs/common';
import { SessionController } from './session.controller.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  controllers: [SessionController, SessionsController],
  providers: [SessionCookie, SessionsRepository, SessionsService],
  exports: [SessionCookie, SessionsService],
})
export class IdentityModule {}
