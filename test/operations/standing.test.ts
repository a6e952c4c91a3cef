import { StandingGauges } from '../../src/operations/standing.js';
import type { Standing } from '../../src/operations/standing.repository.js';

const CALM: Standing = {
  declarations: { real: 2, drill: 1 },
  grantsLive: 7,
  exposures: 0,
  mismatches: 0,
  pending: 3,
  lagSeconds: 0.2,
  checkpointAgeSeconds: 4,
};

async function shown(gauges: StandingGauges): Promise<Record<string, number>> {
  const told = await Promise.all(gauges.metrics.map((gauge) => gauge.get()));
  return Object.fromEntries(
    told.flatMap(({ name, values }) =>
      values.map((one) => [[name, one.labels.data].filter(Boolean).join(' '), one.value]),
    ),
  );
}

describe('the gauges of what stands in the database', () => {
  it('are asked once, however many scrape', async () => {
    let asked = 0;
    const gauges = new StandingGauges(() => {
      asked += 1;
      return Promise.resolve(CALM);
    });
    await Promise.all([gauges.refresh(), gauges.refresh()]);
    await gauges.refresh();
    expect(asked).toBe(1);
    expect(await shown(gauges)).toMatchObject({
      kashikagi_grants_live: 7,
      'kashikagi_declarations_live drill': 1,
      kashikagi_ledger_pending_entries: 3,
    });
  });

  it('are left out while the database does not answer, but for the one that says so', async () => {
    const gauges = new StandingGauges(() => Promise.reject(new Error('away')));
    await gauges.refresh();
    expect(await shown(gauges)).toEqual({ kashikagi_database_up: 0 });
  });

  it('do not wait for a database that hangs', async () => {
    const gauges = new StandingGauges(() => new Promise(() => undefined));
    await gauges.refresh();
    expect(await shown(gauges)).toEqual({ kashikagi_database_up: 0 });
  });

  it('tell no age of a checkpoint that was never signed', async () => {
    const gauges = new StandingGauges(() => Promise.resolve({ ...CALM, checkpointAgeSeconds: undefined }));
    await gauges.refresh();
    expect(await shown(gauges)).not.toHaveProperty('kashikagi_ledger_checkpoint_age_seconds');
  });
});
