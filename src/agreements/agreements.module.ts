import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { AgreementsController } from './agreements.controller.js';
import { AgreementsRepository } from './agreements.repository.js';
import { AgreementsService } from './agreements.service.js';
import { FieldProfilesController } from './field-profiles.controller.js';
import { FieldProfilesService } from './field-profiles.service.js';
import { FieldRelease } from './field-release.js';
import { FrozenFieldsRepository } from './frozen-fields.repository.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { OrganizationsService } from './organizations.service.js';
import { ProfilesRepository } from './profiles.repository.js';

@Module({
  imports: [ChangesModule],
  controllers: [OrganizationsController, AgreementsController, FieldProfilesController],
  providers: [
    OrganizationsRepository,
    OrganizationsService,
    AgreementsRepository,
    AgreementsService,
    ProfilesRepository,
    FrozenFieldsRepository,
    FieldRelease,
    FieldProfilesService,
  ],
  exports: [ProfilesRepository],
})
export class AgreementsModule {}
