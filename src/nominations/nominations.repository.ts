import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import type { Code } from '../contract/codes.js';
import type { PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { mismatched, PERSON_FACTS, type PersonFacts } from '../roster/eligibility.js';
import type { NominationFacts } from './nomination.acts.js';
import type { Candidate, Shift, Verdict } from './nomination.js';

export interface NominationRow {
  id: string;
  support_call_id: string;
  organization_id: string;
  nominated_by: string;
  nominated_at: Date;
  starts_at: Date;
  ends_at: Date;
  note: string;
  decision: 'approved' | 'denied' | 'withdrawn' | null;
  decided_by: string | null;
  decided_at: Date | null;
  decision_reason: string | null;
  /** The plan that approved in the instant of the nomination; then nobody decided. */
  standing_plan_id: string | null;
  results: { person_id: string; verdict: 'eligible' | 'refused'; code: Code | null }[];
}

/** What people read instead of ids. */
interface NominationNames {
  organization_name: string;
  nominated_by_name: string;
  /** Of whoever is not of the nominating organization null: it names ids, and is told nothing of others' people. */
  results: (NominationRow['results'][number] & { name: string | null })[];
}

/** The same with names, and with what it answers to, for who may decide on it now. */
export type NominationWithCall = Omit<NominationRow, 'results'> & NominationNames & NominationFacts;

/** Somebody whom a supervisor may mean. */
export interface StaffRow {
  id: string;
  name: string;
  duty: string;
  employer_id: string | null;
}

/** A person, or a standing plan that two persons agreed to; never both. */
export type Decider = { personId: string; planId?: never } | { planId: string; personId?: never };

/**
 * Whether what a grant would stand on, beside its people, is not what the ledger says: they have their own verdicts. Of
 * `nomination n join support_call c`; `plan` is SQL for the standing plan's id.
 */
export const groundMismatched = (plan: string): string => `(${mismatched(`
    ('nomination', n.id), ('support_call', c.id), ('declaration', c.declaration_id), ('organization', n.organization_id),
    ('field_profile', c.field_profile_id), ('standing_plan', ${plan})`)}
    or exists (select from mismatch m join entrustment_agreement a on a.id = m.resource_id
                where m.resource_type = 'agreement' and m.cleared_at is null and a.organization_id = n.organization_id))`;

const SELECT = `
  select n.id, n.support_call_id, n.organization_id, n.nominated_by, n.nominated_at, n.starts_at, n.ends_at, n.note,
         n.decision, n.decided_by, n.decided_at, n.decision_reason, n.standing_plan_id,
         (select json_agg(json_build_object('person_id', p.person_id, 'name', known.name, 'verdict', p.verdict,
                                            'code', p.code) order by p.ordinal)
            from nomination_person p
            left join person known on known.id = p.person_id and known.organization_id = n.organization_id
           where p.nomination_id = n.id) as results,
         (select name from organization where id = n.organization_id) as organization_name,
         (select name from person where id = n.nominated_by) as nominated_by_name,
         d.declared_at, d.confirmed_at, d.hard_end_at, d.lifted_at, d.waits_for_confirmation, d.posture_level,
         d.declared_by as declaration_declared_by, c.response_pattern, o.declined_at is not null as is_declined,
         ${groundMismatched('null::text')} as is_ground_mismatched
    from nomination n
    join support_call c on c.id = n.support_call_id
    join declaration d on d.id = c.declaration_id
    join support_call_organization o on o.support_call_id = c.id and o.organization_id = n.organization_id
   where ($1::text is null or n.organization_id = $1)`;

/**
 * A grant holds its seat and its person's time while it could still be live: nothing that is over by its own
 * or its declaration's end counts, whether a sweep has visited it or not. $now is a parameter.
 */
export const holds = (now: string): string => `
  g.ends_at > ${now} and g.revoked_at is null and g.handed_back_at is null and d.lifted_at is null and d.hard_end_at > ${now}`;

const CANDIDATES = `
  select asked.person_id, p.id is not null as is_known, p.natural_person_key, ${PERSON_FACTS},
         coalesce((select sum(extract(epoch from least(g.revoked_at, g.handed_back_at, g.ends_at) - g.starts_at)) / 3600
                     from access_grant g
                    where g.natural_person_key = p.natural_person_key and g.declaration_id = $3
                      and least(g.revoked_at, g.handed_back_at, g.ends_at) > g.starts_at), 0)::float8 as hours_given,
         exists (select from access_grant g join declaration d on d.id = g.declaration_id
                  where g.natural_person_key = p.natural_person_key and ($4 or not g.is_drill)
                    and g.starts_at < $6 and g.ends_at > $5 and ${holds('$7')}) as has_other_grant,
         case when e.staff_feed_at is null and p.employer_id is not null or o.staff_feed_at is null then null
              else least(o.staff_feed_at, e.staff_feed_at) end as staff_feed_at,
         (p.employer_id is not null or p.employment = 'contractor') and not exists (
           select from entrustment_agreement a
            where a.organization_id = p.organization_id and a.is_complete and a.sub_contracting_permitted
              and p.employer_id = any(a.sub_contractors)
              and a.valid_from <= $7 and least(a.valid_until, a.ended_at) > $5) as is_sub_contractor_unnamed
    from unnest($1::text[]) with ordinality as asked (person_id, ordinal)
    left join person p on p.id = asked.person_id and p.organization_id = $2
    left join organization o on o.id = p.organization_id
    left join organization e on e.id = p.employer_id
   order by asked.ordinal`;

const SEATS_LEFT = `
  select o.seats - (select count(*) from access_grant g join declaration d on d.id = g.declaration_id
                     where g.support_call_id = o.support_call_id and g.organization_id = o.organization_id
                       and g.starts_at < $4 and g.ends_at > $3 and ${holds('$5')})::integer as seats_left
    from support_call_organization o where o.support_call_id = $1 and o.organization_id = $2`;

const own = (caller: Caller): string | null => (caller.role === 'supervisor' ? caller.organizationId : null);

@Injectable()
export class NominationsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string, caller: Caller): Promise<NominationWithCall | undefined> {
    return this.database.one(`${SELECT} and n.id = $2`, [own(caller), id]);
  }

  async page(query: PageQuery, caller: Caller): Promise<NominationWithCall[]> {
    return this.database.rows(
      `${SELECT} and (n.nominated_at, n.id) < ($2, $3) order by n.nominated_at desc, n.id desc limit $4`,
      [own(caller), query.after.at, query.after.id, query.take],
    );
  }

  /** Locks the nomination: two people who decide at once meet here, and the second finds it decided. */
  async lock(tx: Tx, id: string): Promise<NominationWithCall | undefined> {
    await tx.rows(`select id from nomination where id = $1 for update`, [id]);
    return tx.one(`${SELECT} and n.id = $2`, [null, id]);
  }

  /** Everybody of an organization who has not left. */
  async staff(tx: Tx, organizationId: string): Promise<StaffRow[]> {
    return tx.rows(
      `select id, name, duty, employer_id from person
        where organization_id = $1 and (left_at is null or left_at > $2) order by id`,
      [organizationId, tx.now],
    );
  }

  async candidates(
    tx: Tx,
    people: string[],
    organizationId: string,
    declaration: { id: string; isDrill: boolean },
    shift: Shift,
  ): Promise<Candidate[]> {
    const rows = await tx.rows<
      PersonFacts & Omit<Candidate, 'person'> & { is_known: boolean; natural_person_key: string }
    >(CANDIDATES, [
      people,
      organizationId,
      declaration.id,
      declaration.isDrill,
      shift.startsAt,
      shift.endsAt,
      tx.now,
    ]);
    return rows.map((row) => ({ ...row, person: row.is_known ? row : null }));
  }

  async seatsLeft(tx: Tx, callId: string, organizationId: string, shift: Shift): Promise<number> {
    const row = await tx.one<{ seats_left: number }>(SEATS_LEFT, [
      callId,
      organizationId,
      shift.startsAt,
      shift.endsAt,
      tx.now,
    ]);
    return row?.seats_left ?? 0;
  }

  async insert(tx: Tx, row: Omit<NominationRow, 'results'>, verdicts: readonly Verdict[]): Promise<void> {
    await tx.change(
      `insert into nomination (id, support_call_id, organization_id, nominated_by, nominated_at, starts_at, ends_at, note)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        row.id, row.support_call_id, row.organization_id, row.nominated_by, row.nominated_at, row.starts_at,
        row.ends_at, row.note,
      ], // prettier-ignore
    );
    await tx.change(
      `insert into nomination_person (nomination_id, ordinal, person_id, verdict, code)
       select $1, ordinal, person_id, verdict, code
         from unnest($2::text[], $3::text[], $4::text[]) with ordinality as n (person_id, verdict, code, ordinal)`,
      [
        row.id,
        verdicts.map((one) => one.person_id),
        verdicts.map((one) => one.verdict),
        verdicts.map((one) => one.code ?? null),
      ],
    );
  }

  /** Decides an undecided nomination; false when somebody else was first. */
  async decide(
    tx: Tx,
    id: string,
    decision: 'approved' | 'denied' | 'withdrawn',
    by: Decider,
    reason: string | null = null,
  ): Promise<boolean> {
    const changed = await tx.change(
      `update nomination set decision = $2, decided_by = $3, decided_at = $4, decision_reason = $5, standing_plan_id = $6
        where id = $1 and decision is null`,
      [id, decision, by.personId ?? null, tx.now, reason, by.planId ?? null],
    );
    return changed === 1;
  }
}
