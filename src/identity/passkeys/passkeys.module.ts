import { Module } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import { IdentityModule } from '../identity.module.js';
import { SessionBindings } from '../session-bindings.js';
import { SessionsService } from '../sessions.service.js';
import { Ceremonies } from './ceremonies.js';
import { ChallengesRepository } from './challenges.repository.js';
import { FirstPasskeysService } from './first-passkeys.service.js';
import { PasskeySessionController } from './passkey-session.controller.js';
import { PasskeySignInService } from './passkey-sign-in.service.js';
import { PasskeysController } from './passkeys.controller.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { PasskeysService } from './passkeys.service.js';
import { ToldVersions } from './told-versions.js';

@Module({
  imports: [IdentityModule],
  controllers: [PasskeysController, PasskeySessionController],
  providers: [
    Ceremonies,
    ChallengesRepository,
    FirstPasskeysService,
    PasskeysRepository,
    {
      provide: PasskeysService,
      inject: [Database, PasskeysRepository, Ceremonies, SessionBindings, Ledger, ToldVersions],
      useFactory: (
        database: Database,
        passkeys: PasskeysRepository,
        ceremonies: Ceremonies,
        sessions: SessionBindings,
        ledger: Ledger,
        told: ToldVersions,
      ) => new PasskeysService(database, passkeys, ceremonies, sessions, { ledger, told }),
    },
    {
      provide: PasskeySignInService,
      inject: [
        Database,
        PasskeysRepository,
        Ceremonies,
        SessionsService,
        SessionBindings,
        Ledger,
        ToldVersions,
      ],
      useFactory: (
        database: Database,
        passkeys: PasskeysRepository,
        ceremonies: Ceremonies,
        service: SessionsService,
        bindings: SessionBindings,
        ledger: Ledger,
        told: ToldVersions,
      ) => new PasskeySignInService(database, passkeys, ceremonies, { service, bindings }, { ledger, told }),
    },
  ],
  exports: [PasskeysRepository],
})
export class PasskeysModule {}
