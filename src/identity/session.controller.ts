import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../contract/caller.js';
import { Pattern } from '../contract/fields.js';
import { Answers } from '../contract/answers.js';
import { CallerOf } from './caller.decorator.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';
import { SessionView, viewOf } from './session.view.js';

export class StartSessionDto {
  @Pattern({ about: '人の識別子（デモのみ）', example: 'hq-1', pattern: /^[a-z][a-z0-9-]{1,63}$/ })
  person_id!: string;
}

@Controller('api/v1/session')
export class SessionController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
  ) {}

  /** 201 is not said here: a session is signed in to, not a resource of its own. */
  @Post()
  @HttpCode(200)
  @Answers(200, SessionView)
  async start(
    @Body() body: StartSessionDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionView> {
    const started = await this.sessions.startForDemonstration(body.person_id, this.cookie.tokenIn(request));
    const session = await this.sessions.shown(started.token);
    this.cookie.put(reply, started);
    return viewOf(session);
  }

  @Get()
  @Answers(200, SessionView)
  async show(@Req() request: FastifyRequest): Promise<SessionView> {
    return viewOf(await this.sessions.shown(this.cookie.tokenIn(request) ?? ''));
  }

  @Delete()
  @HttpCode(204)
  async end(@CallerOf() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.signOut(caller);
    this.cookie.clear(reply);
  }
}
