import { Injectable } from '@nestjs/common';
import type { DifferenceLine } from '../changes/change.js';
import type { ChangeKind } from '../changes/change-kind.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { FIELD_RELEASED } from './agreements.records.js';
import { FrozenFieldsRepository, type OpenIncident } from './frozen-fields.repository.js';
import { ProfilesRepository } from './profiles.repository.js';

interface Body {
  /** The profile at which it was asked for; a field is frozen, and released, in all of them. */
  id: string;
  release: string[];
  reason: string;
}

/** Fields that a report froze are seen again when two persons say so; an incident reported meanwhile stands in the way. */
@Injectable()
export class FieldRelease implements ChangeKind<Body> {
  readonly kind = 'field.release';
  readonly resourceType = 'field_profile';

  constructor(
    private readonly profiles: ProfilesRepository,
    private readonly frozen: FrozenFieldsRepository,
    private readonly ledger: Ledger,
  ) {}

  async check(tx: Tx, body: Body): Promise<DifferenceLine[]> {
    if (!(await this.profiles.get(tx, body.id))) throw new DomainError('not_found');
    const open = await this.frozen.open(tx, body.release);
    const of = (field: string): string[] => open.filter((one) => one.field_id === field).map((one) => one.id);
    const faults = body.release.flatMap((field) =>
      of(field).length === 0 ? [{ pointer: '/release', detail: `${field} は止められていません` }] : [],
    );
    if (faults.length > 0) throw new DomainError('invalid_input', { faults });
    return body.release.map((field) => ({ field: `frozen.${field}`, before: of(field), after: [] }));
  }

  async apply(tx: Tx, body: Body, changeId: string, confirmedBy: Caller): Promise<string> {
    const open = await this.frozen.open(tx, body.release);
    const released = await this.frozen.release(
      tx,
      open.map((one) => one.id),
      changeId,
    );
    invariant(released === open.length, 'the open incidents are locked');
    // Law 9: reports of a drill and of the real event stand in records of their own.
    for (const isDrill of [false, true])
      await this.record(tx, body, changeId, {
        confirmedBy,
        isDrill,
        incidents: open.filter((one) => one.is_drill === isDrill),
      });
    return body.id;
  }

  private async record(
    tx: Tx,
    { id, reason }: Body,
    changeId: string,
    { confirmedBy, isDrill, incidents }: { confirmedBy: Caller; isDrill: boolean; incidents: OpenIncident[] },
  ): Promise<void> {
    if (incidents.length === 0) return;
    const subject = { personId: confirmedBy.personId, organizationId: confirmedBy.organizationId, isDrill };
    const details = {
      profile: id,
      fields: [...new Set(incidents.map((one) => one.field_id))].sort(),
      incidents: incidents.map((one) => one.id),
      reason,
      change: changeId,
    };
    await this.ledger.append(tx, { type: FIELD_RELEASED, subject, details });
  }
}
