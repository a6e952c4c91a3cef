import { Injectable, type OnModuleInit } from '@nestjs/common';
import { differenceOf, type DifferenceLine } from '../../changes/change.js';
import type { ProposedView } from '../../changes/changes.dto.js';
import { ChangesService } from '../../changes/changes.service.js';
import { SealedBox } from '../../config/secret-keys.js';
import type { Caller } from '../../contract/caller.js';
import type { Code } from '../../contract/codes.js';
import { DomainError } from '../../contract/domain-error.js';
import { Database, type Tx } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import type { OpenedView } from './opening.dto.js';
import { OPENED } from './opening.records.js';
import { OpeningRepository, type Permission, type SealedRecord } from './opening.repository.js';
import { unsealed } from './unsealing.js';

/** What waits for the second person, as JSON: which record, and why. No value of it. */
interface Opening {
  id: string;
  reason: string;
}

/** How long after the confirmation the auditor may look. */
const OPEN_HOURS = 24;

/**
 * 封印された値の開示: an auditor proposes, an officer or the compliance officer agrees, and then the auditor's same call has
 * the values. Each opening is a record before the values leave; neither the second person nor any table sees them.
 */
@Injectable()
export class OpeningService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly openings: OpeningRepository,
    private readonly changes: ChangesService,
    private readonly ledger: Ledger,
    private readonly box: SealedBox,
  ) {}

  onModuleInit(): void {
    this.changes.register<Opening>({
      kind: 'record.open',
      resourceType: 'record',
      whyNotFor: (_, caller) => notForHeadquarters(caller),
      check: (tx, body) => this.check(tx, body),
      apply: async (tx, { id }, changeId) => {
        await this.openings.insert(tx, changeId, id);
        return id;
      },
    });
  }

  /** → the proposal while it waits, the values once it is confirmed. */
  async open(caller: Caller, recordId: string, reason: string): Promise<ProposedView | OpenedView> {
    const found = await this.database.transaction('none', async (tx) => {
      const record = await this.sealedRecord(tx, recordId);
      const asked = { recordId, personId: caller.personId, reason, hours: OPEN_HOURS };
      const permission = await this.openings.permission(tx, asked);
      if (permission) return this.opened(tx, caller, record, permission, reason);
      const waiting = await this.openings.waiting(tx, recordId, caller.personId, reason);
      return waiting === undefined ? undefined : { change_id: waiting };
    });
    const opening: Opening = { id: recordId, reason };
    return found ?? this.changes.propose(caller, 'record.open', opening);
  }

  /** The record of the opening and the answer are of one transaction: it is committed before anything leaves. */
  private async opened(
    tx: Tx,
    caller: Caller,
    record: SealedRecord & { sealed: Buffer },
    permission: Permission,
    reason: string,
  ): Promise<OpenedView> {
    const subject = {
      isDrill: record.is_drill,
      personId: caller.personId,
      organizationId: caller.organizationId,
    };
    const { change_id: change, confirmed_by, confirmed_at: confirmedAt } = permission;
    await this.ledger.append(tx, {
      type: OPENED,
      subject,
      details: { opened: record.id, change, confirmed_by, reason },
    });
    const until = new Date(confirmedAt.getTime() + OPEN_HOURS * 3_600_000);
    return {
      record_id: record.id,
      change_id: change,
      open_until: until.toISOString(),
      ...unsealed(this.box, record),
    };
  }

  private async sealedRecord(tx: Tx, id: string): Promise<SealedRecord & { sealed: Buffer }> {
    const record = await this.openings.find(tx, id);
    if (!record) throw new DomainError('not_found');
    const { sealed } = record;
    if (sealed === null) throw new DomainError('nothing_sealed');
    return { ...record, sealed };
  }

  /** What the second person sees: which record, of which kind and time; the values stay where they are. */
  private async check(tx: Tx, { id }: Opening): Promise<DifferenceLine[]> {
    const { type, at } = await this.sealedRecord(tx, id);
    return differenceOf(null, { opened_record: id, record_type: type, record_at: at.toISOString() });
  }
}

/** Whom the auditors watch does not decide what they may see. */
function notForHeadquarters({ role }: Caller): Code | undefined {
  return role === 'headquarters' ? 'role_not_allowed' : undefined;
}
