import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { ResourceType } from './versions.repository.js';

export interface StoredVersion {
  type: ResourceType;
  id: string;
  version: number;
  at: Date;
  change_id: string | null;
  /** jsonb as text: one stored value has one text, whatever the session's time zone is. */
  facts: string;
  /** Of a field profile: `field mode` of each field of the version in force then. */
  fields: string[] | null;
}

/** A profile's fields are rows of their own, fixed with their version. */
const COLUMNS = `v.resource_type as type, v.resource_id as id, v.version, v.at, v.change_id, v.facts::text as facts,
  case when v.resource_type = 'field_profile' then array(
    select f.field_id || ' ' || f.mode from field_profile_field f
     where f.profile_id = v.resource_id and f.version = (v.facts ->> 'current_version')::integer order by f.field_id) end as fields`;
const BATCH = 2_000;

@Injectable()
export class VersionDigestsRepository {
  async ofChange(tx: Tx, changeId: string): Promise<StoredVersion[]> {
    return tx.rows(
      `select ${COLUMNS} from fact_version v where v.change_id = $1 order by v.resource_type, v.resource_id, v.version`,
      [changeId],
    );
  }

  async ofNewest(tx: Tx, type: ResourceType, id: string): Promise<StoredVersion[]> {
    return tx.rows(
      `select ${COLUMNS} from fact_version v where v.resource_type = $1 and v.resource_id = $2 order by v.version desc limit 1`,
      [type, id],
    );
  }

  async *all(tx: Tx): AsyncGenerator<StoredVersion[]> {
    let after: [string, string, number] = ['', '', 0];
    for (;;) {
      const batch = await tx.rows<StoredVersion>(
        `select ${COLUMNS} from fact_version v where (v.resource_type, v.resource_id, v.version) > ($1, $2, $3)
          order by v.resource_type, v.resource_id, v.version limit ${BATCH}`,
        after,
      );
      if (batch.length > 0) yield batch;
      const last = batch.at(-1);
      if (batch.length < BATCH || last === undefined) return;
      after = [last.type, last.id, last.version];
    }
  }
}
