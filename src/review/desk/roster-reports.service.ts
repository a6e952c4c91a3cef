import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { pageOf } from '../../contract/page.js';
import { Database } from '../../database/database.js';
import { Readings } from './readings.js';
import type { RoomsView, TrainingQuery, TrainingView } from './roster-reports.dto.js';
import { RosterReportsRepository } from './roster-reports.repository.js';

/** AUD-1, AUD-5: rooms and terminals, training and pledges, as of now. */
@Injectable()
export class RosterReportsService {
  constructor(
    private readonly database: Database,
    private readonly reports: RosterReportsRepository,
    private readonly readings: Readings,
  ) {}

  async training(caller: Caller, query: TrainingQuery): Promise<TrainingView> {
    const { organization } = query;
    const [rows, groups, now] = await Promise.all([
      this.reports.training(query),
      this.reports.groups(organization ?? null),
      this.database.now(),
    ]);
    const { items, next } = pageOf(rows, query, (row) => ({ at: row.joined_at, id: row.line.person_id }));
    const view = { at: now.toISOString(), groups, items: items.map((row) => row.line), next };
    return this.readings.of(caller, 'training', { organization }, view, items.length);
  }

  async rooms(caller: Caller): Promise<RoomsView> {
    const [rooms, now] = await Promise.all([this.reports.rooms(), this.database.now()]);
    return this.readings.of(caller, 'rooms', {}, { at: now.toISOString(), rooms }, rooms.length);
  }
}
