import { Injectable } from '@nestjs/common';
import type { PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import type { EnrolTerminalDto } from './terminals.dto.js';

export interface TerminalRow {
  id: string;
  serial: string;
  organization_id: string;
  custodian_person_id: string;
  room_id: string;
  jkt: string;
  enrolled_at: Date;
  checked_out_to: string | null;
  checked_out_at: Date | null;
  room_entry_log_ref: string | null;
  lost_at: Date | null;
  retired_at: Date | null;
}

const COLUMNS = `id, serial, organization_id, custodian_person_id, room_id, jkt, enrolled_at, checked_out_to, checked_out_at,
  room_entry_log_ref, lost_at, retired_at`;

/** What two persons can change of a terminal, as they name it. */
export interface TerminalMembers {
  custodian_person_id: string;
  room: string;
  checked_out_to: string | null;
  room_entry_log_ref: string | null;
}

/** What stands in the way of a change: each column true when its fact is missing. */
export interface PlacementFacts {
  no_custodian: boolean;
  no_room: boolean;
  no_holder: boolean;
}

/** What stands in the way of an enrolment: each column true when its fact is missing. */
export interface EnrolmentFacts {
  no_organization: boolean;
  no_custodian: boolean;
  no_room: boolean;
  is_taken: boolean;
}

@Injectable()
export class TerminalsRepository {
  constructor(private readonly database: Database) {}

  async rooms(
    { after, take }: PageQuery,
    organizationId: string | null,
  ): Promise<{ id: string; name: string; organization_id: string | null }[]> {
    return this.database.rows(
      `select id, name, organization_id from room
        where id collate "C" < $1::text collate "C" and ($2::text is null or coalesce(organization_id, $2) = $2)
        order by id collate "C" desc limit $3`,
      [after.id, organizationId, take],
    );
  }

  /** When the last current credential was issued on each of them. */
  async lastSeen(
    ids: readonly string[],
    reader: Pick<Tx, 'rows'> = this.database,
  ): Promise<{ id: string; at: Date }[]> {
    return reader.rows(
      `select terminal_id as id, max(issued_at) as at from credential where terminal_id = any($1) group by terminal_id`,
      [ids],
    );
  }

  async byThumbprint(tx: Tx, jkt: string): Promise<TerminalRow | undefined> {
    return tx.one(`select ${COLUMNS} from terminal where jkt = $1`, [jkt]);
  }

  async facts(
    tx: Tx,
    dto: Omit<EnrolTerminalDto, 'jwk'>,
    jkt: string | null,
  ): Promise<EnrolmentFacts | undefined> {
    return tx.one(
      `select not exists (select from organization where id = $1 and ended_at is null) as no_organization,
              not exists (select from person where id = $2 and organization_id = $1
                           and (left_at is null or left_at > $6)) as no_custodian,
              not exists (select from room where id = $3 and coalesce(organization_id, $1) = $1) as no_room,
              exists (select from terminal where serial = $4 or jkt = $5) as is_taken`,
      [dto.organization_id, dto.custodian_person_id, dto.room, dto.serial, jkt, tx.now],
    );
  }

  async insert(tx: Tx, id: string, dto: EnrolTerminalDto, jkt: string, changeId: string): Promise<void> {
    await tx.change(
      `insert into terminal (id, serial, organization_id, custodian_person_id, room_id, jwk, jkt, enrolled_at, enrolled_by_change, change_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
      [
        id, dto.serial, dto.organization_id, dto.custodian_person_id, dto.room, JSON.stringify(dto.jwk), jkt, tx.now,
        changeId,
      ], // prettier-ignore
    );
  }

  async find(
    tx: Pick<Tx, 'one'>,
    id: string,
    organizationId: string | null,
  ): Promise<TerminalRow | undefined> {
    return tx.one(
      `select ${COLUMNS} from terminal where id = $1 and ($2::text is null or organization_id = $2)`,
      [id, organizationId],
    );
  }

  /** False when it was reported lost before. */
  async lose(tx: Tx, id: string): Promise<boolean> {
    const changed = await tx.change(`update terminal set lost_at = $2 where id = $1 and lost_at is null`, [
      id,
      tx.now,
    ]);
    return changed === 1;
  }

  async placement(
    tx: Tx,
    organizationId: string,
    members: TerminalMembers,
  ): Promise<PlacementFacts | undefined> {
    return tx.one(
      `with staff as (select id from person where organization_id = $1 and (left_at is null or left_at > $5))
       select not exists (select from staff where id = $2) as no_custodian,
              not exists (select from room where id = $3 and coalesce(organization_id, $1) = $1) as no_room,
              $4::text is not null and not exists (select from staff where id = $4) as no_holder`,
      [organizationId, members.custodian_person_id, members.room, members.checked_out_to, tx.now],
    );
  }

  /** Who takes it over takes it over now. */
  async change(tx: Tx, id: string, members: TerminalMembers, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update terminal set custodian_person_id = $2, room_id = $3, room_entry_log_ref = $5, change_id = $6,
              checked_out_to = $4,
              checked_out_at = case when $4::text is null then null
                                    when checked_out_to is not distinct from $4 then checked_out_at else $7 end
        where id = $1 and lost_at is null and retired_at is null`,
      [
        id, members.custodian_person_id, members.room, members.checked_out_to, members.room_entry_log_ref, changeId,
        tx.now,
      ], // prettier-ignore
    );
    return changed === 1;
  }

  async retire(tx: Tx, id: string, changeId: string): Promise<boolean> {
    const changed = await tx.change(
      `update terminal set retired_at = $2, change_id = $3 where id = $1 and retired_at is null`,
      [id, tx.now, changeId],
    );
    return changed === 1;
  }
}
