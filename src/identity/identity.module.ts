import { Module } from '@nestjs/common';
import { SessionController } from './session.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  controllers: [SessionController],
  providers: [SessionsRepository, SessionsService],
  exports: [SessionsService],
})
export class IdentityModule {}
