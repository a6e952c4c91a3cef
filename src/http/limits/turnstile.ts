import { Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { BrokerClock } from '../../clock/broker-clock.js';
import type { Limits } from '../../config/limits.js';
import { Settings } from '../../config/settings.js';
import { accessOf, type RouteAccess } from '../../contract/access-table.js';
import type { Caller, Role, SystemCaller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';
import type { AccessTokenClaims } from '../../credentials/access-token.js';
import { BoundedMemory } from '../../credentials/bounded-memory.js';
import { OauthService } from '../../credentials/oauth.service.js';
import { tokenIn } from '../../credentials/presented.js';
import type { KnownRequest } from '../../identity/caller.decorator.js';
import { SessionCookie } from '../../identity/session-cookie.js';
import { decisionsIn } from '../../lookups/evaluation.request.js';
import { RequestMeter } from '../../meters/request-meter.js';
import { AtOnce } from './at-once.js';
import { Buckets } from './buckets.js';
import { addressKey } from './network-address.js';

/** What the turnstile keeps with a request until it is answered. */
export interface CountedRequest extends KnownRequest {
  isCounted?: boolean;
  /** The organization of which this call is one that is under way. */
  organizationUnderWay?: string;
}

type Kind = Exclude<keyof Limits, 'organizationAtOnce' | 'lookupsPerHour'>;

/** The retail side; whoever ends and watches is not counted with any organization. */
const COUNTED_BY_ORGANIZATION: readonly Role[] = ['supervisor', 'operator'];
/** Load balancers take away an instance that does not answer them, so no flood may silence these. */
const PROBES = new Set(['/healthz', '/readyz']);

const LOOKUP_ROUTE = '/api/v1/lookups';
const BATCH_ROUTE = '/access/v1/evaluations';

const REMEMBERED = 20_000;
const REMEMBERED_SECONDS = 600;
const BUSY_SECONDS = 1;

/**
 * How much a caller may ask. Counted by address as long as nobody is known, then by the person, the terminal, the
 * organization, the system. It only refuses: that somebody is remembered here opens nothing, the guard still asks the rows.
 */
@Injectable()
export class Turnstile {
  private readonly limits: Limits;
  private readonly buckets: Record<Kind, Buckets>;
  private readonly atOnce: AtOnce;
  /** By the hash of what was shown: whom it has lately been found to be; `null` for a terminal or a system. */
  private readonly known = new BoundedMemory<Caller | null>(REMEMBERED);

  /** By grant, until when (epoch seconds); a grant is of one person, and a drill's or not. */
  private readonly withoutLookups = new BoundedMemory<number>(REMEMBERED);

  constructor(
    settings: Settings,
    private readonly clock: BrokerClock,
    private readonly cookie: SessionCookie,
    private readonly meter: RequestMeter,
    private readonly oauth: OauthService,
  ) {
    this.limits = settings.limits;
    const { address, person, terminal, organization, endings, system } = this.limits;
    this.buckets = {
      address: new Buckets(address),
      person: new Buckets(person),
      terminal: new Buckets(terminal),
      organization: new Buckets(organization),
      endings: new Buckets(endings),
      system: new Buckets(system),
    };
    this.atOnce = new AtOnce(this.limits.organizationAtOnce);
  }

  /** Before a body is read or a row looked up. */
  atTheDoor(request: CountedRequest): void {
    const route = routeOf(request);
    if (PROBES.has(route)) return;
    const access = accessOf(request.method, route);
    if (access === undefined || access.entry === 'anyone') {
      this.pour('address', addressKey(request.ip));
      return;
    }
    const shown = this.shown(request, access);
    const caller = shown === undefined ? undefined : this.known.get(shown, this.seconds());
    if (caller) {
      // So that the refusal is told as this person's; the guard finds out anew who it is.
      request.caller = caller;
      this.countPerson(request, access, caller);
      delete request.caller;
    } else if (caller === undefined && !this.mayEnd(request, access)) {
      this.waitForAddress(request);
    }
  }

  /**
   * A secret or an assertion where a session or a terminal may be shown as well: it waits as it does everywhere else,
   * whatever cookie it came with, unless it was lately found to be right.
   */
  beforeSecret(request: CountedRequest): void {
    const { authorization } = request.headers;
    const isKnown =
      authorization !== undefined && this.known.get(hashOf(authorization), this.seconds()) !== undefined;
    if (!isKnown) this.waitForAddress(request);
  }

  /**
   * The console's page is read for this person: so many calls of theirs, in one. → false: over a limit, and the page goes
   * out without answers. Error: none.
   */
  page(request: CountedRequest, caller: Caller, calls: number): boolean {
    try {
      this.pour('person', caller.personId, calls);
      if (COUNTED_BY_ORGANIZATION.includes(caller.role)) {
        this.pour('organization', caller.organizationId, calls);
        this.beginOf(request, caller.organizationId);
      }
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }

  /** The session is live, and this is whose. */
  person(request: CountedRequest, access: Pick<RouteAccess, 'isEnding'>, caller: Caller): void {
    this.remember(request, caller);
    if (request.isCounted !== true) this.countPerson(request, access, caller);
    if (COUNTED_BY_ORGANIZATION.includes(caller.role) && access.isEnding !== true)
      this.beginOf(request, caller.organizationId);
  }

  /** The terminal has proved its key. */
  terminal(request: CountedRequest, access: Pick<RouteAccess, 'isEnding'>, holder: AccessTokenClaims): void {
    this.remember(request, null);
    if (access.isEnding === true) {
      this.pour('endings', holder.personId);
      return;
    }
    this.pour('terminal', holder.terminalId);
    this.pour('person', holder.personId);
    this.pour('organization', holder.organizationId);
    const until = isLookup(request) ? this.withoutLookups.get(holder.grantId, this.seconds()) : undefined;
    if (until !== undefined) {
      this.meter.limitHit('lookupsPerHour');
      const retryAfter = Math.max(1, Math.ceil(until - this.seconds()));
      throw new DomainError('too_many_lookups', { retryAfter });
    }
    this.beginOf(request, holder.organizationId);
  }

  system(request: CountedRequest, { clientId }: SystemCaller): void {
    this.remember(request, null);
    this.pour('system', clientId, routeOf(request) === BATCH_ROUTE ? decisionsIn(request.body) : 1);
  }

  /** The gate has counted this person's lookups of the hour: until there is room again, it is not asked. */
  noLookupsFor(holder: AccessTokenClaims, seconds: number): void {
    const now = this.seconds();
    this.withoutLookups.set(holder.grantId, now + seconds, now + seconds, now);
  }

  /** Nobody was recognised: what it cost is counted by the address, and what was shown is known no more. */
  stranger(request: CountedRequest): void {
    const shown = this.shown(request, accessOf(request.method, routeOf(request)));
    if (shown !== undefined) this.known.delete(shown);
    this.buckets.address.pour(addressKey(request.ip), this.now());
  }

  /** The answer is on its way. */
  answered(request: CountedRequest): void {
    const { organizationUnderWay } = request;
    if (organizationUnderWay === undefined) return;
    delete request.organizationUnderWay;
    this.atOnce.end(organizationUnderWay);
  }

  private countPerson(request: CountedRequest, access: Pick<RouteAccess, 'isEnding'>, caller: Caller): void {
    request.isCounted = true;
    if (access.isEnding === true) {
      this.pour('endings', caller.personId);
      return;
    }
    this.pour('person', caller.personId);
    if (COUNTED_BY_ORGANIZATION.includes(caller.role)) this.pour('organization', caller.organizationId);
  }

  private beginOf(request: CountedRequest, organizationId: string): void {
    if (!this.atOnce.begin(organizationId)) this.refuseFor(BUSY_SECONDS, 'organizationAtOnce');
    request.organizationUnderWay = organizationId;
  }

  private remember(request: CountedRequest, caller: Caller | null): void {
    const shown = this.shown(request, accessOf(request.method, routeOf(request)));
    const now = this.seconds();
    if (shown !== undefined) this.known.set(shown, caller, now + REMEMBERED_SECONDS, now);
  }

  /**
   * An ending goes past a full address with a cookie, which costs a lookup by an index, or with a token that we signed.
   * A secret or an assertion does not: to check it is dear, and right ones can be guessed at.
   */
  private mayEnd(request: FastifyRequest, access: RouteAccess): boolean {
    if (access.isEnding !== true) return false;
    const { authorization } = request.headers;
    if (access.entry === 'person' || authorization === undefined)
      return this.cookie.tokenIn(request) !== undefined;
    const token = tokenIn(authorization);
    return token !== undefined && this.oauth.verifyOrNothing(token) !== undefined;
  }

  /** The hash of the cookie or of the header by which this route is entered. */
  private shown(request: FastifyRequest, access: RouteAccess | undefined): string | undefined {
    const header = access?.entry === 'person' ? undefined : request.headers.authorization;
    const secret = header ?? this.cookie.tokenIn(request);
    return secret === undefined ? undefined : hashOf(secret);
  }

  private pour(kind: Kind, key: string, drops = 1): void {
    this.refuseFor(this.buckets[kind].pour(key, this.now(), drops), kind);
  }

  private waitForAddress(request: FastifyRequest): void {
    this.refuseFor(this.buckets.address.wait(addressKey(request.ip), this.now()), 'address');
  }

  private refuseFor(seconds: number, limit: keyof Limits): void {
    if (seconds === 0) return;
    this.meter.limitHit(limit);
    throw new DomainError('too_many_requests', { retryAfter: seconds });
  }

  private now(): number {
    return this.clock.now().getTime();
  }

  private seconds(): number {
    return this.now() / 1000;
  }
}

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? '';
const isLookup = (request: FastifyRequest): boolean => routeOf(request) === LOOKUP_ROUTE;
const hashOf = (secret: string): string => hash('sha256', secret, 'base64');
