import type { INestApplication } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from 'prom-client';
import { TokenKeys } from '../credentials/token-keys.service.js';
import { Database } from '../database/database.js';
import { GateConnections } from '../database/gate-connections.js';
import { RefusalFloods } from '../identity/refusal-floods.js';
import { SessionsSweepJob } from '../identity/sessions-sweep.job.js';
import { Heartbeats } from '../ledger/heartbeats.js';
import { LedgerClockwork } from '../ledger/ledger-clockwork.js';
import { OutsideClockwork } from '../ledger/outside/outside-clockwork.js';
import { Publisher } from '../ledger/publisher.js';
import { Gate } from '../lookups/gate.js';
import { SweepJob } from '../lookups/sweep.job.js';
import { RequestMeter } from '../meters/request-meter.js';
import type { Turns } from '../meters/turns.js';
import { AttestationsJob } from '../review/attestations.job.js';
import { AttestationsRepository } from '../review/attestations.repository.js';
import { AnalysesJob } from '../review/detection/analyses.job.js';
import { EndingsJob } from '../review/endings.job.js';
import { ReplayJob } from '../review/replay/replay.job.js';
import { PurgesJob } from '../review/retention/purges.job.js';
import { WheelingConnectors } from '../wheeling/wheeling.connectors.js';
import { StandingGauges } from './standing.js';
import { StandingRepository } from './standing.repository.js';

/** Whose turns are told: each job of the clockwork. */
const AT_WORK = [
  LedgerClockwork,
  OutsideClockwork,
  Heartbeats,
  EndingsJob,
  AttestationsJob,
  AnalysesJob,
  PurgesJob,
  ReplayJob,
  SweepJob,
  SessionsSweepJob,
  RefusalFloods,
  TokenKeys,
] as const;

/**
 * All numbers of one instance. The rooms keep what they count; here it is gathered at a scrape, and what stands in the
 * database is asked. Nothing of a person, a point, a call or a grant is a label.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly standing: StandingGauges;

  constructor(app: INestApplication) {
    const of = <T>(room: abstract new (...parts: never[]) => T): T =>
      app.get<unknown, T>(room, { strict: false });
    const standing = new StandingRepository(of(Database), of(AttestationsRepository));
    this.standing = new StandingGauges(() => standing.now());
    const rooms = [of(Gate).meter, of(WheelingConnectors).meter, of(RequestMeter), this.standing];
    this.add(rooms.flatMap(({ metrics }): Metric[] => metrics));
    this.add([poolsOf(of(Database), of(GateConnections)), signingOf(of(Publisher))]);
    this.add(turnsOf(AT_WORK.map((job): Turns => of<{ turns: Turns }>(job).turns)));
    collectDefaultMetrics({ register: this.registry });
  }

  /** Prometheus' text format (0.0.4). */
  async text(): Promise<{ type: string; body: string }> {
    await this.standing.refresh();
    return { type: this.registry.contentType, body: await this.registry.metrics() };
  }

  private add(metrics: readonly Metric[]): void {
    for (const metric of metrics) this.registry.registerMetric(metric);
  }
}

function poolsOf(database: Database, gate: GateConnections): Gauge {
  return new Gauge({
    name: 'kashikagi_database_connections',
    help: 'Per pool: connections in use, and work that waits for one',
    labelNames: ['pool', 'state'],
    registers: [],
    collect() {
      for (const [pool, { inUse, waiting }] of Object.entries({ ...database.load, gate: gate.load })) {
        this.set({ pool, state: 'in_use' }, inUse);
        this.set({ pool, state: 'waiting' }, waiting);
      }
    },
  });
}

function signingOf(publisher: Publisher): Gauge {
  return new Gauge({
    name: 'kashikagi_ledger_signing',
    help: 'Whether this instance signs what is new (1), or refuses to or cannot (0; the log says why)',
    registers: [],
    collect() {
      this.set(publisher.refusal === undefined ? 1 : 0);
    },
  });
}

function turnsOf(jobs: readonly Turns[]): Metric[] {
  const counts = () => jobs.flatMap((turns) => [...turns.counts]);
  const succeeded = new Gauge({
    name: 'kashikagi_job_last_success_timestamp_seconds',
    help: 'When a job last did its turn without a failure on this instance; 0: not since the start',
    labelNames: ['work'],
    registers: [],
    collect() {
      for (const [job, { succeededAt }] of counts()) this.set({ work: job }, succeededAt ?? 0);
    },
  });
  const failed = new Counter({
    name: 'kashikagi_job_failures_total',
    help: 'Turns of a job that failed since the start',
    labelNames: ['work'],
    registers: [],
    collect() {
      this.reset();
      for (const [job, { failures }] of counts()) this.inc({ work: job }, failures);
    },
  });
  return [succeeded, failed];
}
