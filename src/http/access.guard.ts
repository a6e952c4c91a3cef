import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrokerClock } from '../clock/broker-clock.js';
import { Settings } from '../config/settings.js';
import { accessOf, type RouteAccess } from '../contract/access-table.js';
import type { Once } from '../contract/caller.js';
import { assertNever, DomainError } from '../contract/domain-error.js';
import { PublicUrl } from '../contract/public-url.js';
import { DpopNonces, verifyDpopProof } from '../credentials/dpop.js';
import { OauthService } from '../credentials/oauth.service.js';
import { tokenIn, type PresentingRequest } from '../credentials/presented.js';
import { SessionCookie } from '../identity/session-cookie.js';
import { isBackground } from '../identity/background.js';
import { isPresent } from '../identity/session.js';
import { SessionsService } from '../identity/sessions.service.js';
import { languageOf } from './problem.js';
import type { CountedRequest, Turnstile } from './limits/turnstile.js';
import { SystemClients } from './system-clients.js';

type Request = FastifyRequest & CountedRequest & PresentingRequest;

const PARAMETER = /^[A-Za-z0-9_-]{1,128}$/;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

/** Deny by default: who calls is found out here, and the role × route table decides. Nothing else opens a route. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly who: {
      settings: Settings;
      clock: BrokerClock;
      publicUrl: PublicUrl;
      sessions: SessionsService;
      cookie: SessionCookie;
      oauth: OauthService;
      clients: SystemClients;
      nonces: DpopNonces;
      turnstile: Turnstile;
    },
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const access = accessOf(request.method, request.routeOptions.url ?? '');
    if (access === undefined) throw new DomainError('not_found');
    await this.identify(request, http.getResponse<FastifyReply>(), access).catch((error: unknown) => {
      const { caller, system, presented } = request;
      if (access.entry !== 'anyone' && !caller && !system && !presented) this.who.turnstile.stranger(request);
      throw error;
    });
    for (const [name, value] of Object.entries((request.params ?? {}) as Record<string, string>)) {
      if (name !== '*' && !PARAMETER.test(value)) throw new DomainError('not_found');
    }
    return true;
  }

  private async identify(request: Request, reply: FastifyReply, access: RouteAccess): Promise<void> {
    switch (access.entry) {
      case 'anyone':
        return this.refuseForeignOrigin(request);
      case 'person':
        return this.asPerson(request, access);
      case 'terminal':
        return this.asTerminal(request, reply, access);
      case 'system':
        return this.asSystem(request);
      case 'system-or-terminal':
        return this.asEither(request, reply, access);
      default:
        return assertNever(access.entry);
    }
  }

  private async asPerson(
    request: Request,
    access: Pick<RouteAccess, 'roles' | 'isChange' | 'byOccasion' | 'needsPresence' | 'isEnding'>,
  ): Promise<void> {
    const token = this.who.cookie.tokenIn(request);
    const session =
      token === undefined ? undefined : await this.who.sessions.find(token, !isBackground(request));
    if (!session) throw new DomainError('not_signed_in');
    request.caller = {
      personId: session.person_id,
      name: session.name,
      role: session.role,
      organizationId: session.organization_id,
      sessionId: session.session_id,
      language: languageOf(request.headers['accept-language']),
    };
    this.who.turnstile.person(request, access, request.caller);
    this.refuseForeignOrigin(request);
    const isLetIn = access.roles.includes(session.role) || access.byOccasion?.includes(session.role) === true;
    if (!isLetIn) throw new DomainError('role_not_allowed');
    if (access.needsPresence === true && !isPresent(session, this.who.settings.policy.presenceMinutes)) {
      throw new DomainError('presence_required');
    }
    const once = access.isChange ? onceOf(request) : undefined;
    if (once) request.caller.once = once;
  }

  /** The token's form and the proof, CPU only. Whether they open anything is the gate's decision. */
  private asTerminal(request: Request, reply: FastifyReply, access: RouteAccess): void {
    const { settings, clock, publicUrl, oauth, nonces } = this.who;
    const accessToken = tokenIn(request.headers.authorization);
    if (accessToken === undefined)
      throw new DomainError('invalid_token', { internal: 'no DPoP authorization' });
    const holder = oauth.verify(accessToken);
    request.claimed = holder;
    const now = clock.now();
    if (settings.dpopNonceRequired) void reply.header('dpop-nonce', nonces.current(now));
    const proof = verifyDpopProof(request.headers['dpop'], {
      htm: request.method,
      htu: `${publicUrl.value}${request.url}`,
      now,
      accessToken,
      expectedJkt: holder.jkt,
      ...(settings.dpopNonceRequired && { nonce: nonces.at(now) }),
    });
    request.presented = { holder, replayKey: proof.replayKey };
    this.who.turnstile.terminal(request, access, holder);
  }

  private async asSystem(request: Request): Promise<void> {
    request.system = await this.who.clients.authenticate(request);
    this.who.turnstile.system(request, request.system);
  }

  /** `/oauth/revoke`: a resource server, the operator's terminal, or the operator's session. */
  private async asEither(request: Request, reply: FastifyReply, access: RouteAccess): Promise<void> {
    const scheme = (request.headers.authorization ?? '').slice(0, 5).toLowerCase();
    if (scheme === 'dpop ') return this.asTerminal(request, reply, access);
    const hasAssertion =
      typeof (request.body as Record<string, unknown> | undefined)?.['client_assertion'] === 'string';
    if (scheme === 'basic' || hasAssertion || this.who.cookie.tokenIn(request) === undefined) {
      this.who.turnstile.beforeSecret(request);
      return this.asSystem(request);
    }
    return this.asPerson(request, {
      roles: ['operator'],
      isChange: false,
      isEnding: access.isEnding === true,
    });
  }

  /** A browser sends Origin with every changing call: another one than ours is another site's doing. */
  private refuseForeignOrigin(request: Request): void {
    const { origin } = request.headers;
    if (request.method === 'GET' || origin === undefined) return;
    const publicUrl = this.who.publicUrl.value;
    if (origin !== publicUrl) throw new DomainError('foreign_origin', { values: { public_url: publicUrl } });
  }
}

function onceOf(request: Request): Once | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
    const faults = [{ pointer: '/Idempotency-Key', detail: '印字できるASCII文字、200字までです' }];
    throw new DomainError('invalid_input', { faults });
  }
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest();
  return { key, route: `${request.method} ${request.url.split('?')[0]}`, bodyHash };
}
