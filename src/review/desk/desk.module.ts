import { Module } from '@nestjs/common';
import { ChangesModule } from '../../changes/changes.module.js';
import { OpeningController } from './opening.controller.js';
import { OpeningRepository } from './opening.repository.js';
import { OpeningService } from './opening.service.js';

@Module({
  imports: [ChangesModule],
  controllers: [OpeningController],
  providers: [OpeningRepository, OpeningService],
})
export class DeskModule {}
