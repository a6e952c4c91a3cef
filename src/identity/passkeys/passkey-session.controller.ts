import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Answers } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { CallerOf } from '../caller.decorator.js';
import { SessionCookie } from '../session-cookie.js';
import { SessionView, viewOf } from '../session.view.js';
import { SessionsService, type StartedSession } from '../sessions.service.js';
import { AnswerPasskeyDto, CeremonyView } from './passkeys.dto.js';
import { PasskeySignInService } from './passkey-sign-in.service.js';

@Controller('api/v1/session')
export class PasskeySessionController {
  constructor(
    private readonly passkeys: PasskeySignInService,
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
  ) {}

  @Post('passkey/options')
  @HttpCode(200)
  @Answers(200, CeremonyView)
  options(): Promise<CeremonyView> {
    return this.passkeys.options();
  }

  @Post('passkey')
  @HttpCode(200)
  @Answers(200, SessionView)
  async signIn(
    @Body() body: AnswerPasskeyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    return this.hand(await this.passkeys.signIn(body.response), reply);
  }

  @Post('presence/options')
  @HttpCode(200)
  @Answers(200, CeremonyView)
  presenceOptions(@CallerOf() caller: Caller): Promise<CeremonyView> {
    return this.passkeys.presenceOptions(caller);
  }

  @Post('presence')
  @HttpCode(200)
  @Answers(200, SessionView)
  async provePresence(
    @CallerOf() caller: Caller,
    @Body() body: AnswerPasskeyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    return this.hand(await this.passkeys.provePresence(caller, body.response), reply);
  }

  private async hand(started: StartedSession, reply: FastifyReply): Promise<SessionView> {
    const session = await this.sessions.shown(started.token);
    this.cookie.put(reply, started);
    return viewOf(session);
  }
}
