import { Broker } from '../harness/broker.js';
import { serveOperations, type OperationsServer } from '../../src/operations/operations-server.js';
import { SweepJob } from '../../src/lookups/sweep.job.js';
import { sourcesBelow } from '../architecture/sources.js';
import { send } from '../stories/actors.js';
import { expectStatus, samplePoints } from '../stories/storm.js';
import { lineOf, namesIn, samples, valueOf } from './scrape.js';

/** One instance that has been through a short disaster, and what its operations port then says. */
describe('the operations port', () => {
  let broker: Broker;
  let operations: OperationsServer;
  const chosen: string[] = [];
  let text = '';

  const scrape = async (): Promise<string> => (await fetch(`${operations.url}/metrics`)).text();

  beforeAll(async () => {
    broker = await Broker.start();
    const [instance] = broker.instances;
    if (!instance) throw new Error('an instance runs');
    operations = await serveOperations(instance.app, { host: '127.0.0.1', port: 0 });
    chosen.push(...(await life(broker)));
    await instance.app.get(SweepJob, { strict: false }).tick();
    text = await scrape();
  });
  afterAll(async () => {
    await operations.close();
    await broker.stop();
  });

  it('counts what the gate decided, by action and result; which kind of nothing is not told', () => {
    const decided = (labels: string): number => valueOf(text, 'kashikagi_gate_decisions_total', labels);
    expect(decided('data="real",action="lookup",result="permit",code="none"')).toBe(1);
    expect(decided('data="real",action="lookup",result="no_result",code="none"')).toBe(2);
    expect(decided('data="real",action="match",result="permit",code="none"')).toBe(1);
    expect(decided('data="real",action="reveal",result="permit",code="none"')).toBe(1);
    // The dead credential is tried here as well, by the job that follows each end.
    expect(decided('data="real",action="enter",result="refuse",code="lifted"')).toBeGreaterThan(0);
    expect(text).not.toMatch(/gate_decisions.*(wrong_factor|not_found|several)/);
    const all = samples(text).filter(({ name }) => name === 'kashikagi_gate_decisions_total');
    expect(valueOf(text, 'kashikagi_gate_batch_size_sum')).toBe(
      all.reduce((sum, { value }) => sum + value, 0),
    );
  });

  it('tells how the wheeling system answered, how long routes took and what was refused', () => {
    expect(valueOf(text, 'kashikagi_wheeling_calls_total', 'data="real",outcome="answered"')).toBe(5);
    expect(valueOf(text, 'kashikagi_wheeling_seconds_count', 'data="real"')).toBe(5);
    expect(valueOf(text, 'kashikagi_wheeling_calls', 'data="real",lane="waiting"')).toBe(0);
    const lookups = 'route="/api/v1/lookups",method="POST",status="2xx"';
    expect(valueOf(text, 'kashikagi_http_request_seconds_count', lookups)).toBe(3);
    expect(valueOf(text, 'kashikagi_http_refusals_total', 'code="lifted",caller="known"')).toBe(1);
    expect(valueOf(text, 'kashikagi_http_refusals_total', 'code="not_signed_in",caller="stranger"')).toBe(1);
  });

  it('tells how the house stands, from the database', () => {
    expect(valueOf(text, 'kashikagi_database_up')).toBe(1);
    expect(valueOf(text, 'kashikagi_declarations_live', 'data="real"')).toBe(1);
    expect(valueOf(text, 'kashikagi_declarations_live', 'data="drill"')).toBe(0);
    expect(valueOf(text, 'kashikagi_grants_live')).toBe(1);
    for (const name of ['kashikagi_exposures_open', 'kashikagi_mismatches_open'])
      expect(valueOf(text, name)).toBe(0);
    expect(valueOf(text, 'kashikagi_ledger_signing')).toBe(1);
    for (const pool of ['reads', 'changes', 'endings', 'ledger', 'gate'])
      expect(lineOf(text, 'kashikagi_database_connections', `pool="${pool}",state="waiting"`)).toBeDefined();
  });

  it('tells when each job last succeeded, and of those that never did', () => {
    const job = (name: string): number =>
      valueOf(text, 'kashikagi_job_last_success_timestamp_seconds', `work="${name}"`);
    expect(Math.abs(job('sweep') - Date.now() / 1000)).toBeLessThan(3_600);
    expect(job('sequencer')).toBeGreaterThan(1_500_000_000);
    // Only the program that serves starts these two.
    for (const name of ['heartbeat', 'replay']) expect(job(name)).toBe(0);
    expect(valueOf(text, 'kashikagi_job_failures_total', 'work="sweep"')).toBe(0);
  });

  it('tells of every job that has a clock of its own', () => {
    const jobs = sourcesBelow('src').filter((one) => /@Interval\(|new Turns\('/.test(one.text));
    expect(jobs.length).toBeGreaterThan(8);
    const names = jobs.map(({ path, text: source }) => [
      path,
      /new Turns\('(\w+)'\)/.exec(source)?.[1] ?? '',
    ]);
    const untold = names.filter(
      ([, name]) =>
        lineOf(text, 'kashikagi_job_last_success_timestamp_seconds', `work="${name}"`) === undefined,
    );
    expect(untold).toEqual([]);
  });

  it('names no label as Prometheus names its own: those would be told under another name', () => {
    const own = samples(text).flatMap(({ labels: pairs }) => pairs.map(([label]) => label));
    expect(own.filter((label) => label === 'job' || label === 'instance')).toEqual([]);
  });

  it('holds nothing that anybody chose, is called or was shown', () => {
    expect(chosen.length).toBeGreaterThan(20);
    expect(chosen.filter((value) => text.includes(value))).toEqual([]);
  });

  it('has labels from closed lists alone', () => {
    const labels = new Map<string, Set<string>>();
    for (const { labels: pairs } of samples(text))
      for (const [name, value] of pairs) labels.set(name, (labels.get(name) ?? new Set()).add(value));
    const templates = [...(labels.get('route') ?? [])];
    expect(templates.filter((route) => !/^(none|\/[a-z0-9/:_.*-]*)$/.test(route))).toEqual([]);
    expect(templates).toContain('none');
    expect([...(labels.get('data') ?? [])].sort()).toEqual(['drill', 'real']);
    expect([...(labels.get('status') ?? [])].every((status) => /^[1-5]xx$/.test(status))).toBe(true);
  });

  it('follows the conventions of names: ours begin alike, counters end in _total, times are in seconds', () => {
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({
      name,
      type,
    }));
    const own = types.filter(({ name }) => name.startsWith('kashikagi_'));
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'))).toEqual([]);
    expect(own.filter(({ name }) => /_(ms|millis|minutes)(_|$)/.test(name))).toEqual([]);
    expect(namesIn(text)).toContain('process_resident_memory_bytes');
    expect(namesIn(text)).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('answers health and readiness, and no route of the API', async () => {
    expect((await fetch(`${operations.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${operations.url}/readyz`)).json()).toMatchObject({ ready: true });
    for (const path of ['/', '/api/v1/declarations', '/openapi.json', '/ledger/checkpoint', '/metrics/'])
      expect([path, (await fetch(`${operations.url}${path}`)).status]).toEqual([path, 404]);
    expect((await fetch(`${operations.url}/metrics`, { method: 'POST' })).status).toBe(404);
    expect((await send(`${broker.url}/metrics`, 'GET')).status).toBe(404);
  });

  it('says that the database is gone, keeps its own numbers, and shows no old ones', async () => {
    const alone = await Broker.start();
    const [instance] = alone.instances;
    if (!instance) throw new Error('an instance runs');
    const port = await serveOperations(instance.app, { host: '127.0.0.1', port: 0 });
    try {
      await alone.database.drop();
      const gone = await (await fetch(`${port.url}/metrics`)).text();
      expect(valueOf(gone, 'kashikagi_database_up')).toBe(0);
      expect(lineOf(gone, 'kashikagi_grants_live')).toBeUndefined();
      expect(lineOf(gone, 'kashikagi_exposures_open')).toBeUndefined();
      expect(valueOf(gone, 'process_resident_memory_bytes')).toBeGreaterThan(0);
      expect((await fetch(`${port.url}/readyz`)).status).toBe(503);
    } finally {
      await port.close();
      await alone.stop();
    }
  });
});

/** → everything in it that somebody chose, is named by, or was shown. */
async function life(broker: Broker): Promise<string[]> {
  const { storm } = broker;
  const [ended, going] = [await storm.declared(), await storm.declared({ name: '台風25号' })];
  const { operator, grantId, terminalId } = await storm.operator('operator-a-01', ended.id);
  const still = await storm.operator('operator-b-01', going.id);
  const points = await samplePoints(broker.wheelingUrl);
  const [point, other] = points.filter((one) => one.outage_state === 'outage');
  if (!point || !other) throw new Error('the sample has points in outage');
  const factor = { contact_phone_last4: point.contact_phone.slice(-4) };
  const search = { supply_point_id: point.supply_point_id, second_factor: factor };
  const found = expectStatus(await operator.lookup(search), 200);
  const ref = found.results[0]?.ref ?? '';
  expectStatus(await operator.match(ref, 'contract_holder_name', point.contract_holder_name), 200);
  expectStatus(await operator.reveal(ref, 'contact_phone'), 200);
  const wrong = {
    contact_phone_last4: String((Number(other.contact_phone.slice(-4)) + 1) % 10_000).padStart(4, '0'),
  };
  expectStatus(await operator.lookup({ supply_point_id: other.supply_point_id, second_factor: wrong }), 200);
  expectStatus(await operator.lookup({ supply_point_id: `99${'0'.repeat(20)}`, second_factor: factor }), 200);
  const hq = await storm.person('hq-3');
  expectStatus(await hq.post(`/api/v1/declarations/${ended.id}/lift`, { reason: '復旧した' }), 200);
  expectStatus(await operator.lookup(search), 403);
  await send(`${broker.url}/api/v1/declarations/${going.id}`, 'GET');
  await send(`${broker.url}/nowhere/${point.supply_point_id}?phone=${point.contact_phone}`, 'GET');
  return [
    ...[ended.id, going.id, grantId, terminalId, still.grantId, found.record_id, ref, String(operator.token)],
    ...[
      'operator-a-01',
      'operator-b-01',
      'hq-3',
      'supervisor-a',
      'retailer-a',
      '台風24号',
      '272035',
      '復旧した',
    ],
    ...[point, other].flatMap((one) => [
      one.supply_point_id,
      one.contact_phone,
      one.contract_holder_name,
      one.meter_number,
    ]),
    ...(await broker.records<{ id: string }>()).map(({ id }) => id),
  ];
}
