import { Injectable } from '@nestjs/common';
import { isFieldId } from '../agreements/field-catalogue.js';
import { Reference } from '../config/secret-keys.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { GuardDatabase } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import type { IncidentDto, IncidentView } from './incidents.dto.js';
import { IncidentsRepository } from './incidents.repository.js';
import { INCIDENT_REPORTED } from './lookups.records.js';

/** So many fields one use can freeze. */
const FIELDS_OF_A_USE = 3;

/**
 * 見えてはいけないものが見えた (MECH-6): one word of the operator freezes the field for everyone, at once. It goes to the
 * monitors, not to the reporter's line: neither the row nor the readable part of the record names a person or a company.
 * No Idempotency-Key is kept, since its row would name the person: the same report again is answered with the same incident.
 */
@Injectable()
export class IncidentsService {
  constructor(
    private readonly database: GuardDatabase,
    private readonly incidents: IncidentsRepository,
    private readonly ledger: Ledger,
    private readonly reference: Reference,
  ) {}

  async report(caller: Caller, { record_id: use, field, description }: IncidentDto): Promise<IncidentView> {
    if (!isFieldId(field)) {
      const faults = [{ pointer: '/field', detail: '項目一覧にない項目です' }];
      throw new DomainError('invalid_input', { faults });
    }
    // Who reports what is no use of theirs holds nobody back at the gate.
    if (!(await this.incidents.isUseOf(this.database, use, caller.personId)))
      throw new DomainError('not_found');
    return this.database.transaction('alone', async (tx) => {
      const row = await this.incidents.useOf(tx, use, caller.personId);
      if (row === undefined) throw new DomainError('not_found');
      const useKey = Buffer.from(this.reference.of('sought', `incident ${use}`), 'base64url');
      const earlier = await this.incidents.ofUse(tx, useKey);
      const same = earlier.find((one) => one.field_id === field);
      if (same !== undefined) return { id: same.id, field, frozen: same.released_at === null };
      if (!row.is_recent || !row.fields.includes(field)) throw new DomainError('incident_not_about_this_use');
      if (earlier.length >= FIELDS_OF_A_USE) throw new DomainError('incidents_of_use_full');
      const id = newId('incident');
      await this.incidents.insert(tx, { id, field, useKey }, row);
      const subject = { isDrill: row.is_drill, declarationId: row.declaration_id };
      const details = { incident: id, field, use, reporter: caller.personId, description };
      await this.ledger.append(tx, { type: INCIDENT_REPORTED, subject, details });
      return { id, field, frozen: true };
    });
  }
}
