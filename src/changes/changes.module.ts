import { Module } from '@nestjs/common';
import { ChangesController } from './changes.controller.js';
import { ChangesRepository } from './changes.repository.js';
import { ChangesService } from './changes.service.js';
import { VersionDigests } from './version-digests.js';
import { VersionDigestsRepository } from './version-digests.repository.js';
import { VersionsRepository } from './versions.repository.js';

@Module({
  controllers: [ChangesController],
  providers: [
    ChangesRepository,
    ChangesService,
    VersionDigests,
    VersionDigestsRepository,
    VersionsRepository,
  ],
  exports: [ChangesService, VersionDigests, VersionsRepository],
})
export class ChangesModule {}
