import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';
import { CheckpointSigner } from '../../src/ledger/note.js';
import { Outside } from '../../src/ledger/outside/configured.js';
import { OutsideClockwork } from '../../src/ledger/outside/outside-clockwork.js';
import { TimeStamper } from '../../src/ledger/outside/time-stamper.js';
import { TimeStampsRepository } from '../../src/ledger/outside/time-stamps.repository.js';
import { Witnesses, type ConfiguredWitness } from '../../src/ledger/outside/witnesses.js';
import { WitnessVkey } from '../../src/ledger/outside/witness-line.js';
import { CosignaturesRepository } from '../../src/ledger/outside/cosignatures.repository.js';
import { PinnedTree } from '../../src/review/exports/pinned-tree.js';
import { OutsideProofs } from '../../src/review/inspection/outside-proofs.js';
import { PackFolder } from '../../src/review/inspection/pack-folder.js';
import { Broker } from '../harness/broker.js';
import { expectStatus } from '../stories/storm.js';
import { ask } from './asking.js';
import { Signer } from './own-log.js';
import { isOpensslMissing, OwnTsa, POLICY, TsaServer } from './own-tsa.js';
import { addCheckpoint, WitnessProcess } from './witness-process.js';

const left = await isOpensslMissing();
let folder: string;
let broker: Broker;
let tsa: OwnTsa;
let tsaServer: TsaServer;
let witness: WitnessProcess;
let logVkey: string;

/** Looks until it is so. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}
const get = async (path: string, instance = 0): Promise<string> =>
  (await fetch(`${broker.instances[instance]?.address}${path}`)).text();
const checks = async (): Promise<Record<string, string>> =>
  (JSON.parse(await get('/readyz')) as { checks: Record<string, string> }).checks;
const sizeOf = (note: string): number => Number(note.split('\n')[1]);
/** Some records of no meaning more, sequenced and signed. */
async function grow(count: number): Promise<number> {
  await broker.database.asOwner(
    `insert into pending (record_id, entry) select 'rc_' || gen_random_uuid(), 'filler' from generate_series(1, $1::int)`,
    [count],
  );
  return until(async () => {
    const [row] = await broker.database.asOwner<{ size: string; waits: boolean }>(
      `select s.size, exists (select from pending) or s.size < t.size as waits from signed_checkpoint s, tree_state t`,
    );
    return row && !row.waits ? Number(row.size) : undefined;
  });
}
const declare = async (): Promise<string> =>
  (await broker.storm.declare(await broker.storm.person('hq-1'))).id;

/** Whoever failed waits for a minute by the machine's clock; not in a test. */
const afterAMinute = () => broker.database.asOwner('delete from outside_turn');

/** The service, with whom it asks outside. `at`: witnesses by their address. */
async function start(at: { url: string; vkey: string }[], instances = 1, isStamped = true): Promise<Broker> {
  const path = join(packageRoot(), 'config', 'demonstration.json');
  const settings = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  const timeStamping = isStamped ? { url: tsaServer.url, policy: POLICY, caFile: tsa.caFile } : null;
  const file = join(await mkdtemp(join(folder, 'config-')), 'config.json');
  await writeFile(file, JSON.stringify({ ...settings, timeStamping, witnesses: at }));
  return Broker.start({ instances, environment: { KASHIKAGI_CONFIG: file } });
}

