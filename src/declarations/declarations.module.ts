import { Module } from '@nestjs/common';
import { AgreementsModule } from '../agreements/agreements.module.js';
import { ChangesModule } from '../changes/changes.module.js';
import { AmendmentsService } from './amendments.service.js';
import { DeclarationsController } from './declarations.controller.js';
import { DeclarationsRepository } from './declarations.repository.js';
import { DeclarationsService } from './declarations.service.js';
import { SupportCallsController } from './support-calls.controller.js';
import { SupportCallsRepository } from './support-calls.repository.js';
import { SupportCallsService } from './support-calls.service.js';

@Module({
  imports: [AgreementsModule, ChangesModule],
  controllers: [DeclarationsController, SupportCallsController],
  providers: [
    AmendmentsService,
    DeclarationsRepository,
    DeclarationsService,
    SupportCallsRepository,
    SupportCallsService,
  ],
  exports: [DeclarationsRepository, SupportCallsRepository],
})
export class DeclarationsModule {}
