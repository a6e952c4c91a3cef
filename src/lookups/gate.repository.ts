import type { RunStatement, Statement } from '../database/gate-connections.js';
import { CLOCK_TEXT } from '../clock/shipped-clock.js';
import { GRANT_COLUMNS, GRANT_TABLES } from '../grants/grant.js';
import { FIELDS_OF } from '../agreements/profiles.repository.js';
import type { ProfileField } from '../agreements/field-profile.js';
import type { Facts } from './decide.js';

/** Serialises the attempts on one sought key or one reveal, over all instances; sorted, so no two deadlock. */
const ATTEMPT_LOCKS: Statement = {
  name: 'gate_attempt_locks',
  text: `select pg_advisory_xact_lock(key) from unnest($1::bigint[]) as key`,
};

/** Sorted keys: two batches that insert the same proofs meet in the same order. */
const PROOFS: Statement = {
  name: 'gate_proofs',
  text: `insert into dpop_proof (replay_key, expires_at) select key, broker_now() + interval '5 minutes'
           from unnest($1::bytea[]) as key on conflict do nothing returning replay_key`,
};

/**
 * Depends on no row of the batch, so it runs once for all; a drill's incident freezes drills only (law 9). A field whose
 * incidents are not what the ledger says is frozen as well: a release that nobody made releases nothing.
 */
const FROZEN = `
  select array_agg(distinct field_id)
    from (select field_id, is_drill from incident where released_at is null
          union all select m.resource_id, either.is_drill
            from mismatch m, (values (true), (false)) as either (is_drill)
           where m.resource_type = 'field' and m.cleared_at is null) as frozen
   where true`;

const FACTS: Statement = {
  name: 'gate_facts',
  text: `
    select asked.n::integer as n, broker_now() as now, ${CLOCK_TEXT} as clock_text, f.*, s.failures, o.failures as point_failures,
           k.failures as ticket_failures,
           r.grant_id as ref_grant_id, r.expires_at as ref_expires_at, r.is_match_only as ref_is_match_only,
           h.lookups, h.lookups_fewer_at,
           exists (select from field_reveal v where v.declaration_id = f.declaration_id and v.call_id = r.call_id
                     and v.supply_point_ref = r.supply_point_ref and v.field_id = asked.field_id) as is_revealed,
           case when f.is_drill then (${FROZEN} and is_drill) else (${FROZEN} and not is_drill) end as frozen_fields
      from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::boolean[]) with ordinality
             as asked (grant_id, sought, point, ref_hash, field_id, ticket, is_lookup, n)
      join lateral (
        select ${GRANT_COLUMNS}, g.natural_person_key, g.organization_id, g.declaration_id, g.is_drill, d.target_area, o.retailer_code,
               g.field_profile_id, fp.current_version as profile_version,
               c.jti as credential_jti, c.jkt as credential_jkt, c.terminal_id as credential_terminal_id,
               c.person_id as credential_person_id, c.expires_at as credential_expires_at,
               c.released_at as credential_released_at, t.lost_at as terminal_lost_at,
               t.retired_at as terminal_retired_at, t.organization_id as terminal_organization_id,
               t.checked_out_to as terminal_checked_out_to
          from ${GRANT_TABLES}
          left join credential c on c.grant_id = g.id
          left join terminal t on t.id = c.terminal_id
         where g.id = asked.grant_id
        offset 0) f on true
      left join search_failure s on s.declaration_id = f.declaration_id and s.sought = asked.sought
      left join search_failure o on o.declaration_id = f.declaration_id and o.sought = asked.point
      left join search_failure k on k.declaration_id = f.declaration_id and k.sought = asked.ticket
      left join lookup_ref r on r.ref_hash = asked.ref_hash
      left join lateral (
        select sum(one.lookups)::integer as lookups, min(one.expires_at) as lookups_fewer_at
          from lookup_count one
         where asked.is_lookup and one.natural_person_key = f.natural_person_key and one.is_drill = f.is_drill
           and one.expires_at > broker_now()) h on true`,
};

const CLOCK: Statement = {
  name: 'gate_clock',
  text: `select broker_now() as now, ${CLOCK_TEXT} as clock_text`,
};

const PROFILE_FIELDS: Statement = {
  name: 'gate_profile_fields',
  text: FIELDS_OF,
};

/** In one statement, since each costs a round trip. Every batch takes the rows of both tables in the same order. */
const USE_NUMBERS: Statement = {
  name: 'gate_use_numbers',
  text: `with counted as (
           insert into lookup_count (natural_person_key, is_drill, slot, expires_at, lookups)
           select * from unnest($3::text[], $4::boolean[], $5::timestamptz[], $6::timestamptz[], $7::integer[])
           on conflict (natural_person_key, is_drill, slot) do update set lookups = lookup_count.lookups + excluded.lookups)
         insert into grant_use (grant_id, last_no) select * from unnest($1::text[], $2::integer[])
         on conflict (grant_id) do update set last_no = grant_use.last_no + excluded.last_no
         returning grant_id, last_no`,
};

const FAILURES: Statement = {
  name: 'gate_failures',
  text: `insert into search_failure (declaration_id, sought, failures) select * from unnest($1::text[], $2::text[], $3::integer[])
         on conflict (declaration_id, sought) do update set failures = search_failure.failures + excluded.failures`,
};

