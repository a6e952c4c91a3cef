import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
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
  lost_at: Date | null;
  retired_at: Date | null;
}

const COLUMNS = `id, serial, organization_id, custodian_person_id, room_id, jkt, enrolled_at, lost_at, retired_at`;

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

  async page(query: PageQuery, caller: Caller): Promise<TerminalRow[]> {
    return this.database.rows(
      `select ${COLUMNS} from terminal
        where ($1::text is null or organization_id = $1) and (enrolled_at, id) < ($2, $3)
        order by enrolled_at desc, id desc limit $4`,
      [
        caller.role === 'supervisor' ? caller.organizationId : null,
        query.after.at,
        query.after.id,
        query.take,
      ],
    );
  }

  async byThumbprint(tx: Tx, jkt: string): Promise<TerminalRow | undefined> {
    return tx.one(`select ${COLUMNS} from terminal where jkt = $1`, [jkt]);
  }

  async facts(tx: Tx, dto: EnrolTerminalDto, jkt: string): Promise<EnrolmentFacts | undefined> {
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

  async find(tx: Tx, id: string, organizationId: string | null): Promise<TerminalRow | undefined> {
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
}
