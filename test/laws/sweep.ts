import { SchedulerRegistry } from '@nestjs/schedule';
import { Database } from '../../src/database/database.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { ATTESTATIONS_INTERVAL } from '../../src/review/attestations.job.js';
import { CertificatesService } from '../../src/review/certificates.service.js';
import { ClosingService } from '../../src/review/closing.service.js';
import { ENDINGS_INTERVAL, EndingsJob, type EndingsLimits } from '../../src/review/endings.job.js';
import { EndingsRepository } from '../../src/review/endings.repository.js';
import { ExposuresRepository } from '../../src/review/exposures.repository.js';
import { Prober } from '../../src/review/prober.js';
import type { Broker } from '../harness/broker.js';

/** A broker whose jobs run only when a test says so. */
export function withoutIntervals(broker: Broker): Broker {
  for (const { app } of broker.instances) {
    const registry = app.get(SchedulerRegistry, { strict: false });
    for (const name of [ENDINGS_INTERVAL, ATTESTATIONS_INTERVAL]) registry.deleteInterval(name);
  }
  return broker;
}

/** The endings job of an instance, with a prober or limits of the test's own. */
export function endingsJob(
  broker: Broker,
  more: { instance?: number; prober?: Prober; limits?: Partial<EndingsLimits> } = {},
): EndingsJob {
  const app = broker.instances[more.instance ?? 0]?.app;
  if (!app) throw new Error('no such instance');
  const rooms = {
    database: app.get(Database, { strict: false }),
    endings: app.get(EndingsRepository, { strict: false }),
    exposures: app.get(ExposuresRepository, { strict: false }),
    prober: more.prober ?? app.get<Prober>(Prober, { strict: false }),
    closing: app.get(ClosingService, { strict: false }),
    certificates: app.get(CertificatesService, { strict: false }),
    ledger: app.get(Ledger, { strict: false }),
  };
  const limits = { byClockAtMost: 3_000, shareAtMost: 0.5, batch: 200, runMs: 20_000, ...more.limits };
  return new EndingsJob(rooms, limits);
}

export interface Certificate extends Record<string, unknown> {
  record_id: string;
  totals: { granted: number; closed: number; last_ended_at: string | null; unresolved: number };
  sentence_ja: string;
  sentence_en: string;
  grants: {
    id: string;
    person_id: string;
    ended_at: string;
    cause: string;
    uses: number;
    had_credential: boolean;
    probes: { target: string; refused: boolean; code: string | null; record_id: string; at: string }[];
  }[];
}
