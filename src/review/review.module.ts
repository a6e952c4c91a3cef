import { Module } from '@nestjs/common';
import { BrokerClock } from '../clock/broker-clock.js';
import { PublicUrl } from '../contract/public-url.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { OauthService } from '../credentials/oauth.service.js';
import { TokenKeys } from '../credentials/token-keys.service.js';
import { Database } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { Gate } from '../lookups/gate.js';
import { LookupsModule } from '../lookups/lookups.module.js';
import { AttestationsController } from './attestations.controller.js';
import { AttestationsJob } from './attestations.job.js';
import { AttestationsRepository } from './attestations.repository.js';
import { AttestationsService } from './attestations.service.js';
import { CertificatesController } from './certificates.controller.js';
import { CertificatesRepository } from './certificates.repository.js';
import { CertificatesService } from './certificates.service.js';
import { ClosingService } from './closing.service.js';
import { EndingsJob } from './endings.job.js';
import { EndingsRepository } from './endings.repository.js';
import { ExposuresRepository } from './exposures.repository.js';
import { ExposuresService } from './exposures.service.js';
import { InboxController } from './inbox.controller.js';
import { InboxRepository } from './inbox.repository.js';
import { InboxService } from './inbox.service.js';
import { Prober } from './prober.js';
import { ProofController } from './proof.controller.js';
import { ProofRepository } from './proof.repository.js';
import { ProofService } from './proof.service.js';
import { ReplayModule } from './replay/replay.module.js';
import { RecordsController } from './records.controller.js';
import { RecordsRepository } from './records.repository.js';
import { RecordsService } from './records.service.js';
import { RetiredProbes } from './retired-probes.js';
import { SituationController } from './situation/situation.controller.js';
import { SituationRepository } from './situation/situation.repository.js';
import { SituationService } from './situation/situation.service.js';
import { RetentionModule } from './retention/retention.module.js';

@Module({
  imports: [CredentialsModule, LedgerModule, LookupsModule, ReplayModule, RetentionModule],
  controllers: [
    RecordsController,
    ProofController,
    CertificatesController,
    AttestationsController,
    InboxController,
    SituationController,
  ],
  providers: [
    RecordsRepository,
    RecordsService,
    ProofRepository,
    ProofService,
    EndingsRepository,
    ExposuresRepository,
    ExposuresService,
    ClosingService,
    CertificatesRepository,
    CertificatesService,
    AttestationsRepository,
    AttestationsService,
    AttestationsJob,
    RetiredProbes,
    InboxRepository,
    InboxService,
    SituationRepository,
    SituationService,
    {
      provide: Prober,
      inject: [Gate, OauthService, TokenKeys, PublicUrl, BrokerClock],
      useFactory: (
        gate: Gate,
        oauth: OauthService,
        keys: TokenKeys,
        publicUrl: PublicUrl,
        clock: BrokerClock,
      ) => new Prober({ gate, oauth, keys, publicUrl, clock }),
    },
    {
      provide: EndingsJob,
      inject: [
        Database,
        EndingsRepository,
        ExposuresRepository,
        Prober,
        ClosingService,
        CertificatesService,
        Ledger,
      ],
      useFactory: (
        database: Database, endings: EndingsRepository, exposures: ExposuresRepository, prober: Prober,
        closing: ClosingService, certificates: CertificatesService, ledger: Ledger,
      ) => new EndingsJob({ database, endings, exposures, prober, closing, certificates, ledger }), // prettier-ignore
    },
  ],
  exports: [Prober],
})
export class ReviewModule {}
