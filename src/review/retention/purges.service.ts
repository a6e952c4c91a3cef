import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { DifferenceLine } from '../../changes/change.js';
import type { ProposedView } from '../../changes/changes.dto.js';
import { ChangesService } from '../../changes/changes.service.js';
import { AcceptedClocks } from '../../clock/shipped-clock.js';
import { Settings } from '../../config/settings.js';
import type { Caller } from '../../contract/caller.js';
import { DomainError, invariant } from '../../contract/domain-error.js';
import { newId } from '../../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../../contract/page.js';
import type { Tx } from '../../database/database.js';
import { firstDayOf, freeFrom } from './month.js';
import { notForHeadquarters } from './deciders.js';
import type { ProposePurgeDto, PurgeView } from './purges.dto.js';
import { PurgesRepository, type PurgeRow } from './purges.repository.js';

const KIND = 'purge.records';

interface Purge {
  month: string;
  reason: string;
  retention_years: number;
}

/**
 * 消去: two persons let a month of records go after the retention. Confirmed here, done by the job within a day: the
 * confirmation stands at the gate alone, and reading a month through must keep nobody waiting there.
 */
@Injectable()
export class PurgesService implements OnModuleInit {
  constructor(
    private readonly settings: Settings,
    private readonly clocks: AcceptedClocks,
    private readonly changes: ChangesService,
    private readonly purges: PurgesRepository,
  ) {}

  onModuleInit(): void {
    this.changes.register<Purge>({
      kind: KIND,
      resourceType: 'purge',
      whyNotFor: notForHeadquarters,
      check: (tx, body) => this.check(tx, body),
      apply: (tx, body, changeId) => this.confirm(tx, body, changeId),
    });
  }

  async list(query: PageQuery): Promise<Page<PurgeView>> {
    const rows = await this.purges.page(query);
    const page = pageOf(rows, query, (row) => ({ at: row.confirmed_at, id: row.id }));
    return { ...page, items: page.items.map(viewOf) };
  }

  propose(caller: Caller, { month, reason }: ProposePurgeDto): Promise<ProposedView> {
    const body: Purge = { month, reason, retention_years: this.settings.retentionYears };
    return this.changes.propose(caller, KIND, body);
  }

  /** What the two agree to: the month, and whose rows of it stay. A hold that comes between makes another proposal of it. */
  private async check(tx: Tx, { month, retention_years: years }: Purge): Promise<DifferenceLine[]> {
    if (years !== this.settings.retentionYears) throw new DomainError('change_outdated');
    const ground = await this.purges.ground(tx, firstDayOf(month));
    invariant(ground, 'one row');
    if (!this.clocks.accepts(ground.clock_text)) throw new DomainError('clock_replaced');
    const free = freeFrom(month, years);
    if (tx.now < free) throw new DomainError('purge_too_early', { values: { from: free.toISOString() } });
    if (!ground.is_there) throw new DomainError('purge_empty');
    if (ground.position === null) throw new DomainError('not_sequenced_yet');
    if (Number(ground.stamped_size ?? 0) <= Number(ground.position)) {
      throw new DomainError('ledger_not_stamped');
    }
    if (ground.is_waiting) throw new DomainError('purge_waiting');
    return [
      { field: 'records_of_month', before: month, after: null },
      { field: 'declarations_kept', before: null, after: ground.on_hold },
    ];
  }

  private async confirm(tx: Tx, body: Purge, changeId: string): Promise<string> {
    const id = newId('purge');
    const { month, retention_years: retentionYears } = body;
    await this.purges.insert(tx, { id, day: firstDayOf(month), retentionYears, changeId });
    return id;
  }
}

const numberOr = (text: string | null): number | null => (text === null ? null : Number(text));

function viewOf(row: PurgeRow): PurgeView {
  return {
    id: row.id,
    month: row.month,
    state: row.done_at !== null ? 'done' : row.is_lapsed ? 'lapsed' : 'confirmed',
    retention_years: row.retention_years,
    change_id: row.change_id,
    proposed_by: row.proposed_by,
    confirmed_by: row.confirmed_by,
    confirmed_at: row.confirmed_at.toISOString(),
    done_at: row.done_at?.toISOString() ?? null,
    dropped: numberOr(row.dropped),
    first_position: numberOr(row.first_position),
    last_position: numberOr(row.last_position),
    record_ids: row.record_ids ?? [],
  };
}
