import { Module } from '@nestjs/common';
import { AgreementsModule } from '../agreements/agreements.module.js';
import { ProfilesRepository } from '../agreements/profiles.repository.js';
import { AcceptedClocks } from '../clock/shipped-clock.js';
import { Reference, SealedBox } from '../config/secret-keys.js';
import { Settings } from '../config/settings.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { OauthService } from '../credentials/oauth.service.js';
import { Database } from '../database/database.js';
import { GateConnections } from '../database/gate-connections.js';
import { Ledger } from '../ledger/ledger.js';
import { WheelingConnector } from '../wheeling/wheeling.connector.js';
import { EvaluationController } from './evaluation.controller.js';
import { EvaluationService } from './evaluation.service.js';
import { Gate } from './gate.js';
import { LookupsController } from './lookups.controller.js';
import { LookupsService } from './lookups.service.js';
import { Profiles } from './profiles.js';
import { RefsRepository } from './refs.repository.js';
import { SweepJob } from './sweep.job.js';

@Module({
  imports: [AgreementsModule, CredentialsModule],
  controllers: [LookupsController, EvaluationController],
  providers: [
    RefsRepository,
    SweepJob,
    {
      provide: Profiles,
      inject: [ProfilesRepository],
      useFactory: (repository: ProfilesRepository) => new Profiles(repository),
    },
    {
      provide: Gate,
      inject: [GateConnections, Profiles, Ledger, Settings, AcceptedClocks],
      useFactory: (
        connections: GateConnections,
        profiles: Profiles,
        ledger: Ledger,
        settings: Settings,
        clocks: AcceptedClocks,
      ) => new Gate(connections, profiles, ledger, settings.policy, clocks),
    },
    {
      provide: LookupsService,
      inject: [Gate, WheelingConnector, RefsRepository, SealedBox, Reference],
      useFactory: (
        gate: Gate,
        wheeling: WheelingConnector,
        refs: RefsRepository,
        sealedBox: SealedBox,
        reference: Reference,
      ) => new LookupsService(gate, wheeling, refs, sealedBox, reference),
    },
    {
      provide: EvaluationService,
      inject: [Gate, OauthService, WheelingConnector, Reference, Database, Ledger],
      useFactory: (
        gate: Gate, oauth: OauthService, wheeling: WheelingConnector, reference: Reference, database: Database,
        ledger: Ledger,
      ) => new EvaluationService(gate, oauth, wheeling, reference, { database, ledger }), // prettier-ignore
    },
  ],
  exports: [Gate],
})
export class LookupsModule {}
