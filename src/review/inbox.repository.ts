import { Injectable } from '@nestjs/common';
import type { Caller, Role } from '../contract/caller.js';
import type { PageQuery } from '../contract/page.js';
import { Database } from '../database/database.js';
import { OVERDUE_FINDINGS, OWN_FINDINGS } from './desk/findings.inbox.js';
import { WAITING_ANALYSES } from './detection/analyses.inbox.js';
import { GRANT_COLUMNS, GRANT_TABLES, type GrantFacts } from '../grants/grant.js';

export interface InboxRow {
  id: string;
  kind: string;
  at: Date;
  due_at: Date | null;
  is_drill: boolean;
  /** The name of the declaration, or what the line is about. */
  name: string | null;
  number: string | null;
  detail: string | null;
  /** What is to be read with it, where people wrote that. */
  text: string | null;
  declaration_id: string | null;
  support_call_id: string | null;
  nomination_id: string | null;
  grant_id: string | null;
  change_id: string | null;
  finding_id: string | null;
}

export interface OwnGrant extends GrantFacts {
  declaration_id: string;
  is_drill: boolean;
  name: string;
  approved_at: Date;
}

/** News is shown for this long; what waits for somebody is shown as long as it waits. */
const RECENT = `broker_now() - interval '14 days'`;

const REFERENCES = [
  'declaration_id',
  'support_call_id',
  'nomination_id',
  'grant_id',
  'change_id',
  'finding_id',
] as const;

/** One source: each member is SQL; references that are left out are null. */
interface Source extends Partial<Record<(typeof REFERENCES)[number], string>> {
  kind: string;
  id: string;
  at: string;
  due_at?: string;
  is_drill?: string;
  name?: string;
  number?: string;
  detail?: string;
  text?: string;
  from: string;
  where: string;
}

const ofDeclaration = { is_drill: 'd.is_drill', name: 'd.name', number: 'd.number', declaration_id: 'd.id' };

const DECLARATIONS: Source[] = [
  {
    ...ofDeclaration,
    kind: `'declaration.declared'`,
    id: `'declared-' || d.id`,
    at: 'd.declared_at',
    from: `declaration d`,
    where: `d.declared_at > ${RECENT}`,
  },
  {
    ...ofDeclaration,
    kind: `case a.kind when 'extend' then 'declaration.extended' when 'grow' then 'declaration.grown' else 'declaration.shrunk' end`,
    id: `'amended-' || d.id || '-' || a.ordinal`,
    at: 'a.at',
    detail: 'a.hard_end_at::text',
    from: `declaration_amendment a join declaration d on d.id = a.declaration_id`,
    where: `a.at > ${RECENT}`,
  },
  {
    ...ofDeclaration,
    kind: `'declaration.lifted'`,
    id: `'lifted-' || d.id`,
    at: 'd.lifted_at',
    detail: 'd.lift_reason',
    from: `declaration d`,
    where: `d.lifted_at > ${RECENT}`,
  },
];

/** More time or more places past the days that need no compliance officer: that officer's to confirm, and nobody else's. */
const BEYOND = `(c.kind like 'declaration.%' and c.body::jsonb -> 'needs_compliance_officer' = 'true')`;
/** What becomes of the records, in which headquarters' own acts are. */
const OF_RECORDS = `c.kind ~ '^(record|purge|legal_hold)[.]'`;

const changes = (which: string): Source => ({
  kind: `'change.waiting'`,
  id: `'change-' || c.id`,
  at: 'c.proposed_at',
  due_at: 'c.lapses_at',
  detail: 'c.kind',
  change_id: 'c.id',
  from: `change c`,
  where: `c.decision is null and c.lapses_at > broker_now() and c.proposed_by <> me.person_id and ${which}`,
});

const HEADQUARTERS: Source[] = [
  {
    ...ofDeclaration,
    kind: `'declaration.unconfirmed'`,
    id: `'unconfirmed-' || d.id`,
    at: 'd.declared_at',
    due_at: 'd.hard_end_at',
    from: `declaration d`,
    where: `d.confirmed_at is null and d.lifted_at is null and d.hard_end_at > broker_now()`,
  },
  {
    ...ofDeclaration,
    kind: `'nomination.waiting'`,
    id: `'nomination-' || n.id`,
    at: 'n.nominated_at',
    due_at: 'n.ends_at',
    detail: `(select count(*)::text from nomination_person q where q.nomination_id = n.id and q.verdict = 'eligible')`,
    support_call_id: 'n.support_call_id',
    nomination_id: 'n.id',
    from: `nomination n join support_call s on s.id = n.support_call_id join declaration d on d.id = s.declaration_id`,
    where: `n.decision is null and n.ends_at > broker_now() and d.lifted_at is null and d.hard_end_at > broker_now()`,
  },
];

const SUPERVISOR: Source[] = [
  {
    ...ofDeclaration,
    kind: `'support_call.received'`,
    id: `'call-' || s.id`,
    at: 's.called_at',
    number: 's.number',
    detail: 's.response_pattern::text',
    support_call_id: 's.id',
    from: `support_call_organization w join support_call s on s.id = w.support_call_id join declaration d on d.id = s.declaration_id`,
    where: `w.organization_id = me.organization_id and s.called_at > ${RECENT}`,
  },
  {
    ...ofDeclaration,
    kind: `'nomination.' || n.decision`,
    id: `'decided-' || n.id`,
    at: 'n.decided_at',
    detail: 'n.decision_reason',
    support_call_id: 'n.support_call_id',
    nomination_id: 'n.id',
    from: `nomination n join support_call s on s.id = n.support_call_id join declaration d on d.id = s.declaration_id`,
    where: `n.organization_id = me.organization_id and n.decision in ('approved', 'denied') and n.decided_at > ${RECENT}`,
  },
];

