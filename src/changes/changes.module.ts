import { Module } from '@nestjs/common';
import { ChangesController } from './changes.controller.js';
import { ChangesRepository } from './changes.repository.js';
import { ChangesService } from './changes.service.js';
import { VersionsRepository } from './versions.repository.js';

@Module({
  controllers: [ChangesController],
  providers: [ChangesRepository, ChangesService, VersionsRepository],
  exports: [ChangesService, VersionsRepository],
})
export class ChangesModule {}
