import { permits, type FieldId, type FieldMode } from '../agreements/field-catalogue.js';
import type { Code } from '../contract/codes.js';
import { assertNever } from '../contract/domain-error.js';
import { municipalityInArea } from '../contract/normalise.js';
import { whyNotLive, type GrantFacts } from '../grants/grant.js';
import type { DataSet } from '../wheeling/wheeling.connectors.js';
import { isToldOnAnyCall } from './mask.js';
import type { Call, Holder, Nothing, Target, Use } from './use.js';

/** Every fact of a decision, from one statement after the gate lock was granted. */
export interface Facts extends GrantFacts {
  clock_is_shipped: boolean;
  organization_id: string;
  declaration_id: string;
  is_drill: boolean;
  target_area: string[];
  /** Of the organization, for what the record freezes. */
  retailer_code: string | null;
  /** Fields that an incident of the same kind (drill or not) has frozen for everyone. */
  frozen_fields: string[] | null;
  field_profile_id: string;
  profile_version: number;
  credential_jti: string | null;
  credential_jkt: string | null;
  credential_terminal_id: string | null;
  credential_person_id: string | null;
  credential_expires_at: Date | null;
  credential_released_at: Date | null;
  terminal_lost_at: Date | null;
  terminal_retired_at: Date | null;
  terminal_organization_id: string | null;
  terminal_checked_out_to: string | null;
  /** Failed attempts at what is sought, and at the point that was found. */
  failures: number | null;
  point_failures: number | null;
  /** Calls about the point, while it had power, that named a ticket which is not its own. */
  ticket_failures: number | null;
  /** One natural person, whatever they are called in other organizations (law 4). */
  natural_person_key: string;
  /** Of that person within the hour, and when the first of them count no longer; null where no lookup is asked. */
  lookups: number | null;
  lookups_fewer_at: Date | null;
  ref_grant_id: string | null;
  ref_expires_at: Date | null;
  ref_is_match_only: boolean | null;
  is_revealed: boolean;
}

export interface Question {
  holder: Holder;
  use: Use;
  /** The proof's key was seen before, on any instance. */
  isReplay: boolean;
  /** Asked by a reference of an earlier lookup. */
  hasRef: boolean;
  /** Whose data stands behind the use; null before anything was fetched. */
  dataSet: DataSet | null;
}

export type Decision =
  | { permit: true; isMatchOnly: boolean }
  | { permit: false; code: Code; nothing?: undefined; retryAt?: Date }
  | { permit: false; code: null; nothing: Nothing };

export interface Limits {
  failuresPerSought: number;
  lookupsPerHour: number;
  /** Drills have data of their own here. */
  hasDrillData: boolean;
}

const refuse = (code: Code): Decision => ({ permit: false, code });
const permit = (isMatchOnly = false): Decision => ({ permit: true, isMatchOnly });

/**
 * The decision: pure, over facts of one instant (law 1). Any doubt refuses. The order is that of the person's
 * question: is the clock ours, is the credential this one's, is the grant live, is this use allowed.
 */
export function decide(
  facts: Facts | undefined,
  question: Question,
  profile: ReadonlyMap<FieldId, FieldMode>,
  limits: Limits,
  now: Date,
): Decision {
  if (facts === undefined) return refuse('invalid_token');
  const code =
    (facts.clock_is_shipped ? undefined : 'clock_replaced') ??
    whyNotHeld(facts, question, now) ??
    whyNotLive(facts, now)[0] ??
    whyNotThisData(facts, question, limits) ??
    whyNotByRef(facts, question, now) ??
    ((facts.failures ?? 0) >= limits.failuresPerSought ? 'search_locked' : undefined);
  if (code !== undefined) return refuse(code);
  if (isLookup(question.use) && (facts.lookups ?? 0) >= limits.lookupsPerHour)
    return { permit: false, code: 'too_many_lookups', retryAt: facts.lookups_fewer_at ?? now };
  // A point locked by way of another key answers like one that is not there: a lock must not tell that it is.
  const isLocked = (facts.point_failures ?? 0) >= limits.failuresPerSought;
  if (isLocked) return { permit: false, code: null, nothing: 'locked' };
  return decideUse(facts, withoutLockedTicket(facts, question.use, limits), profile);
}

const isLookup = (use: Use): boolean =>
  use.action === 'lookup' || (use.action === 'enter' && use.kind === 'lookup');

/** Whoever guesses at tickets gets no further by the next guess, nor by the right one. */
function withoutLockedTicket(facts: Facts, use: Use, { failuresPerSought }: Limits): Use {
  if ((facts.ticket_failures ?? 0) < failuresPerSought) return use;
  return 'target' in use && use.target ? { ...use, target: { ...use.target, hasTicket: false } } : use;
}

/** Law 4: the token's id, key, terminal and person are those of the row, current, on a terminal still ours. */
function whyNotHeld(facts: Facts, { holder, isReplay }: Question, now: Date): Code | undefined {
  if (facts.credential_jti === null) return 'invalid_token';
  if (facts.credential_jti !== holder.jti) return 'credential_superseded';
  const isSame =
    facts.credential_jkt === holder.jkt &&
    facts.credential_terminal_id === holder.terminalId &&
    facts.credential_person_id === holder.personId &&
    facts.grant_person_id === holder.personId &&
    facts.terminal_organization_id === facts.organization_id;
  if (!isSame) return 'invalid_token';
  if (isReplay) return 'dpop_replayed';
  if (facts.terminal_lost_at !== null || facts.terminal_retired_at !== null) return 'terminal_lost';
  if (facts.terminal_checked_out_to !== null && facts.terminal_checked_out_to !== holder.personId)
    return 'terminal_checked_out_to_another';
  if (facts.credential_released_at !== null) return 'credential_superseded';
  if (facts.credential_expires_at === null || facts.credential_expires_at <= now) {
    // What ended the credential is often the end of the grant: that is what the person should hear.
    return whyNotLive(facts, now)[0] ?? 'invalid_token';
  }
  return undefined;
}

