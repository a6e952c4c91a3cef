import { Module } from '@nestjs/common';
import { DeskModule } from '../desk/desk.module.js';
import { AnalysesController } from './analyses.controller.js';
import { AnalysesJob } from './analyses.job.js';
import { AnalysesRepository } from './analyses.repository.js';
import { AnalysesService } from './analyses.service.js';

@Module({
  imports: [DeskModule],
  controllers: [AnalysesController],
  providers: [AnalysesJob, AnalysesRepository, AnalysesService],
})
export class DetectionModule {}
