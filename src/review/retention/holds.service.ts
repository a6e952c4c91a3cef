import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { DifferenceLine } from '../../changes/change.js';
import type { ProposedView } from '../../changes/changes.dto.js';
import { ChangesService } from '../../changes/changes.service.js';
import type { Caller } from '../../contract/caller.js';
import { DomainError, invariant } from '../../contract/domain-error.js';
import { newId } from '../../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../../contract/page.js';
import { Database, type Tx } from '../../database/database.js';
import { changeOnce } from '../../database/once.js';
import { Ledger } from '../../ledger/ledger.js';
import { notForHeadquarters } from './deciders.js';
import type { HoldView, PlaceHoldDto } from './holds.dto.js';
import { HoldsRepository, type HoldRow } from './holds.repository.js';
import { HOLD_PLACED, HOLD_RELEASED } from './retention.records.js';

const KIND = 'legal_hold.release';

interface Release {
  hold_id: string;
  reason: string;
}

/**
 * 保全: what a declaration left on record stays, however old. One person places a hold, since it only keeps; two
 * release it, and the next purge of the month takes what it kept.
 */
@Injectable()
export class HoldsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly changes: ChangesService,
    private readonly holds: HoldsRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<Release>({
      kind: KIND,
      resourceType: 'legal_hold',
      whyNotFor: notForHeadquarters,
      check: (tx, body) => this.check(tx, body),
      apply: (tx, body, changeId, by) => this.release(tx, body, changeId, by),
    });
  }

  async list(query: PageQuery): Promise<Page<HoldView>> {
    const page = pageOf(await this.holds.page(query), query, (row) => ({ at: row.placed_at, id: row.id }));
    return { ...page, items: page.items.map(viewOf) };
  }

  async place(caller: Caller, { declaration_id, reason }: PlaceHoldDto): Promise<HoldView> {
    return changeOnce(this.database, caller, 'none', async (tx) => {
      if (!(await this.holds.keepPurgesAway(tx))) throw new DomainError('purge_under_way');
      const isDrill = await this.holds.isDrill(tx, declaration_id);
      if (isDrill === undefined) throw new DomainError('not_found');
      const id = newId('legalHold');
      const row = await this.holds.insert(tx, { id, declaration_id, reason, placed_by: caller.personId });
      const subject = { ...subjectOf(caller), declarationId: declaration_id, isDrill };
      await this.ledger.append(tx, { type: HOLD_PLACED, subject, details: { hold: id, reason } });
      return viewOf(row);
    });
  }

  proposeRelease(caller: Caller, id: string, reason: string): Promise<ProposedView> {
    return this.changes.propose(caller, KIND, { hold_id: id, reason } satisfies Release);
  }

  private async check(tx: Tx, { hold_id: id }: Release): Promise<DifferenceLine[]> {
    const row = await this.open(tx, id);
    return [{ field: 'declaration_on_hold', before: row.declaration_id, after: null }];
  }

  private async release(
    tx: Tx,
    { hold_id: id, reason }: Release,
    change: string,
    by: Caller,
  ): Promise<string> {
    if (!(await this.holds.keepPurgesAway(tx))) throw new DomainError('purge_under_way');
    const row = await this.open(tx, id);
    invariant(await this.holds.release(tx, id, change), 'the locked hold was open');
    const subject = { ...subjectOf(by), declarationId: row.declaration_id, isDrill: row.is_drill };
    await this.ledger.append(tx, { type: HOLD_RELEASED, subject, details: { hold: id, change, reason } });
    return id;
  }

  private async open(tx: Tx, id: string): Promise<HoldRow & { is_drill: boolean }> {
    const row = await this.holds.lock(tx, id);
    if (!row) throw new DomainError('not_found');
    if (row.released_at !== null) throw new DomainError('hold_released');
    return row;
  }
}

const subjectOf = (caller: Caller): { personId: string; organizationId: string } => ({
  personId: caller.personId,
  organizationId: caller.organizationId,
});

const viewOf = (row: HoldRow): HoldView => ({
  id: row.id,
  declaration_id: row.declaration_id,
  reason: row.reason,
  placed_by: row.placed_by,
  placed_at: row.placed_at.toISOString(),
  released_at: row.released_at?.toISOString() ?? null,
  released_by_change: row.released_by_change,
});
