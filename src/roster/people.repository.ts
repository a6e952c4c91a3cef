import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { PERSON_FACTS, type PersonFacts } from './eligibility.js';
import { MEMBERS, type Kin, type PersonMembers } from './person.js';
import type { Organization } from './person-rules.js';

export interface PersonRow {
  id: string;
  organization_id: string;
  /** Columns as JSON has them. */
  facts: Record<string, unknown>;
}

/** A row with the key of one of those asked for, in the organization or elsewhere. */
export interface KinRow extends Kin {
  id: string;
  organization_id: string;
}

export type WrittenPerson = PersonMembers & { id: string };

const TYPES: Readonly<Record<string, string>> = {
  has_conflict: 'boolean',
  utility_staff_cleared: 'boolean',
};
const typeOf = (member: string): string =>
  TYPES[member] ?? (/_(at|until)$/.test(member) ? 'timestamptz' : 'text');
const SHAPE = ['id', ...MEMBERS].map((member) => `${member} ${typeOf(member)}`).join(', ');
/** The key of the natural person is set once, and the role of the service could not change it. */
const CHANGED = [...MEMBERS.filter((member) => member !== 'natural_person_key'), 'change_id'];

const UPSERT = `
  insert into person as p (id, organization_id, organization_kind, ${MEMBERS.join(', ')}, change_id)
  select x.id, o.id, o.kind, ${MEMBERS.map((member) => `x.${member}`).join(', ')}, $3
    from jsonb_to_recordset($1::jsonb) as x (${SHAPE}) join organization o on o.id = $2
  on conflict (id) do update set ${CHANGED.map((column) => `${column} = excluded.${column}`).join(', ')}
    where p.organization_id = excluded.organization_id`;

/** An organization that has ended employs nobody any more. */
const KIN = `
  select p.id, p.organization_id, p.natural_person_key, p.organization_kind, p.duty,
         to_jsonb(p) ->> 'sales_duty_until' as sales_duty_until, least(p.left_at, o.ended_at) as left_at
    from person p join organization o on o.id = p.organization_id where p.natural_person_key = any($1)`;

@Injectable()
export class PeopleRepository {
  constructor(private readonly database: Database) {}

  /** The facts that decide, at this moment. */
  async eligibility(ids: readonly string[]): Promise<(PersonFacts & { id: string; now: Date })[]> {
    return this.database.rows(
      `select p.id, broker_now() as now, ${PERSON_FACTS} from person p where p.id = any($1)`,
      [ids],
    );
  }

  async organizations(tx: Tx, ids: readonly (string | null)[]): Promise<Map<string, Organization>> {
    const rows = await tx.rows<Omit<Organization, 'staff_feed_at'> & { staff_feed_at: Date | null }>(
      `select id, kind, coalesce(ended_at <= $2, false) as is_ended, both_sides(id) as is_for_both_sides, staff_feed_at
         from organization where id = any($1)`,
      [ids, tx.now],
    );
    return new Map(
      rows.map((row) => [row.id, { ...row, staff_feed_at: row.staff_feed_at?.toISOString() ?? null }]),
    );
  }

  async find(tx: Tx, ids: readonly string[]): Promise<Map<string, PersonRow>> {
    const rows = await tx.rows<PersonRow>(
      `select id, organization_id, to_jsonb(p) as facts from person p where id = any($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  async sharing(tx: Tx, keys: readonly string[]): Promise<KinRow[]> {
    const rows = await tx.rows<Omit<KinRow, 'left_at'> & { left_at: Date | null }>(KIN, [keys]);
    return rows.map((row) => ({
      ...row,
      sales_duty_until: row.sales_duty_until === null ? null : isoOf(row.sales_duty_until),
      left_at: row.left_at?.toISOString() ?? null,
    }));
  }

  /** Who decides and lifts now: nobody who has left, nobody of an organization that has ended. */
  async headquarters(reader: Pick<Tx, 'rows'>): Promise<string[]> {
    const rows = await reader.rows<{ id: string }>(
      `select p.id from person p join organization o on o.id = p.organization_id
        where p.role = 'headquarters' and p.left_at is null and o.ended_at is null`,
    );
    return rows.map((row) => row.id);
  }

  /** All of them in one statement: the gate waits for it. → how many rows were written */
  async write(
    tx: Tx,
    organizationId: string,
    people: readonly WrittenPerson[],
    changeId: string,
  ): Promise<number> {
    if (people.length === 0) return 0;
    return tx.change(UPSERT, [JSON.stringify(people), organizationId, changeId]);
  }

  async retire(tx: Tx, id: string, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update person set left_at = $2, change_id = $3 where id = $1 and left_at is null`,
      [id, tx.now, changeId],
    );
    return changed === 1;
  }

  async dateFeed(tx: Tx, organizationId: string, asOf: string, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update organization set staff_feed_at = $2, change_id = $3
        where id = $1 and (staff_feed_at is null or staff_feed_at <= $2)`,
      [organizationId, asOf, changeId],
    );
    return changed === 1;
  }
}

const isoOf = (time: string): string => (time === 'infinity' ? time : new Date(time).toISOString());
