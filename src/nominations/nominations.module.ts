import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { DeclarationsModule } from '../declarations/declarations.module.js';
import { CandidatesService } from './candidates.service.js';
import { NominationsController } from './nominations.controller.js';
import { NominationsRepository } from './nominations.repository.js';
import { NominationsService } from './nominations.service.js';
import { StandingPlansController } from './standing-plans.controller.js';
import { StandingPlansRepository } from './standing-plans.repository.js';
import { StandingPlansService } from './standing-plans.service.js';

@Module({
  imports: [ChangesModule, DeclarationsModule],
  controllers: [NominationsController, StandingPlansController],
  providers: [
    CandidatesService,
    NominationsRepository,
    NominationsService,
    StandingPlansRepository,
    StandingPlansService,
  ],
  exports: [NominationsRepository, NominationsService, StandingPlansRepository, StandingPlansService],
})
export class NominationsModule {}
