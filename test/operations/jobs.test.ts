import { TokenKeys } from '../../src/credentials/token-keys.service.js';
import { RefusalFloods } from '../../src/identity/refusal-floods.js';
import { SessionsSweepJob } from '../../src/identity/sessions-sweep.job.js';
import type { Turns } from '../../src/meters/turns.js';
import { AnalysesJob } from '../../src/review/detection/analyses.job.js';
import { Broker } from '../harness/broker.js';

interface Job {
  turns: Turns;
  tick: () => Promise<void>;
}

/** What keeps a job from its work shows as a turn that failed, and not only as a line of the log. */
describe('a job that cannot do its work', () => {
  let broker: Broker;
  const jobOf = (kind: abstract new (...parts: never[]) => Job): Job => {
    const [instance] = broker.instances;
    if (!instance) throw new Error('an instance runs');
    return instance.app.get<unknown, Job>(kind, { strict: false });
  };
  const failuresOf = ({ turns }: Job): number =>
    [...turns.counts.values()].reduce((sum, { failures }) => sum + failures, 0);
  const isDone = ({ turns }: Job): boolean =>
    [...turns.counts.values()].every(({ succeededAt }) => succeededAt !== undefined);

  beforeAll(async () => {
    broker = await Broker.start();
  });
  afterAll(() => broker.stop());

  it.each([
    ['the analysis of a day', AnalysesJob, 'analysis'],
    ['the sweep of sessions', SessionsSweepJob, 'session'],
  ] as const)('%s', async (_, kind, table) => {
    const job = jobOf(kind);
    await broker.database.asOwner(`alter table ${table} rename to ${table}_gone`);
    await job.tick();
    await broker.database.asOwner(`alter table ${table}_gone rename to ${table}`);
    expect([failuresOf(job), isDone(job)]).toEqual([1, false]);
    await job.tick();
    expect([failuresOf(job), isDone(job)]).toEqual([1, true]);
  });

  it('the records of floods', async () => {
    const person = await broker.storm.person('operator-a-01');
    for (let n = 0; n < 205; n += 1) await person.get('/api/v1/records');
    const job = jobOf(RefusalFloods);
    await broker.database.asOwner('revoke insert on record from kashikagi_app');
    await broker.moveClock(120_000);
    await job.tick();
    await broker.database.asOwner('grant insert on record to kashikagi_app');
    expect(failuresOf(job)).toBe(1);
    await job.tick();
    expect([failuresOf(job), isDone(job)]).toEqual([1, true]);
  });

  it('the reading of the token keys, told once and again when it works', async () => {
    let isReadable = false;
    const keys = new TokenKeys([], () => (isReadable ? Promise.resolve([]) : Promise.reject(new Error('gone'))));
    const lines: string[] = [];
    Object.assign(keys, { log: { error: (line: string) => lines.push(line), log: (line: string) => lines.push(line) } });
    const before = keys.ring;
    await keys.tick();
    expect(lines.length).toBe(1);
    await keys.tick();
    expect([failuresOf(keys), lines.length, keys.ring]).toEqual([2, 1, before]);
    isReadable = true;
    await keys.tick();
    expect([failuresOf(keys), lines.length, isDone(keys)]).toEqual([2, 2, true]);
    keys.onApplicationShutdown();
  }); // prettier-ignore
});