(left ? describe.skip : describe)('checkpoints leave the house', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kashikagi-outside-'));
    tsa = await OwnTsa.make(join(folder, 'tsa'));
    tsaServer = await TsaServer.start(tsa);
    // The witness has to know the log's key, and the log the witness's: the key of a witness is made at its first start.
    const anyLog = new Signer('any.test/log').vkey;
    witness = await WitnessProcess.start(join(folder, 'witness'), [anyLog]);
    await witness.kill('SIGTERM');
    const place = await freePort();
    broker = await start([{ url: `http://127.0.0.1:${place}`, vkey: witness.vkey }], 2);
    logVkey = broker.instances[0]?.app.get(CheckpointSigner).vkey ?? '';
    witness = await WitnessProcess.start(join(folder, 'witness'), [logVkey], { port: place });
    await afterAMinute();
  });
  afterAll(async () => {
    await broker.stop();
    await witness.kill();
    await tsaServer.stop();
    await rm(folder, { recursive: true });
  });

  const app = (instance = 0) => {
    const one = broker.instances[instance];
    if (!one) throw new Error('there are two');
    return one.app;
  };
  const configured = (): ConfiguredWitness => {
    const [one] = app().get(Outside).witnesses;
    if (!one) throw new Error('one is configured');
    return one;
  };
  const cosign = (one = configured(), instance = 0) => app(instance).get(Witnesses).runOnce(one);
  /** Past what the clockwork may be doing at the moment. */
  const stamp = () =>
    until(async () => {
      const { authority } = app().get(Outside);
      const taken = authority && (await app().get(TimeStamper).runOnce(authority));
      return typeof taken === 'boolean' ? taken : undefined;
    });
  const stamps = () => app().get(TimeStampsRepository).upTo(app().get(CheckpointSigner).origin, 1e9);

  it('to the witness: its line stands under the very text that it cosigned, on every instance', async () => {
    const size = await grow(300);
    for (const instance of [0, 1]) {
      const note = await until(async () => {
        const found = await get('/ledger/checkpoint', instance);
        // It may have been asked before it was there.
        await afterAMinute();
        return sizeOf(found) >= size && found.includes(`\n— ${configured().vkey.name} `) ? found : undefined;
      });
      expect(
        note
          .split('\n\n')[1]
          ?.split('\n')
          .map((line) => line.split(' ')[1]),
      ).toEqual([app().get(CheckpointSigner).origin, 'witness.test/w1', undefined]);
      expect(app().get(CheckpointSigner).open(note)?.size).toBe(sizeOf(note));
    }
    const { code, out } = await ask(broker.url, '--key', logVkey, '--witness', witness.vkey);
    expect(out).toContain('✓ cosigned by the witness witness.test/w1');
    expect(code).toBe(0);
  });

  it('and a checkpoint is published before any witness has seen it', async () => {
    await broker.database.asOwner(
      `insert into outside_turn select 'witness ' || $1, 'held', clock_timestamp() + interval '1 hour'
       on conflict (name) do update set holder = 'held', until = excluded.until`,
      [witness.vkey],
    );
    const size = await grow(5);
    const note = await until(async () => {
      const found = await get('/ledger/checkpoint');
      return sizeOf(found) >= size ? found : undefined;
    });
    expect(note).not.toContain('witness.test');
    await afterAMinute();
    await until(async () => ((await get('/ledger/checkpoint')).includes('witness.test') ? true : undefined));
  });

  it('and goes on from where the witness stands, when its answer was lost', async () => {
    const size = await grow(5);
    await until(async () => ((await get('/ledger/checkpoint')).includes('witness.test') ? true : undefined));
    // Cosigned, and what it answered never arrived: this house remembers an older line.
    await broker.database.asOwner('alter table cosignature disable trigger user');
    await broker.database.asOwner('delete from cosignature');
    await broker.database.asOwner('alter table cosignature enable trigger user');
    const next = await until(async () => {
      const [row] = await broker.database.asOwner<{ size: string }>('select size from cosignature');
      return row && Number(row.size);
    });
    expect(next).toBeGreaterThanOrEqual(size);
  });

  it('a witness that is away is told once, in the log and in /readyz; lifting and declaring go on', async () => {
    const port = Number(new URL(witness.url).port);
    // It may have been asked before it was there, and told so.
    const before = broker.log.lines.length;
    await witness.kill();
    await afterAMinute();
    await grow(3);
    // Each of the two instances has to get its turn: whoever failed keeps it from the other for a minute.
    await until(async () => {
      await afterAMinute();
      return (await checks())['witnesses'] === 'failing' ? true : undefined;
    });
    expect((await fetch(`${broker.url}/readyz`)).status).toBe(200);
    const told = broker.log.lines.slice(before).filter((line) => /witness witness\.test\/w1: (?!works)/.test(line));
    // By each instance at most once, whatever it says.
    expect([1, 2]).toContain(told.length);
    const declared = await declare();
    const hq = await broker.storm.person('hq-3');
    expectStatus(await hq.post(`/api/v1/declarations/${declared}/lift`, { reason: '終わり' }), 200);
    witness = await WitnessProcess.start(join(folder, 'witness'), [logVkey], { port });
    await afterAMinute();
    await until(async () => {
      await afterAMinute();
      return (await checks())['witnesses'] === 'ok' ? true : undefined;
    });
    expect(broker.log.lines.some((line) => line.includes('witness witness.test/w1: works again'))).toBe(true);
  }); // prettier-ignore

  it('hourly to the authority, and what is kept is what openssl takes; soon after a lift, and not otherwise', async () => {
    await stamp();
    const before = await stamps();
    expect(before.length).toBeGreaterThan(0);
    for (const { note, token } of before) {
      expect(await tsa.verify(token, Buffer.from(note))).toMatchObject({ code: 0 });
      expect(note.trimEnd().split('\n')).toHaveLength(5);
      expect(note).not.toContain('witness.test');
    }
    // More entries within the hour: none.
    await grow(10);
    expect(await stamp()).toBe(false);
    expect(await stamps()).toHaveLength(before.length);
    // A lift: its record is in the next stamped checkpoint.
    const declared = await declare();
    const hq = await broker.storm.person('hq-3');
    expectStatus(await hq.post(`/api/v1/declarations/${declared}/lift`, { reason: '終わり' }), 200);
    await until(async () => ((await stamp(), (await stamps()).length > before.length) ? true : undefined));
    const [lift] = await broker.database.asOwner<{ position: string }>(
      `select position from leaf l join record r on r.id = l.record_id
       where r.type = 'declaration.lifted' and r.declaration_id = $1`,
      [declared],
    );
    const last = (await stamps()).at(-1);
    expect(last?.size).toBeGreaterThan(Number(lift?.position));
    expect(await broker.database.asOwner('select from time_stamp_wanted')).toEqual([]);
    // An hour later: again.
    await grow(1);
    expect(await stamp()).toBe(false);
    await broker.moveClock(3_600_000);
    const count = (await stamps()).length;
    await until(async () => ((await stamp(), (await stamps()).length > count) ? true : undefined));
    expect((await stamps()).length).toBe(count + 1);
  }); // prettier-ignore

  it('both lie in the inspection pack, and the verifier takes them', async () => {
    const pack = await PackFolder.make(join(folder, 'pack'));
    if (!pack) throw new Error('it is new');
    const proofs = new OutsideProofs(
      app().get(TimeStampsRepository),
      app().get(CosignaturesRepository),
      tsa.caFile,
    );
    const all = await stamps();
    const { taken_at: from } = all.at(-1) ?? { taken_at: new Date(0) };
    // Of a period in which none was taken, the newest alone.
    const empty = { from: new Date(0), to: new Date(1) };
    const newest = await app().get(TimeStampsRepository).upTo(app().get(CheckpointSigner).origin, 1e9, empty);
    expect(newest.map(({ size }) => size)).toEqual([all.at(-1)?.size]);
    const within = { from: new Date(0), to: new Date(from.getTime() + 1) };
    const words = await proofs.write(pack, await app().get(PinnedTree).at(), within);
    expect(pack.files.map(({ path }) => path)).toEqual([
      '台帳の外/証人/1.checkpoint',
      ...all.flatMap(({ size }) => [`台帳の外/時刻印/${size}.checkpoint`, `台帳の外/時刻印/${size}.tsr`]),
    ]);
    const lying = words.map((word) => (word.startsWith('台帳の外/') ? join(pack.path, word) : word));
    const { code, out } = await ask(broker.url, '--key', logVkey, ...lying);
    expect(out).toMatch(/✓ .*checkpoint.* existed at .*\.tsr/);
    expect(code).toBe(0);
    const cosigned = await readFile(join(pack.path, '台帳の外/証人/1.checkpoint'), 'utf8');
    expect(app().get(CheckpointSigner).open(cosigned)?.size).toBeGreaterThan(0);
    expect(cosigned).toContain('\n— witness.test/w1 ');
  });

  it.each<[string, Parameters<typeof misbehave>[0], RegExp]>([
    ['an error', () => Promise.resolve({ status: 500, body: Buffer.from('') }), /answers HTTP 500/],
    ['a page', () => Promise.resolve({ type: 'text/html', body: Buffer.from('<p>') }), /answers with text\/html/],
    ['garbage', () => Promise.resolve({ body: Buffer.from('garbage') }), /cannot be read/],
    ['too much', () => Promise.resolve({ body: Buffer.alloc(100_000) }), /answers more than 65536 bytes/],
    ['nothing, ever', () => Promise.resolve('silence' as const), /does not answer in time/],
  ])('an authority that answers %s gives no stamp, and is asked again a minute later', async (_what, behaviour, why) => {
    const count = (await stamps()).length;
    misbehave(behaviour);
    await broker.moveClock(3_600_000);
    await grow(1);
    const { authority } = app().get(Outside);
    if (!authority) throw new Error('it is configured');
    const failure = await until(async () => {
      await afterAMinute();
      return app().get(TimeStamper).runOnce(authority).then(() => undefined, (error: Error) => error);
    });
    expect(failure.message).toMatch(why);
    expect(await stamps()).toHaveLength(count);
    const asked = tsaServer.asked.length;
    expect(typeof (await app().get(TimeStamper).runOnce(authority))).toBe('symbol');
    expect(tsaServer.asked).toHaveLength(asked);
    tsaServer.behaviour = TsaServer.honest(tsa);
    await until(async () => {
      await afterAMinute();
      // What the other instance began in the silence may still fail, and take the turn once more.
      await app().get(TimeStamper).runOnce(authority).catch(() => undefined);
      return (await stamps()).length > count ? true : undefined;
    });
  }); // prettier-ignore
  const misbehave = (behaviour: TsaServer['behaviour']): void => void (tsaServer.behaviour = behaviour);

  it('says in the record of a declaration that its ledger is witnessed', async () => {
    const declared = await declare();
    const [record] = await broker.records<{ payload: string }>(
      `type = 'declaration.declared' and declaration_id = $1`,
      [declared],
    );
    expect(record?.payload).toContain('"ledger_witnessed":true');
    expect(app().get(OutsideClockwork).states()).toHaveProperty('time_stamps');
  });

  it('and another tree of the same size, or another log under its name, is refused by the witness', async () => {
    const [one] = [configured()];
    await until(async () => ((await cosign()) === false ? true : undefined));
    const [{ size }] = (await broker.database.asOwner<{ size: string }>('select size from cosignature')) as [{ size: string }];
    // Another tree of the same log, by the holder of its key.
    const signer = app().get(CheckpointSigner);
    const forged = signer.sign({ size: Number(size), root: Buffer.alloc(32, 7) });
    expect((await addCheckpoint(witness.url, `old ${size}\n\n${forged.note}`)).status).toBe(409);
    await broker.stop();
    broker = await start([], 1, false);
    const restored = broker.instances[0]?.app;
    const empty = restored?.get(Witnesses);
    if (!empty) throw new Error('it is there');
    await expect(until(async () => ((await empty.runOnce(one)) === true ? true : undefined))).rejects.toThrow(
      'does not take the signature of this log',
    );
    const declared = await declare();
    const [record] = await broker.records<{ payload: string }>(`declaration_id = $1`, [declared]);
    expect(record?.payload).toContain('"ledger_witnessed":false');
  }); // prettier-ignore
});

