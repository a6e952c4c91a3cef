import fc from 'fast-check';
import { Database } from '../../src/database/database.js';
import { gapsIn, slotOf, type SignOfLife } from '../../src/ledger/heartbeat.js';
import { Heartbeats } from '../../src/ledger/heartbeats.js';
import { HeartbeatsRepository } from '../../src/ledger/heartbeats.repository.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { Broker } from '../harness/broker.js';

const MINUTE = 60_000;
const at = (minutes: number): Date => new Date(Date.UTC(2026, 8, 1) + minutes * MINUTE);
const beat = (minutes: number): SignOfLife => ({ kind: 'heartbeat', at: at(minutes) });

describe('gaps between signs of life', () => {
  it('are silent, unless the last instance was stopped on record', () => {
    const signs: SignOfLife[] = [
      { kind: 'started', at: at(0) },
      beat(0), beat(5), beat(10),
      beat(31),
      { kind: 'stopped', at: at(33), others: 0 },
      { kind: 'started', at: at(90) },
      { kind: 'stopped', at: at(92), others: 1 },
      beat(120),
    ]; // prettier-ignore
    expect(gapsIn(signs, at(150))).toEqual([
      { from: at(10), to: at(31), kind: 'silent' },
      { from: at(33), to: at(90), kind: 'announced' },
      { from: at(92), to: at(120), kind: 'silent' },
      { from: at(120), to: at(150), kind: 'silent' },
    ]);
    expect(gapsIn([], at(10))).toEqual([]);
    expect(gapsIn([beat(0), beat(10)], at(20))).toEqual([]);
  });

  it('are never more than what lies between the beats, and a beat in each slot leaves none', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 600 }), { minLength: 1 }), (minutes) => {
        const gaps = gapsIn(minutes.map(beat), at(600));
        const total = gaps.reduce((sum, { from, to }) => sum + to.getTime() - from.getTime(), 0);
        expect(total).toBeLessThanOrEqual(at(600).getTime() - at(Math.min(...minutes)).getTime());
        for (const { from, to } of gaps) expect(to.getTime() - from.getTime()).toBeGreaterThan(10 * MINUTE);
        const every = Array.from({ length: 121 }, (_, n) => beat(n * 5));
        expect(gapsIn([...every, ...minutes.map(beat)], at(600))).toEqual([]);
      }),
    );
  });
});

describe('the heartbeats of several instances', () => {
  let broker: Broker;
  let beats: HeartbeatsRepository;
  beforeAll(async () => {
    broker = await Broker.start({ instances: 2 });
    beats = broker.instances[0]!.app.get(HeartbeatsRepository);
  });
  afterAll(() => broker.stop());

  const heartbeats = (): Heartbeats[] => broker.instances.map(({ app }) => app.get(Heartbeats));
  const recorded = () => broker.records<{ type: string; payload: string }>(`type like 'service.%'`);
  const details = async (type: string): Promise<Record<string, unknown>[]> =>
    (await recorded()).filter((row) => row.type === type).map((row) => (JSON.parse(row.payload) as { details: Record<string, unknown> }).details); // prettier-ignore

  it('are no records of an application that is not in service', async () => {
    expect(await recorded()).toEqual([]);
  });

  it('are one record a slot, however many look at once', async () => {
    for (let slot = 0; slot < 3; slot += 1) {
      const turns = await Promise.all(
        [...heartbeats(), ...heartbeats(), ...heartbeats()].map((one) => one.runOnce()),
      );
      expect(turns.filter(Boolean)).toHaveLength(1);
      await broker.moveClock(5 * MINUTE);
    }
    const slots = (await details('service.heartbeat')).map(({ slot }) => String(slot));
    expect(new Set(slots).size).toBe(3);
    expect(slots.map((slot) => slotOf(new Date(slot)).toISOString())).toEqual(slots);
    expect((await details('service.heartbeat')).at(-1)).toMatchObject({ instances: 2 });
  });

  it('tell the start and the end of each instance, and the last one', async () => {
    const [one, other] = heartbeats();
    await one?.start();
    await other?.start();
    await one?.stop();
    await other?.stop();
    expect(await details('service.started')).toHaveLength(2);
    expect((await details('service.stopped')).map(({ others }) => others)).toEqual([1, 0]);
    await broker.moveClock(60 * MINUTE);
    const now = new Date(broker.now());
    const signs = await beats.signs(new Date(now.getTime() - 24 * 60 * MINUTE), now);
    expect(gapsIn(signs, now).map(({ kind }) => kind)).toEqual(['announced']);
  });

  it('that cannot be written leave a gap that is silent, and the service goes on', async () => {
    const { app } = broker.instances[0]!;
    class Broken extends HeartbeatsRepository {
      override beat(): Promise<boolean> {
        return Promise.reject(new Error('disk full'));
      }
    }
    const database = app.get(Database);
    const broken = new Heartbeats(database, new Broken(database), app.get(Ledger));
    await broken.start();
    await broker.moveClock(30 * MINUTE);
    const now = new Date(broker.now());
    const signs = await beats.signs(new Date(now.getTime() - 29 * 60 * MINUTE), now);
    expect(gapsIn(signs, now).at(-1)).toMatchObject({ kind: 'silent', to: now });
    await broken.stop();
  });
});
