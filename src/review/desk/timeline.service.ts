import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';
import { pageOf, type PageQuery } from '../../contract/page.js';
import { Database } from '../../database/database.js';
import { endingOf } from '../ending.js';
import { Readings } from './readings.js';
import type { GrantInterval, TimelineView } from './timeline.dto.js';
import { TimelineRepository, type IntervalRow } from './timeline.repository.js';
import { bucketsOf, spanOf } from './timeline.js';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** 発令の時系列: grants as intervals against the declaration, and uses over time. Each page read is on record. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly database: Database,
    private readonly timelines: TimelineRepository,
    private readonly readings: Readings,
  ) {}

  async show(caller: Caller, id: string, query: PageQuery): Promise<TimelineView> {
    const [row, now] = await Promise.all([this.timelines.declaration(id), this.database.now()]);
    if (!row) throw new DomainError('not_found');
    const span = spanOf(row, now);
    const [uses, rows] = await Promise.all([this.timelines.uses(id, span), this.timelines.grants(id, query)]);
    const grants = pageOf(rows, query, (one) => ({ at: one.approved_at, id: one.grant_id }));
    const found: TimelineView = {
      ...{ id, number: row.number, name: row.name, is_drill: row.is_drill },
      declared_at: row.declared_at.toISOString(),
      confirmed_at: iso(row.confirmed_at),
      hard_end_at: row.hard_end_at.toISOString(),
      lifted_at: iso(row.lifted_at),
      uses: bucketsOf(span, uses),
      grants: { ...grants, items: grants.items.map((one) => intervalOf(one, now)) },
    };
    return this.readings.of(caller, 'timeline', { id }, found, grants.items.length);
  }
}

function intervalOf(row: IntervalRow, now: Date): GrantInterval {
  const ending = endingOf(row, now);
  return {
    id: row.grant_id,
    person_id: row.grant_person_id,
    organization_id: row.organization_id,
    approved_at: row.approved_at.toISOString(),
    acknowledged_at: iso(row.acknowledged_at),
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    suspended_at: iso(row.suspended_at),
    resumed_at: iso(row.resumed_at),
    ended_at: iso(ending?.endedAt ?? null),
    cause: ending?.cause ?? null,
  };
}
