import { Module } from '@nestjs/common';
import { BackchannelLogoutService } from './backchannel-logout.service.js';
import { IdentityProviders } from './providers.service.js';
import { RefusalFloods } from './refusal-floods.js';
import { SessionController } from './session.controller.js';
import { SessionBindings } from './session-bindings.js';
import { SessionBindingsRepository } from './session-bindings.repository.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsSweepJob } from './sessions-sweep.job.js';
import { SessionsService } from './sessions.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignInRepository } from './sign-in.repository.js';
import { SignInService } from './sign-in.service.js';
import { WaysIn } from './ways-in.repository.js';

@Module({
  controllers: [SessionController, SessionsController, SignInController],
  providers: [
    RefusalFloods,
    SessionBindings,
    SessionBindingsRepository,
    SessionCookie,
    SessionsRepository,
    SessionsService,
    SessionsSweepJob,
    IdentityProviders,
    SignInRepository,
    SignInService,
    BackchannelLogoutService,
    WaysIn,
  ],
  exports: [RefusalFloods, SessionBindings, SessionCookie, SessionsService, IdentityProviders, WaysIn],
})
export class IdentityModule {}
