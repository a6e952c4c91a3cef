import { Module } from '@nestjs/common';
import { ChangesModule } from '../../changes/changes.module.js';
import { HoldsController } from './holds.controller.js';
import { HoldsRepository } from './holds.repository.js';
import { HoldsService } from './holds.service.js';
import { PurgesController } from './purges.controller.js';
import { PurgesJob } from './purges.job.js';
import { PurgesRepository } from './purges.repository.js';
import { PurgesService } from './purges.service.js';

@Module({
  imports: [ChangesModule],
  controllers: [HoldsController, PurgesController],
  providers: [HoldsRepository, HoldsService, PurgesRepository, PurgesService, PurgesJob],
  exports: [PurgesRepository],
})
export class RetentionModule {}
