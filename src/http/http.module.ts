import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { BrokerClock } from '../clock/broker-clock.js';
import { Settings } from '../config/settings.js';
import { PublicUrl } from '../contract/public-url.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { DpopNonces } from '../credentials/dpop.js';
import { OauthService } from '../credentials/oauth.service.js';
import { GrantsModule } from '../grants/grants.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { SessionCookie } from '../identity/session-cookie.js';
import { SessionsService } from '../identity/sessions.service.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { AccessGuard } from './access.guard.js';
import { HealthController } from './health.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { ReadinessCheck } from './readiness.js';
import { ReportsInterceptor } from './limits/reports.interceptor.js';
import { Turnstile } from './limits/turnstile.js';
import { Refusals } from './refusals.js';
import { SystemClients } from './system-clients.js';

@Module({
  imports: [CredentialsModule, GrantsModule, IdentityModule, LedgerModule],
  controllers: [HealthController],
  providers: [
    ReadinessCheck,
    Refusals,
    SystemClients,
    Turnstile,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_INTERCEPTOR, useClass: ReportsInterceptor },
    {
      provide: APP_GUARD,
      inject: [
        Settings,
        BrokerClock,
        PublicUrl,
        SessionsService,
        SessionCookie,
        OauthService,
        SystemClients,
        DpopNonces,
        Turnstile,
      ],
      useFactory: (
        settings: Settings, clock: BrokerClock, publicUrl: PublicUrl, sessions: SessionsService, cookie: SessionCookie,
        oauth: OauthService, clients: SystemClients, nonces: DpopNonces, turnstile: Turnstile,
      ) => new AccessGuard({ settings, clock, publicUrl, sessions, cookie, oauth, clients, nonces, turnstile }), // prettier-ignore
    },
  ],
  exports: [Refusals],
})
export class HttpModule {}
