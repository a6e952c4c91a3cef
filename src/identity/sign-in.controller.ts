import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiProperty, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { Answers } from '../contract/answers.js';
import { OneOf, Pattern } from '../contract/fields.js';
import { BackchannelLogoutService } from './backchannel-logout.service.js';
import { IdentityProviders } from './providers.service.js';
import { SessionCookie } from './session-cookie.js';
import { onwardPage } from './sign-in.page.js';
import { SignInService } from './sign-in.service.js';
import { WaysIn } from './ways-in.repository.js';

const BROWSER_COOKIE = 'kashikagi_sign_in';
const BROWSER_MINUTES = 10;
const BROWSER = /^[\w-]{43}$/;

export class SignInQuery {
  /** A path of ours: one slash, and nothing that a browser would read as another host. */
  @Pattern({
    about: 'サインイン後に戻る場所（このサイトの中の道だけ）',
    example: '/',
    pattern: /^\/(?![/\\])[A-Za-z0-9\-._~!$&()*+,;=:@/?%#]{0,499}$/,
    optional: true,
  })
  return_to?: string;

  @OneOf({ about: '直前の本人確認を求める', example: '1', values: ['1'], optional: true })
  step_up?: '1';
}

export class ProviderView {
  @ApiProperty({ example: 'utility' }) id!: string;
  @ApiProperty({ example: '見本送配電の社員認証' }) label!: string;
  @ApiProperty({ example: '/api/v1/sign-in/utility' }) path!: string;
}

export class SignInView {
  @ApiProperty({ type: ProviderView, isArray: true }) providers!: ProviderView[];
  @ApiProperty({ description: '登録済みのパスキーがあるか（/api/v1/session/passkey）', example: true })
  passkeys!: boolean;
  @ApiProperty({ description: '名前だけのサインイン（デモのみ）', example: false }) demonstration!: boolean;
}

export class LogoutForm {
  @ApiProperty({ example: 'eyJ0eXAiOiJsb2dvdXQrand0In0.e30.c2ln' }) logout_token!: string;
}

@Controller('api/v1/sign-in')
export class SignInController {
  constructor(
    private readonly signIns: SignInService,
    private readonly logouts: BackchannelLogoutService,
    private readonly cookie: SessionCookie,
    private readonly providers: IdentityProviders,
    private readonly ways: WaysIn,
  ) {}

  @Get()
  @Answers(200, SignInView)
  async list(): Promise<SignInView> {
    return {
      providers: this.providers.all.map(({ id, label }) => ({ id, label, path: `/api/v1/sign-in/${id}` })),
      passkeys: await this.ways.hasPasskeys(),
      demonstration: this.ways.isByNameAlone,
    };
  }

  @Get(':provider')
  @ApiResponse({ status: 303 })
  async begin(
    @Param('provider') provider: string,
    @Query() query: SignInQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const kept = request.cookies[this.cookie.nameOf(BROWSER_COOKIE)] ?? '';
    // Kept while it lives: two tabs of one browser may both be on the way.
    const browser = BROWSER.test(kept) ? kept : randomBytes(32).toString('base64url');
    const to = await this.signIns.begin(provider, {
      browser,
      isStepUp: query.step_up === '1',
      token: this.cookie.tokenIn(request),
      returnTo: query.return_to ?? '/',
    });
    // Lax: the way back begins at the provider's site, and Strict would leave it at home. It opens nothing.
    void reply.setCookie(this.cookie.nameOf(BROWSER_COOKIE), browser, {
      httpOnly: true,
      secure: this.cookie.isSecure,
      sameSite: 'lax',
      path: '/',
      maxAge: BROWSER_MINUTES * 60,
    });
    await reply.redirect(to, 303);
  }

  @Get(':provider/callback')
  @ApiResponse({
    status: 200,
    content: { 'text/html': { schema: { type: 'string', example: '<!doctype html>' } } },
  })
  async finish(
    @Param('provider') provider: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { searchParams } = new URL(request.url, 'http://callback.invalid');
    const browser = request.cookies[this.cookie.nameOf(BROWSER_COOKIE)];
    const { session, returnTo } = await this.signIns.finish(provider, searchParams, browser);
    this.cookie.put(reply, session);
    await reply.status(200).type('text/html; charset=utf-8').send(onwardPage(returnTo));
  }

  @Post(':provider/backchannel-logout')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: LogoutForm })
  @HttpCode(200)
  async logout(@Param('provider') provider: string, @Body() body: Record<string, unknown>): Promise<void> {
    await this.logouts.end(provider, (body as Record<string, unknown> | undefined)?.['logout_token']);
  }
}
