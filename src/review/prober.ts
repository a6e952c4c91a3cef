import { Logger } from '@nestjs/common';
import type { BrokerClock } from '../clock/broker-clock.js';
import type { PublicUrl } from '../contract/public-url.js';
import { issueAccessToken, type AccessTokenClaims } from '../credentials/access-token.js';
import type { OauthService } from '../credentials/oauth.service.js';
import type { TokenKeys } from '../credentials/token-keys.service.js';
import type { Gate } from '../lookups/gate.js';
import { PROBE_GATE } from './endings.records.js';

export type ProbeTarget = 'gate' | 'introspection';

/** The last credential of a grant that has ended, as its row says. */
export interface DeadCredential {
  grantId: string;
  declarationId: string;
  jti: string;
  jkt: string;
  terminalId: string;
  personId: string;
}

/**
 * `permitted`, `active`: it opened something. `otherwise`: refused, but not because of the end.
 * `not_tried`: nobody could judge it just now, so nothing is known of the end.
 */
export type Fault = 'permitted' | 'active' | 'otherwise' | 'not_tried';

export interface ProbeOutcome {
  dead: DeadCredential;
  target: ProbeTarget;
  code: string | null;
  /** The gate writes its own record; that of an introspection is written with the outcome. */
  recordId: string | null;
  /** Null when the refusal proves the end. */
  fault: Fault | null;
}

/** Refusals that say nothing of the grant: they would stand there for a live one as well. */
const NO_PROOF: ReadonlySet<string> = new Set([
  'clock_replaced',
  'drill_without_data',
  'record_mismatch',
  'search_locked',
]);
const SECONDS = 60;
/** Introspections under way at once: a sweep leaves the connections to the people at work. */
const SIDE_BY_SIDE = 4;

/** Whether the holder may come in at all; nothing is sought, fetched or disclosed. */
const ENTRY = {
  use: { action: 'enter', kind: 'lookup', call: null, field: null },
  replayKey: null,
  sought: null,
  point: null,
  isFailedAttempt: false,
  refHash: null,
  supplyPointRef: null,
  dataSet: null,
  customer: null,
  record: PROBE_GATE,
  disclose: () => null,
} as const;

/**
 * Tries dead credentials against the service itself (law 6). The token is signed anew, with the ids, key, terminal
 * and person of the credential's row and a fresh time: signature and expiry are in order, so only the rows can refuse.
 * It never leaves this process and no proof can be made for it, since the terminal's key is not here.
 */
export class Prober {
  private readonly log = new Logger('prober');

  constructor(
    private readonly rooms: {
      gate: Gate;
      oauth: OauthService;
      keys: TokenKeys;
      publicUrl: PublicUrl;
      clock: BrokerClock;
    },
  ) {}

  async tryAll(dead: readonly DeadCredential[]): Promise<ProbeOutcome[]> {
    const atGate = await Promise.all(dead.map((one) => this.tried(one, 'gate')));
    const introspected: ProbeOutcome[] = [];
    for (let from = 0; from < dead.length; from += SIDE_BY_SIDE) {
      const group = dead.slice(from, from + SIDE_BY_SIDE);
      introspected.push(...(await Promise.all(group.map((one) => this.tried(one, 'introspection')))));
    }
    return [...atGate, ...introspected];
  }

  private async tried(dead: DeadCredential, target: ProbeTarget): Promise<ProbeOutcome> {
    try {
      const token = await this.revived(dead);
      // Without this, a token that is malformed by a fault of ours would look like one that was refused.
      const claims = this.rooms.oauth.verify(token);
      return target === 'gate' ? await this.askGate(dead, claims) : await this.introspect(dead, token);
    } catch (error) {
      this.log.warn(`the credential of ${dead.grantId} could not be tried (${target}): ${reasonOf(error)}`);
      return { dead, target, code: null, recordId: null, fault: 'not_tried' };
    }
  }

  private async revived(dead: DeadCredential): Promise<string> {
    const { clock, keys, publicUrl } = this.rooms;
    const now = clock.now();
    const scope = { fields: [], area: [], declaration: dead.declarationId };
    const request = {
      ...dead,
      // A probe does not come through the door, where organizations are counted.
      organizationId: 'probe',
      issuer: publicUrl.value,
      audience: publicUrl.value,
      authorizationDetails: [{ type: 'kashikagi_outage_call' as const, ...scope }],
      expiresAt: new Date(now.getTime() + SECONDS * 1000),
    };
    return issueAccessToken(keys.ring, request, now);
  }

  private async askGate(dead: DeadCredential, holder: AccessTokenClaims): Promise<ProbeOutcome> {
    const details = { jti: dead.jti };
    const { decision, recordId } = await this.rooms.gate.ask({ ...ENTRY, holder, details });
    const found = { dead, target: 'gate' as const, recordId };
    if (decision.permit) return { ...found, code: null, fault: 'permitted' };
    if (decision.code === 'unavailable') return { ...found, code: decision.code, fault: 'not_tried' };
    const isProof = decision.code !== null && !NO_PROOF.has(decision.code);
    return { ...found, code: decision.code ?? decision.nothing, fault: isProof ? null : 'otherwise' };
  }

  private async introspect(dead: DeadCredential, token: string): Promise<ProbeOutcome> {
    const { active } = await this.rooms.oauth.introspect(token);
    const found = { dead, target: 'introspection' as const, recordId: null };
    return active ? { ...found, code: null, fault: 'active' } : { ...found, code: 'inactive', fault: null };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
