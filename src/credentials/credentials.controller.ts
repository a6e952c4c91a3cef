import { Controller, Header, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrokerClock } from '../clock/broker-clock.js';
import { Settings } from '../config/settings.js';
import { Answers } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { PublicUrl } from '../contract/public-url.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { CredentialView } from './credentials.dto.js';
import { CredentialsService } from './credentials.service.js';
import { DpopNonces, verifyDpopProof } from './dpop.js';

@Controller('api/v1/grants')
export class CredentialsController {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly publicUrl: PublicUrl,
    private readonly clock: BrokerClock,
    private readonly settings: Settings,
    private readonly nonces: DpopNonces,
  ) {}

  @Post(':id/credential')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @Answers(200, CredentialView)
  issue(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CredentialView> {
    const now = this.clock.now();
    if (this.settings.dpopNonceRequired) void reply.header('dpop-nonce', this.nonces.current(now));
    const proof = verifyDpopProof(request.headers['dpop'], {
      htm: 'POST',
      htu: `${this.publicUrl.value}${request.url}`,
      now,
      ...(this.settings.dpopNonceRequired && { nonce: this.nonces.at(now) }),
    });
    return this.credentials.issue(caller, id, proof);
  }
}
