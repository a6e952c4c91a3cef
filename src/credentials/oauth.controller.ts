import { Body, Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiProperty } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Answers } from '../contract/answers.js';
import { DomainError } from '../contract/domain-error.js';
import { PublicUrl } from '../contract/public-url.js';
import { BrokerClock } from '../clock/broker-clock.js';
import type { KnownRequest } from '../identity/caller.decorator.js';
import { IntrospectionView } from './credentials.dto.js';
import { OauthService } from './oauth.service.js';
import type { PresentingRequest } from './presented.js';
import { TokenKeys } from './token-keys.service.js';
import { JWKS_CACHE_SECONDS, type PublishedJwk } from './token-keys.js';

/** RFC 7662 §2.1, RFC 7009 §2.1: a form; other members are allowed by the standards and ignored. */
export class TokenForm {
  @ApiProperty({ example: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln' }) token!: string;
}

export class JwkSetView {
  @ApiProperty({
    type: Object,
    isArray: true,
    example: [
      {
        kty: 'OKP',
        crv: 'Ed25519',
        x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
        kid: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
        alg: 'EdDSA',
        use: 'sig',
      },
    ],
  })
  keys!: PublishedJwk[];
}

export class MetadataView {
  @ApiProperty({ example: 'https://kashikagi.example' }) issuer!: string;
  @ApiProperty({ example: 'https://kashikagi.example/.well-known/jwks.json' }) jwks_uri!: string;
}

@Controller()
export class OauthController {
  constructor(
    private readonly oauth: OauthService,
    private readonly publicUrl: PublicUrl,
    private readonly clock: BrokerClock,
    private readonly keys: TokenKeys,
  ) {}

  @Post('oauth/introspect')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: TokenForm })
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @Answers(200, IntrospectionView)
  introspect(@Body() body: Record<string, unknown>): Promise<IntrospectionView> {
    return this.oauth.introspect(tokenOf(body));
  }

  @Post('oauth/revoke')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: TokenForm })
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async revoke(
    @Req() request: FastifyRequest & KnownRequest & PresentingRequest,
    @Body() body: Record<string, unknown>,
  ): Promise<void> {
    const personId = request.presented?.holder.personId ?? request.caller?.personId;
    const by = personId === undefined ? { clientId: request.system?.clientId ?? '' } : { personId };
    await this.oauth.revoke(tokenOf(body), by);
  }

  /** RFC 8414. There is no authorization endpoint: a grant is given by people, not asked for by a client. */
  @Get('.well-known/oauth-authorization-server')
  @Answers(200, MetadataView)
  metadata(): MetadataView & Record<string, unknown> {
    const url = this.publicUrl.value;
    return {
      issuer: url,
      jwks_uri: `${url}/.well-known/jwks.json`,
      introspection_endpoint: `${url}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
      introspection_endpoint_auth_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA'],
      revocation_endpoint: `${url}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
      revocation_endpoint_auth_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA'],
      response_types_supported: [],
      grant_types_supported: [],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA'],
      authorization_details_types_supported: ['kashikagi_outage_call'],
    };
  }

  @Get('.well-known/jwks.json')
  @Header('cache-control', `public, max-age=${JWKS_CACHE_SECONDS}`)
  @Answers(200, JwkSetView)
  jwks(): JwkSetView {
    return this.keys.ring.jwks(this.clock.now());
  }
}

function tokenOf(body: Record<string, unknown> | undefined): string {
  const token = body?.['token'];
  if (typeof token === 'string' && token.length > 0) return token;
  throw new DomainError('malformed_body', { faults: [{ pointer: '/token', detail: 'token がありません' }] });
}
