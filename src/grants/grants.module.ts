import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { NominationsModule } from '../nominations/nominations.module.js';
import { ApprovalService } from './approval.service.js';
import { EndingsRepository } from './endings.repository.js';
import { GivingService } from './giving.service.js';
import { GrantsController } from './grants.controller.js';
import { GrantsRepository } from './grants.repository.js';
import { GrantsService } from './grants.service.js';
import { PlanApprovalService } from './plan-approval.service.js';
import { PlanNarrowingService } from './plan-narrowing.service.js';
import { SuspensionService } from './suspension.service.js';

@Module({
  imports: [LedgerModule, NominationsModule],
  controllers: [GrantsController],
  providers: [
    ApprovalService,
    EndingsRepository,
    GivingService,
    GrantsRepository,
    GrantsService,
    PlanApprovalService,
    PlanNarrowingService,
    SuspensionService,
  ],
  exports: [GrantsRepository],
})
export class GrantsModule {}
