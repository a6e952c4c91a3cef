import { Module } from '@nestjs/common';
import { NominationsModule } from '../nominations/nominations.module.js';
import { ApprovalService } from './approval.service.js';
import { GrantsController } from './grants.controller.js';
import { GrantsRepository } from './grants.repository.js';
import { GrantsService } from './grants.service.js';

@Module({
  imports: [NominationsModule],
  controllers: [GrantsController],
  providers: [ApprovalService, GrantsRepository, GrantsService],
  exports: [GrantsRepository],
})
export class GrantsModule {}
