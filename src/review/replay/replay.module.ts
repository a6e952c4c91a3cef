import { Module } from '@nestjs/common';
import { ChangesModule } from '../../changes/changes.module.js';
import { VersionDigests } from '../../changes/version-digests.js';
import { Database } from '../../database/database.js';
import { ReportsDatabase } from '../../database/reports-database.js';
import { Ledger } from '../../ledger/ledger.js';
import { AdoptionRepository } from './adoption.repository.js';
import { AdoptionService } from './adoption.service.js';
import { LedgerReadingRepository } from './ledger-reading.repository.js';
import { MismatchesRepository } from './mismatches.repository.js';
import { MismatchesService } from './mismatches.service.js';
import { ReplayJob } from './replay.job.js';
import { ReplayService } from './replay.service.js';
import { ReplaysController } from './replays.controller.js';
import { ReplaysRepository } from './replays.repository.js';
import { TablesRepository } from './tables.repository.js';

@Module({
  imports: [ChangesModule],
  controllers: [ReplaysController],
  providers: [
    AdoptionRepository,
    AdoptionService,
    LedgerReadingRepository,
    MismatchesRepository,
    MismatchesService,
    ReplayJob,
    ReplaysRepository,
    TablesRepository,
    {
      provide: ReplayService,
      inject: [
        Database, ReportsDatabase, LedgerReadingRepository, TablesRepository, VersionDigests, AdoptionService, MismatchesService,
        ReplaysRepository, Ledger,
      ], // prettier-ignore
      useFactory: (
        database: Database, reports: ReportsDatabase, ledgerReading: LedgerReadingRepository, tables: TablesRepository, digests: VersionDigests,
        adoption: AdoptionService, mismatches: MismatchesService, replays: ReplaysRepository, ledger: Ledger,
      ) =>
        new ReplayService({
          database, reports, comparison: { ledger: ledgerReading, tables, digests }, adoption, mismatches, replays, ledger,
        }), // prettier-ignore
    },
  ],
})
export class ReplayModule {}
