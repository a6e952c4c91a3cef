import { Module } from '@nestjs/common';
import { ChangesModule } from '../../changes/changes.module.js';
import { GrantsModule } from '../../grants/grants.module.js';
import { ReviewModule } from '../review.module.js';
import { DeclarationPageRepository } from './declaration-page.repository.js';
import { DisastersRepository } from './disasters.repository.js';
import { FindingsController } from './findings.controller.js';
import { FindingsRepository } from './findings.repository.js';
import { FindingsService } from './findings.service.js';
import { GrantPageRepository } from './grant-page.repository.js';
import { NegativeTestRepository } from './negative-test.repository.js';
import { NegativeTestService } from './negative-test.service.js';
import { OpeningController } from './opening.controller.js';
import { OpeningRepository } from './opening.repository.js';
import { OpeningService } from './opening.service.js';
import { PagesController } from './pages.controller.js';
import { PagesService } from './pages.service.js';
import { Readings } from './readings.js';
import { ReportsController } from './reports.controller.js';
import { ReportsService } from './reports.service.js';
import { PersonPageRepository } from './person-page.repository.js';
import { PersonPageService } from './person-page.service.js';
import { RetailerReportsRepository } from './retailer-reports.repository.js';
import { RetailerReportsService } from './retailer-reports.service.js';
import { RosterReportsController } from './roster-reports.controller.js';
import { RosterReportsRepository } from './roster-reports.repository.js';
import { RosterReportsService } from './roster-reports.service.js';
import { RetentionRepository } from './retention.repository.js';
import { RetentionService } from './retention.service.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineRepository } from './timeline.repository.js';
import { TimelineService } from './timeline.service.js';
import { TrailsRepository } from './trails.repository.js';
import { TrailsService } from './trails.service.js';
import { UsesRepository } from './uses.repository.js';

@Module({
  imports: [ChangesModule, GrantsModule, ReviewModule],
  controllers: [
    FindingsController,
    OpeningController,
    PagesController,
    ReportsController,
    RosterReportsController,
    TimelineController,
  ],
  providers: [
    Readings,
    FindingsRepository,
    FindingsService,
    OpeningRepository,
    OpeningService,
    DeclarationPageRepository,
    GrantPageRepository,
    PagesService,
    PersonPageRepository,
    PersonPageService,
    RosterReportsRepository,
    RosterReportsService,
    RetailerReportsRepository,
    RetailerReportsService,
    TimelineRepository,
    TimelineService,
    TrailsRepository,
    TrailsService,
    UsesRepository,
    DisastersRepository,
    ReportsService,
    RetentionRepository,
    RetentionService,
    NegativeTestRepository,
    NegativeTestService,
  ],
  exports: [Readings],
})
export class DeskModule {}
