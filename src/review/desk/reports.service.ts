import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Caller } from '../../contract/caller.js';
import { Database } from '../../database/database.js';
import { DisastersRepository } from './disasters.repository.js';
import { totals, withRate } from './fairness.js';
import { frequency } from './frequency.js';
import { Readings } from './readings.js';
import type {
  ExtractView,
  FairnessView,
  FrequencyView,
  SampleQuery,
  SampleView,
  SpanQuery,
  ViewersView,
} from './reports.dto.js';
import { UsesRepository, type Span } from './uses.repository.js';

/** Reports over a time: what was asked and how much was seen is on record before a report leaves. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly database: Database,
    private readonly uses: UsesRepository,
    private readonly disasters: DisastersRepository,
    private readonly readings: Readings,
  ) {}

  /** AUD-6: never beyond now, so that the same question draws the same sample tomorrow. */
  async sample(caller: Caller, query: SampleQuery): Promise<SampleView> {
    const span = await this.spanOf(query);
    const seed = query.seed ?? randomBytes(8).toString('hex');
    const [population, items] = await Promise.all([
      this.uses.count(span),
      this.uses.sample(span, seed, query.n),
    ]);
    const view = { seed, ...shown(span), n: query.n, population, items };
    return this.readings.of(caller, 'sample', { ...aboutOf(span), n: query.n, seed }, view, items.length);
  }

  async viewers(caller: Caller, query: SpanQuery): Promise<ViewersView> {
    const span = await this.spanOf(query);
    const [items, unknown] = await Promise.all([this.uses.viewers(span), this.uses.unknown(span)]);
    const view = { ...shown(span), unknown, items };
    return this.readings.of(caller, 'viewers', aboutOf(span), view, items.length);
  }

  async fairness(caller: Caller, query: SpanQuery): Promise<FairnessView> {
    const span = await this.spanOf(query);
    const lines = await this.disasters.fairness(span);
    const view = {
      ...shown(span),
      retailers: lines.map(withRate),
      affiliated: totals(lines.filter((line) => line.is_affiliated)),
      others: totals(lines.filter((line) => !line.is_affiliated)),
    };
    return this.readings.of(caller, 'fairness', aboutOf(span), view, lines.length);
  }

  async frequency(caller: Caller): Promise<FrequencyView> {
    const [declarations, grants, now] = await Promise.all([
      this.disasters.declarations(),
      this.disasters.grants(),
      this.database.now(),
    ]);
    const view = frequency(declarations, grants, now.getTime());
    return this.readings.of(caller, 'frequency', {}, view, view.items.length);
  }

  async extract(caller: Caller): Promise<ExtractView> {
    const items = await this.disasters.extract();
    return this.readings.of(caller, 'public_extract', {}, { items }, items.length);
  }

  private async spanOf({ from, to }: SpanQuery): Promise<Span> {
    const now = await this.database.now();
    return { from: from ?? null, to: to !== undefined && to < now ? to : now };
  }
}

const shown = ({ from, to }: Span): { from: string | null; to: string } => ({
  from: from?.toISOString() ?? null,
  to: to.toISOString(),
});
const aboutOf = (span: Span): { from?: string; to: string } => {
  const { from, to } = shown(span);
  return from === null ? { to } : { from, to };
};
