import { Module } from '@nestjs/common';
import { AgreementsModule } from '../agreements/agreements.module.js';
import { ProfilesRepository } from '../agreements/profiles.repository.js';
import { BrokerClock } from '../clock/broker-clock.js';
import { AcceptedClocks } from '../clock/shipped-clock.js';
import { Settings } from '../config/settings.js';
import { PublicUrl } from '../contract/public-url.js';
import { Database } from '../database/database.js';
import { GrantsModule } from '../grants/grants.module.js';
import { GrantsRepository } from '../grants/grants.repository.js';
import { IdentityModule } from '../identity/identity.module.js';
import { SessionBindings } from '../identity/session-bindings.js';
import { Ledger } from '../ledger/ledger.js';
import { RosterModule } from '../roster/roster.module.js';
import { TerminalsRepository } from '../roster/terminals.repository.js';
import { ClientSecrets } from './client-secret.js';
import { CredentialsController } from './credentials.controller.js';
import { CredentialsRepository } from './credentials.repository.js';
import { CredentialsService } from './credentials.service.js';
import { OauthController } from './oauth.controller.js';
import { OauthService } from './oauth.service.js';
import { TokenKeys } from './token-keys.service.js';

@Module({
  imports: [AgreementsModule, GrantsModule, IdentityModule, RosterModule],
  controllers: [CredentialsController, OauthController],
  providers: [
    CredentialsRepository,
    { provide: ClientSecrets, useFactory: () => new ClientSecrets() },
    {
      provide: CredentialsService,
      inject: [
        Settings, Database, GrantsRepository, ProfilesRepository, TerminalsRepository, CredentialsRepository, SessionBindings, Ledger,
        PublicUrl, TokenKeys, AcceptedClocks,
      ], // prettier-ignore
      useFactory: (
        settings: Settings, database: Database, grants: GrantsRepository, profiles: ProfilesRepository,
        terminals: TerminalsRepository, credentials: CredentialsRepository, sessions: SessionBindings, ledger: Ledger,
        publicUrl: PublicUrl, keys: TokenKeys, clocks: AcceptedClocks,
      ) => new CredentialsService({ settings, database, grants, profiles, terminals, credentials, sessions, ledger, publicUrl, keys, clocks }), // prettier-ignore
    },
    {
      provide: OauthService,
      inject: [
        Database,
        CredentialsRepository,
        GrantsRepository,
        Ledger,
        BrokerClock,
        AcceptedClocks,
        PublicUrl,
        TokenKeys,
      ],
      useFactory: (
        database: Database, credentials: CredentialsRepository, grants: GrantsRepository, ledger: Ledger, clock: BrokerClock,
        clocks: AcceptedClocks, publicUrl: PublicUrl, keys: TokenKeys,
      ) => new OauthService({ database, credentials, grants, ledger, clock, clocks, publicUrl, keys }), // prettier-ignore
    },
  ],
  exports: [ClientSecrets, CredentialsRepository, OauthService],
})
export class CredentialsModule {}