/** Law 9: a drill never uses real data, nor a real grant a drill's, whichever way the data was come by. */
function whyNotThisData({ is_drill }: Facts, { dataSet }: Question, limits: Limits): Code | undefined {
  if (is_drill) return dataSet === 'real' || !limits.hasDrillData ? 'drill_without_data' : undefined;
  return dataSet === 'drill' ? 'wheeling_untrusted' : undefined;
}

/** A reference is bound to its grant and dies after 15 minutes; a wrong one and a dead one look the same. */
function whyNotByRef(facts: Facts, { holder, hasRef }: Question, now: Date): Code | undefined {
  if (!hasRef) return undefined;
  const isUsable =
    facts.ref_grant_id === holder.grantId && facts.ref_expires_at !== null && facts.ref_expires_at > now;
  return isUsable ? undefined : 'ref_unknown';
}

function decideUse(facts: Facts, use: Use, profile: ReadonlyMap<FieldId, FieldMode>): Decision {
  switch (use.action) {
    case 'enter':
      return ofEntry(facts, use, profile);
    case 'fail':
      return refuse(use.code);
    case 'lookup':
      return ofLookup(facts, use.call, use.target, use.nothing);
    case 'match':
      return isInside(facts, use.target)
        ? ofField(facts, 'match', use.field, profile)
        : refuse('outside_area');
    case 'reveal': {
      if (!isInside(facts, use.target)) return refuse('outside_area');
      // Power may have come back since the lookup: what the call may see is judged anew.
      if (isMatchOnly(use.call, use.target)) return refuse('match_only');
      return ofField(facts, 'reveal', use.field, profile);
    }
    case 'evaluate':
      return ofEvaluation(facts, use, profile);
    default:
      return assertNever(use);
  }
}

function ofEntry(
  facts: Facts,
  { kind, field, fields }: Extract<Use, { action: 'enter' }>,
  profile: ReadonlyMap<FieldId, FieldMode>,
): Decision {
  if (fields?.some((one) => one === null || !profile.has(one)) === true)
    return refuse('field_not_in_profile');
  return field === null ? permit() : ofField(facts, kind === 'reveal' ? 'reveal' : 'match', field, profile);
}

function ofLookup(facts: Facts, call: Call, target: Target | null, nothing: Nothing | null): Decision {
  if (nothing !== null || target === null)
    return { permit: false, code: null, nothing: nothing ?? 'not_found' };
  if (!isInside(facts, target)) return { permit: false, code: null, nothing: 'outside_area' };
  return permit(isMatchOnly(call, target));
}

function ofField(
  facts: Facts,
  mode: 'match' | 'reveal',
  field: FieldId,
  profile: ReadonlyMap<FieldId, FieldMode>,
): Decision {
  const allowed = profile.get(field);
  if (allowed === undefined) return refuse('field_not_in_profile');
  if (isFrozen(facts, field)) return refuse('field_frozen');
  if (mode === 'match') {
    // What may be revealed may be matched too, if the catalogue can match it: else a right answer would count as wrong.
    const isMatchable = allowed === 'match' || (allowed === 'reveal' && permits(field, 'match'));
    return isMatchable ? permit() : refuse('field_mode_refused');
  }
  if (allowed !== 'reveal') return refuse('field_mode_refused');
  if (facts.confirmed_at === null) return refuse('reveal_unconfirmed');
  if (facts.ref_is_match_only === true) return refuse('match_only');
  return facts.is_revealed ? refuse('already_revealed') : permit();
}

/** Modes by which a resource server may show a field itself. */
const VIEWABLE: readonly FieldMode[] = ['show', 'part', 'derived'];

function ofEvaluation(
  facts: Facts,
  use: Extract<Use, { action: 'evaluate' }>,
  profile: ReadonlyMap<FieldId, FieldMode>,
): Decision {
  if (!isInside(facts, use.target)) return refuse('outside_area');
  if (use.fields.some((field) => !profile.has(field))) return refuse('field_not_in_profile');
  if (use.fields.some((field) => isFrozen(facts, field))) return refuse('field_frozen');
  // A reveal is once a call and with a reason: it goes through the broker itself.
  if (use.mode === 'reveal') return refuse('field_mode_refused');
  const onlyMatch = isMatchOnly(use.call, use.target);
  for (const field of use.fields) {
    if (use.mode === 'view') {
      const mode = profile.get(field);
      if (mode === undefined || !VIEWABLE.includes(mode)) return refuse('field_mode_refused');
      if (onlyMatch && !isToldOnAnyCall(field)) return refuse('match_only');
      continue;
    }
    const decision = ofField(facts, use.mode, field, profile);
    if (!decision.permit) return decision;
  }
  return permit(onlyMatch);
}

/** An outbound call, or a premises with power and no ticket of its own: what the caller says may be matched, no more. */
export function isMatchOnly(call: Pick<Call, 'direction'>, target: Target): boolean {
  return call.direction === 'outbound' || (hasPower(target) && !target.hasTicket);
}

export function hasPower({ outageState }: Pick<Target, 'outageState'>): boolean {
  return outageState === 'energised' || outageState === 'restored';
}

/** 見えてはいけないものが見えた: frozen for everyone until two persons release it. */
function isFrozen({ frozen_fields: frozen }: Facts, field: FieldId): boolean {
  return frozen?.includes(field) ?? false;
}

function isInside(facts: Facts, target: Target): boolean {
  return municipalityInArea(target.municipalityCode, facts.target_area);
}