const REFS: Statement = {
  name: 'gate_refs',
  text: `insert into lookup_ref (ref_hash, grant_id, call_id, call, supply_point_ref, sealed, is_match_only, expires_at)
         select * from unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::boolean[], $8::timestamptz[])`,
};

const REVEALS: Statement = {
  name: 'gate_reveals',
  text: `insert into field_reveal (declaration_id, call_id, supply_point_ref, field_id, revealed_at)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])`,
};

export interface AskedFacts {
  grantId: string;
  sought: string | null;
  point: string | null;
  refHash: Buffer | null;
  field: string | null;
  ticket: string | null;
  /** Whether the person's lookups of the hour matter. */
  isLookup: boolean;
}

export type FactsRow = Facts & { n: number; now: Date; clock_text: string };

export interface NewRef {
  refHash: Buffer;
  grantId: string;
  callId: string;
  /** JSON of the call, for the records of later uses of the reference. */
  call: string;
  supplyPointRef: string;
  sealed: Buffer;
  isMatchOnly: boolean;
  expiresAt: Date;
}

export interface NewFailure {
  declarationId: string;
  sought: string;
}

export interface NewReveal {
  declarationId: string;
  callId: string;
  supplyPointRef: string;
  field: string;
}

/** So many lookups to add to somebody's count. */
export interface LookupCount {
  naturalPersonKey: string;
  isDrill: boolean;
  /** The stretch begins. */
  slot: Date;
  /** It counts no longer. */
  expiresAt: Date;
  lookups: number;
}

/** The statements of one batch, on its connection. */
export class GateBatch {
  constructor(readonly run: RunStatement) {}

  async lockAttempts(keys: bigint[]): Promise<void> {
    if (keys.length > 0) await this.run(ATTEMPT_LOCKS, [keys.map(String)]);
  }

  /** → the keys that were new, as hex. */
  async insertProofs(keys: Buffer[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const sorted = keys.toSorted((one, other) => one.compare(other));
    const rows = await this.run<{ replay_key: Buffer }>(PROOFS, [sorted]);
    return new Set(rows.map((row) => row.replay_key.toString('hex')));
  }

  async facts(asked: readonly AskedFacts[]): Promise<FactsRow[]> {
    return this.run(FACTS, [
      asked.map((one) => one.grantId),
      asked.map((one) => one.sought),
      asked.map((one) => one.point),
      asked.map((one) => one.refHash),
      asked.map((one) => one.field),
      asked.map((one) => one.ticket),
      asked.map((one) => one.isLookup),
    ]);
  }

  /** For a batch in which no grant was found at all. */
  async clock(): Promise<{ now: Date; clock_text: string } | undefined> {
    const [row] = await this.run<{ now: Date; clock_text: string }>(CLOCK, []);
    return row;
  }

  /** Planned by its key, as everything here; the rows of a version never change. */
  async profileFields(id: string, version: number): Promise<ProfileField[]> {
    return this.run(PROFILE_FIELDS, [id, version]);
  }

  /** Adds `count` uses to each grant, in sorted order; → the last number of each after it. Adds the lookups as well. */
  async numberUses(
    counts: ReadonlyMap<string, number>,
    lookups: readonly LookupCount[],
  ): Promise<Map<string, number>> {
    if (counts.size === 0 && lookups.length === 0) return new Map();
    const grants = [...counts.keys()].sort();
    const rows = await this.run<{ grant_id: string; last_no: number }>(USE_NUMBERS, [
      grants,
      grants.map((grant) => counts.get(grant)),
      lookups.map((one) => one.naturalPersonKey),
      lookups.map((one) => one.isDrill),
      lookups.map((one) => one.slot),
      lookups.map((one) => one.expiresAt),
      lookups.map((one) => one.lookups),
    ]);
    return new Map(rows.map((row) => [row.grant_id, row.last_no]));
  }

  async addFailures(failures: readonly NewFailure[]): Promise<void> {
    if (failures.length === 0) return;
    const counts = new Map<string, { declarationId: string; sought: string; count: number }>();
    for (const failure of failures) {
      const key = `${failure.declarationId} ${failure.sought}`;
      counts.set(key, { ...failure, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    const sorted = [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
    await this.run(FAILURES, [
      sorted.map((one) => one.declarationId),
      sorted.map((one) => one.sought),
      sorted.map((one) => one.count),
    ]);
  }

  async insertRefs(refs: readonly NewRef[]): Promise<void> {
    if (refs.length === 0) return;
    await this.run(REFS, [
      refs.map((one) => one.refHash),
      refs.map((one) => one.grantId),
      refs.map((one) => one.callId),
      refs.map((one) => one.call),
      refs.map((one) => one.supplyPointRef),
      refs.map((one) => one.sealed),
      refs.map((one) => one.isMatchOnly),
      refs.map((one) => one.expiresAt),
    ]);
  }

  async insertReveals(reveals: readonly NewReveal[], at: Date): Promise<void> {
    if (reveals.length === 0) return;
    await this.run(REVEALS, [
      reveals.map((one) => one.declarationId),
      reveals.map((one) => one.callId),
      reveals.map((one) => one.supplyPointRef),
      reveals.map((one) => one.field),
      reveals.map(() => at),
    ]);
  }
}