/** A row that decides access is not what the ledger says: whoever answers for the facts and whoever monitors hears of it. */
const MISMATCHES: Source[] = [
  {
    kind: `'mismatch.open'`,
    id: `'mismatch-' || x.id`,
    at: 'x.found_at',
    name: `x.resource_type || ' ' || x.resource_id`,
    detail: 'x.what',
    grant_id: `case when x.resource_type in ('grant', 'credential') then x.resource_id end`,
    from: 'mismatch x',
    where: 'x.cleared_at is null',
  },
];

/** Who reported an incident stands sealed in its record, and is no part of this. */
const WATCH: Source[] = [
  {
    ...ofDeclaration,
    kind: `'exposure.open'`,
    id: `'exposure-' || y.id`,
    at: 'y.found_at',
    detail: 'y.target',
    grant_id: 'y.grant_id',
    from: `exposure y join access_grant g on g.id = y.grant_id join declaration d on d.id = g.declaration_id`,
    where: `y.resolved_at is null`,
  },
  {
    ...ofDeclaration,
    kind: `'incident.open'`,
    id: `'incident-' || i.id`,
    at: 'i.at',
    detail: 'f.label_ja',
    from: `incident i join declaration d on d.id = i.declaration_id join field f on f.id = i.field_id`,
    where: `i.released_at is null`,
  },
];

const SOURCES: Record<Exclude<Role, 'operator'>, Source[]> = {
  headquarters: [...HEADQUARTERS, changes(`not ${BEYOND} and not ${OF_RECORDS}`), ...WATCH],
  officer: [...DECLARATIONS, changes(`c.kind not like 'declaration.%'`), ...MISMATCHES, OWN_FINDINGS],
  compliance_officer: [...DECLARATIONS, changes(`(${BEYOND} or ${OF_RECORDS})`), OWN_FINDINGS],
  supervisor: SUPERVISOR,
  auditor: [...WATCH, ...MISMATCHES, OVERDUE_FINDINGS, WAITING_ANALYSES],
  regulator: [],
};

/** What somebody has to do something about; the other kinds are news. */
const WAITING = [
  'analysis.overdue',
  'analysis.waiting',
  'change.waiting',
  'declaration.unconfirmed',
  'exposure.open',
  'finding.assigned',
  'finding.overdue',
  'incident.open',
  'mismatch.open',
  'nomination.waiting',
];

function select(source: Source): string {
  const references = REFERENCES.map((name) => `${source[name] ?? 'null::text'} as ${name}`).join(', ');
  return `select (${source.id}) collate "C" as id, ${source.kind} as kind, ${source.at} as at,
      ${source.due_at ?? 'null::timestamptz'} as due_at, ${source.is_drill ?? 'false'} as is_drill,
      ${source.name ?? 'null::text'} as name, ${source.number ?? 'null::text'} as number,
      ${source.detail ?? 'null::text'} as detail, ${source.text ?? 'null::text'} as text, ${references}
    from me cross join ${source.from} where ${source.where}`;
}

@Injectable()
export class InboxRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, derived from the tables at this instant; one statement for a role. */
  async page(caller: Caller, role: keyof typeof SOURCES, query: PageQuery): Promise<InboxRow[]> {
    const sources = SOURCES[role];
    if (sources.length === 0) return [];
    return this.database.rows(
      `with me as (select $4::text as person_id, $5::text as organization_id)
       select * from (${sources.map(select).join('\nunion all\n')}) as item
        where (item.at, item.id) < ($1, $2::text collate "C") order by item.at desc, item.id desc limit $3`,
      [query.after.at, query.after.id, query.take, caller.personId, caller.organizationId],
    );
  }

  /** How many of each kind wait for the person, whoever else they wait for. */
  async waiting(caller: Caller, role: keyof typeof SOURCES): Promise<{ kind: string; count: number }[]> {
    const sources = SOURCES[role];
    if (sources.length === 0) return [];
    return this.database.rows(
      `with me as (select $1::text as person_id, $2::text as organization_id)
       select kind, count(*)::integer as count from (${sources.map(select).join('\nunion all\n')}) as item
        where kind = any($3) group by kind order by kind`,
      [caller.personId, caller.organizationId, WAITING],
    );
  }

  /** The last grants of a person, with every fact: what is to be said of them is judged outside of SQL. */
  async ownGrants(personId: string): Promise<{ now: Date; rows: OwnGrant[] }> {
    const rows = await this.database.rows<OwnGrant>(
      `select ${GRANT_COLUMNS}, g.declaration_id, g.is_drill, d.name, g.approved_at
         from ${GRANT_TABLES} where g.person_id = $1 and g.ends_at > ${RECENT} order by g.approved_at desc, g.id desc limit 200`,
      [personId],
    );
    return { now: await this.database.now(), rows };
  }
}
