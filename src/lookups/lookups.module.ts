import { Module } from '@nestjs/common';
import { AgreementsModule } from '../agreements/agreements.module.js';
import { AcceptedClocks } from '../clock/shipped-clock.js';
import { Reference, SealedBox } from '../config/secret-keys.js';
import { Settings } from '../config/settings.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { OauthService } from '../credentials/oauth.service.js';
import { Database } from '../database/database.js';
import { GateConnections } from '../database/gate-connections.js';
import { IdentityModule } from '../identity/identity.module.js';
import { RefusalFloods } from '../identity/refusal-floods.js';
import { Ledger } from '../ledger/ledger.js';
import { WheelingConnectors } from '../wheeling/wheeling.connectors.js';
import { EvaluationController } from './evaluation.controller.js';
import { EvaluationService } from './evaluation.service.js';
import { Gate } from './gate.js';
import { IncidentsController } from './incidents.controller.js';
import { IncidentsRepository } from './incidents.repository.js';
import { IncidentsService } from './incidents.service.js';
import { LookupsController } from './lookups.controller.js';
import { LookupsService } from './lookups.service.js';
import { Profiles } from './profiles.js';
import { RefUsesService } from './ref-uses.service.js';
import { RefsRepository } from './refs.repository.js';
import { SweepJob } from './sweep.job.js';
import { Tickets } from './tickets.js';

@Module({
  imports: [AgreementsModule, CredentialsModule, IdentityModule],
  controllers: [LookupsController, EvaluationController, IncidentsController],
  providers: [
    IncidentsRepository,
    IncidentsService,
    RefsRepository,
    SweepJob,
    { provide: Profiles, useFactory: () => new Profiles() },
    {
      provide: Gate,
      inject: [GateConnections, Profiles, Ledger, Settings, AcceptedClocks, WheelingConnectors],
      useFactory: (
        connections: GateConnections,
        profiles: Profiles,
        ledger: Ledger,
        settings: Settings,
        clocks: AcceptedClocks,
        { drill }: WheelingConnectors,
      ) =>
        new Gate(
          connections,
          profiles,
          ledger,
          {
            ...settings.policy,
            lookupsPerHour: settings.limits.lookupsPerHour,
            hasDrillData: drill !== null,
          },
          clocks,
        ),
    },
    {
      provide: Tickets,
      inject: [Database, Ledger],
      useFactory: (database: Database, ledger: Ledger) => new Tickets(database, ledger),
    },
    {
      provide: LookupsService,
      inject: [Gate, WheelingConnectors, Tickets, SealedBox, Reference],
      useFactory: (
        gate: Gate,
        wheelings: WheelingConnectors,
        tickets: Tickets,
        sealedBox: SealedBox,
        reference: Reference,
      ) => new LookupsService(gate, { wheelings, tickets }, sealedBox, reference),
    },
    {
      provide: RefUsesService,
      inject: [Gate, WheelingConnectors, Tickets, RefsRepository, SealedBox, Reference],
      // prettier-ignore
      useFactory: (
        gate: Gate, wheelings: WheelingConnectors, tickets: Tickets, refs: RefsRepository, sealedBox: SealedBox,
        reference: Reference,
      ) => new RefUsesService(gate, { wheelings, tickets }, refs, sealedBox, reference),
    },
    {
      provide: EvaluationService,
      inject: [Gate, OauthService, WheelingConnectors, Tickets, Reference, Database, Ledger, RefusalFloods],
      useFactory: (
        gate: Gate, oauth: OauthService, wheelings: WheelingConnectors, tickets: Tickets, reference: Reference,
        database: Database, ledger: Ledger, floods: RefusalFloods,
      ) => new EvaluationService(gate, oauth, { wheelings, tickets }, reference, { database, ledger, floods }), // prettier-ignore
    },
  ],
  exports: [Gate],
})
export class LookupsModule {}