/** A witness that answers what a test says. */
class FakeWitness {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}
  answers: ((body: string) => { status: number; type?: string; body: string })[] = [];
  readonly asked: string[] = [];

  static async start(): Promise<FakeWitness> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += String(part)));
      request.on('end', () => {
        self.asked.push(body);
        const answer = self.answers.shift()?.(body) ?? { status: 500, body: '' };
        response.writeHead(answer.status, { 'content-type': answer.type ?? 'text/plain' }).end(answer.body);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const self = new FakeWitness(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix/`,
    );
    return self;
  }
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

describe('what a witness may answer', () => {
  const key = new Signer('fake.test/w', 4);
  let fake: FakeWitness;
  let one: ConfiguredWitness;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kashikagi-outside-'));
    broker = await start([], 1, false);
    fake = await FakeWitness.start();
    one = { url: fake.url, vkey: new WitnessVkey(key.vkey) };
    await grow(300);
  });
  afterAll(async () => {
    await broker.stop();
    await fake.stop();
    await rm(folder, { recursive: true });
  });
  const run = async (...answers: FakeWitness['answers']): Promise<unknown> => {
    await broker.database.asOwner('delete from outside_turn');
    fake.answers = answers;
    fake.asked.length = 0;
    return broker.instances[0]?.app.get(Witnesses).runOnce(one);
  };
  const textOf = (body: string): string => {
    const note = body.slice(body.indexOf('\n\n') + 2);
    return note.slice(0, note.indexOf('\n\n') + 1);
  };
  const cosigning = (signer: Signer) => (body: string) => ({
    status: 200,
    body: signer.cosignature(textOf(body), 1_790_000_000),
  });
  const kept = () => broker.database.asOwner<{ size: string }>('select size from cosignature');
  const told = (size: number) => () => ({ status: 409, type: 'text/x.tlog.size', body: `${size}\n` });

  it.each<[string, FakeWitness['answers'], RegExp]>([
    ['a cosignature of another key of its name', [cosigning(new Signer(key.name, 4))], /without a good cosignature/],
    ['a cosignature of another text', [() => ({ status: 200, body: key.cosignature('x\n1\ny\n', 1) })], /without a good cosignature/],
    ['a signature that is no cosignature', [(body) => ({ status: 200, body: key.line(textOf(body)) })], /without a good cosignature/],
    ['nothing', [() => ({ status: 200, body: '' })], /without a good cosignature/],
    ['404', [() => ({ status: 404, body: '' })], /does not know this log/],
    ['403', [() => ({ status: 403, body: '' })], /does not take the signature/],
    ['422', [() => ({ status: 422, body: '' })], /does not find that the tree continues/],
    ['500', [() => ({ status: 500, body: '' })], /answers HTTP 500/],
    ['409 without a size', [() => ({ status: 409, type: 'text/plain', body: '5\n' })], /409 without a size/],
    ['409 with no number', [() => ({ status: 409, type: 'text/x.tlog.size', body: '05\n' })], /409 without a size/],
    ['409 twice', [told(5), told(7)], /changes its mind/],
    ['a redirect', [() => ({ status: 302, body: '' })], /HTTP 302|redirect/],
    ['more than anybody reads', [() => ({ status: 200, body: 'x'.repeat(100_000) })], /more than 65536 bytes/],
    ['that it remembers more than was ever signed', [told(1_000_000)], /remembers 1000000 entries of this log, and \d+ are signed/],
  ])('%s: nothing is kept, and it is said', async (_what, answers, why) => {
    await expect(run(...answers)).rejects.toThrow(why);
    expect(await kept()).toEqual([]);
    expect(await get('/ledger/checkpoint')).not.toContain('fake.test');
  }); // prettier-ignore

  it('that it has cosigned another tree of this size: a fork', async () => {
    const size = sizeOf(await get('/ledger/checkpoint'));
    await expect(run(told(size), told(size))).rejects.toThrow(
      `another tree of ${size} entries: this log was forked`,
    );
  });

  it('409 and a size: it is asked once more, from there, with a proof', async () => {
    expect(await run(told(255), (body) => {
      const other = new Signer('other.test/w', 4);
      return { status: 200, body: other.cosignature(textOf(body), 1) + cosigning(key)(body).body };
    })).toBe(true); // prettier-ignore
    expect(fake.asked.map((body) => body.split('\n')[0])).toEqual(['old 0', 'old 255']);
    expect(fake.asked[0]?.startsWith('old 0\n\n')).toBe(true);
    expect(fake.asked[1]?.split('\n\n')[0]?.split('\n').length).toBeGreaterThan(2);
    expect(await kept()).toHaveLength(1);
    await until(async () =>
      (await get('/ledger/checkpoint')).includes('— fake.test/w ') ? true : undefined,
    );
    expect(await get('/ledger/checkpoint')).not.toContain('other.test');
    // Nothing new: nobody is asked.
    expect(await run()).toBe(false);
    expect(fake.asked).toEqual([]);
  });

  it('and the next time it is asked from what it cosigned last', async () => {
    const [row] = await kept();
    await grow(10);
    expect(await run(cosigning(key))).toBe(true);
    expect(fake.asked[0]?.split('\n')[0]).toBe(`old ${row?.size}`);
  });

  it('and the service can change no cosignature back, nor a time-stamp at all', async () => {
    const url = await broker.database.urlOf('kashikagi_app');
    for (const sql of ['update cosignature set size = 0', 'delete from cosignature', `update checkpoint_timestamp set note = 'x'`, 'delete from checkpoint_timestamp', 'update cosignature set vkey = $$x$$']) {
      await expect(asApp(url, sql)).rejects.toThrow(/permission denied|cannot change/);
    }
  }); // prettier-ignore
});

async function asApp(url: string, sql: string): Promise<void> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
