import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { Heartbeats } from './heartbeats.js';
import { HeartbeatsRepository } from './heartbeats.repository.js';
import { KeptCheckpoint } from './kept-checkpoint.js';
import { Ledger } from './ledger.js';
import { LedgerClockwork } from './ledger-clockwork.js';
import { LedgerController } from './ledger.controller.js';
import { LedgerHealth } from './ledger-health.js';
import { LedgerLag } from './lag.js';
import { CosignaturesRepository } from './outside/cosignatures.repository.js';
import { OutsideClockwork } from './outside/outside-clockwork.js';
import { TimeStamper } from './outside/time-stamper.js';
import { TimeStampsRepository } from './outside/time-stamps.repository.js';
import { TurnsRepository } from './outside/turns.repository.js';
import { Witnesses } from './outside/witnesses.js';
import { PublishedTree } from './published-tree.js';
import { Partitions } from './partitions.js';
import { Publisher } from './publisher.js';
import { Sequencer } from './sequencer.js';
import { SequencerRepository } from './sequencer.repository.js';
import { TreeRepository } from './tree.repository.js';

@Module({
  controllers: [LedgerController],
  providers: [
    SequencerRepository,
    Sequencer,
    TreeRepository,
    CheckpointsRepository,
    {
      provide: KeptCheckpoint,
      inject: [Settings],
      useFactory: (settings: Settings) => new KeptCheckpoint(join(settings.dataFolder, 'ledger-checkpoint')),
    },
    Publisher,
    PublishedTree,
    LedgerLag,
    Partitions,
    LedgerClockwork,
    HeartbeatsRepository,
    {
      provide: Heartbeats,
      inject: [Database, HeartbeatsRepository, Ledger],
      useFactory: (database: Database, beats: HeartbeatsRepository, ledger: Ledger) =>
        new Heartbeats(database, beats, ledger),
    },
    TurnsRepository,
    CosignaturesRepository,
    Witnesses,
    TimeStampsRepository,
    TimeStamper,
    OutsideClockwork,
    LedgerHealth,
  ],
  exports: [
    Publisher,
    PublishedTree,
    LedgerLag,
    LedgerHealth,
    Partitions,
    TreeRepository,
    HeartbeatsRepository,
    OutsideClockwork,
    TimeStampsRepository,
  ],
})
export class LedgerModule {}
