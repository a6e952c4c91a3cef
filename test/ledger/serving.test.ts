import { createHash, createHmac } from 'node:crypto';
import { Client } from 'pg';
import { Broker } from '../harness/broker.js';
import { evaluate, lookup, Pressure } from '../harness/pressure.js';
import { send, type Answer, type Person } from '../stories/actors.js';
import { expectStatus, samplePoints } from '../stories/storm.js';
import { leafOf, merkleRoot, rootOf } from './naive-tree.js';

interface Leaf {
  position: string;
  record_id: string;
  entry: string;
  hash: Buffer;
}

let broker: Broker;
let auditor: Person;
beforeAll(async () => {
  broker = await Broker.start({ instances: 3 });
  auditor = await broker.storm.person('auditor-1');
});
afterAll(() => broker.stop());

/** Looks until it is so: the tree grows by itself. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}
const get = (path: string, instance = 0): Promise<Response> =>
  fetch(`${broker.instances[instance]?.address}${path}`);
const bytes = async (path: string, instance = 0): Promise<Buffer> => {
  const answer = await get(`/ledger/tile/${path}`, instance);
  expect([path, answer.status]).toEqual([path, 200]);
  return Buffer.from(await answer.arrayBuffer());
};
async function checkpoint(instance = 0): Promise<{ size: number; root: string; note: string }> {
  const note = await (await get('/ledger/checkpoint', instance)).text();
  const [, size, root = ''] = note.split('\n');
  return { size: Number(size), root, note };
}
const signedBeyond = (size: number, instance = 0) =>
  until(async () => {
    const found = await checkpoint(instance);
    return found.size > size ? found : undefined;
  });
const leaves = (): Promise<Leaf[]> => broker.database.asOwner<Leaf>('select * from leaf order by position');
/** Appends records of no meaning, past the service. */
const append = (count: number): Promise<unknown> =>
  broker.database.asOwner(
    `insert into pending (record_id, entry) select 'rc_' || gen_random_uuid(), 'filler ' || n from generate_series(1, $1::int) n`,
    [count],
  );

describe('what everybody sees', () => {
  it('is a checkpoint, a key and tiles, which give the same tree on every instance', async () => {
    await append(700);
    const { size, root, note } = await signedBeyond(699);
    const tree = (await leaves()).slice(0, size);
    expect(merkleRoot(tree.map((one) => leafOf(one.entry))).toString('base64')).toBe(root);
    expect(note).toMatch(/^kashikagi\.example\/demonstration\n/);
    const vkey = await (await get('/ledger/vkey')).text();
    expect(vkey).toMatch(/^kashikagi\.example\/demonstration\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}\n$/);

    for (const instance of [0, 1, 2]) {
      expect(await (await get('/ledger/vkey', instance)).text()).toBe(vkey);
      const first = await bytes('0/000', instance);
      expect(first).toEqual(Buffer.concat(tree.slice(0, 256).map((one) => one.hash)));
      const part = await bytes(`0/002.p/${size % 256}`, instance);
      expect(part).toEqual(Buffer.concat(tree.slice(512, size).map((one) => one.hash)));
      expect(part.subarray(0, 32)).toEqual(await bytes('0/002.p/1', instance));
      expect(await bytes('1/000.p/2', instance)).toEqual(
        Buffer.concat(
          [tree.slice(0, 256), tree.slice(256, 512)].map((some) => merkleRoot(some.map((one) => one.hash))),
        ),
      );
      const entries = await bytes('entries/001', instance);
      const expected = tree.slice(256, 512).map(({ entry }) => {
        const length = Buffer.from([0, 0]);
        length.writeUInt16BE(Buffer.byteLength(entry));
        return Buffer.concat([length, Buffer.from(entry)]);
      });
      expect(entries).toEqual(Buffer.concat(expected));
      expect(await bytes('entries/001.p/3', instance)).toEqual(Buffer.concat(expected.slice(0, 3)));
    }
  });

  it('ends with what is signed, although more is in the tree', async () => {
    const { size } = await checkpoint();
    // Its row held still, nothing more is signed, and the tree grows on.
    const holder = new Client({ connectionString: broker.database.ownerUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from signed_checkpoint for update');
    const signed = await holder.query<{ size: string }>('select size from signed_checkpoint');
    const held = Number(signed.rows[0]?.size);
    expect(held).toBeGreaterThanOrEqual(size);
    await append(600);
    await until(async () => ((await leaves()).length >= held + 600 ? true : undefined));
    const [full, width] = [Math.floor(held / 256), held % 256];
    const name = (index: number): string => String(index).padStart(3, '0');
    for (const path of [
      `0/${name(full)}`,
      `0/${name(full)}.p/${width + 1}`,
      `entries/${name(full)}`,
      `1/000.p/${full + 1}`,
    ]) {
      expect([path, (await get(`/ledger/tile/${path}`)).status]).toEqual([path, 404]);
    }
    expect(await bytes(`0/${name(full)}.p/${width}`)).toHaveLength(32 * width);
    await holder.query('rollback');
    await holder.end();
    await signedBeyond(held + 599);
    expect(await bytes(`0/${name(full)}`)).toHaveLength(8_192);
  });

  it('bears its types and how long it may be kept', async () => {
    const headers = async (path: string): Promise<unknown[]> => {
      const answer = await get(path);
      return [answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')];
    };
    const forLong = 'public, max-age=31536000, immutable';
    expect(await headers('/ledger/checkpoint')).toEqual([
      200,
      'text/plain; charset=utf-8',
      'public, max-age=2',
    ]);
    expect(await headers('/ledger/vkey')).toEqual([200, 'text/plain; charset=utf-8', 'public, max-age=3600']);
    expect(await headers('/ledger/tile/0/000')).toEqual([200, 'application/octet-stream', forLong]);
    expect(await headers('/ledger/tile/entries/000.p/9')).toEqual([200, 'application/octet-stream', forLong]);
    expect(await headers('/ledger/tile/0/999')).toEqual([
      404,
      'application/problem+json; charset=utf-8',
      'no-store',
    ]);
  });

  it.each([
    '0/0',
    '0/000.p/256',
    '0/000.p/0',
    '8/0/000',
    '0/x000/000',
    '-1/000',
    'entries/0',
    '9/000',
    '0/%2e%2e/000',
    '0/000/',
    '',
  ])('has nothing at tile/%s', async (path) => {
    expect((await get(`/ledger/tile/${path}`)).status).toBe(404);
  });
});

/** c2sp.org/tlog-proof@v1, verified by hand: the record's payload and the proof, and nothing else of the service. */
function verified(proof: string, payload: string, id: string): { size: number; index: number } {
  const [head = '', ...rest] = proof.split('\n\n');
  const [format, extra = '', place = '', ...hashes] = head.split('\n');
  expect(format).toBe('c2sp.org/tlog-proof@v1');
  const salt = Buffer.from(extra.replace(/^extra /, ''), 'base64');
  const entry = JSON.stringify({ v: 1, id, c: createHmac('sha256', salt).update(payload).digest('base64') });
  const leaf = createHash('sha256')
    .update(Buffer.concat([Buffer.from([0]), Buffer.from(entry)]))
    .digest();
  const [, size, root] = rest.join('\n\n').split('\n');
  const index = Number(place.replace(/^index /, ''));
  const siblings = hashes.map((hash) => Buffer.from(hash, 'base64'));
  expect(rootOf(leaf, index, Number(size), siblings)?.toString('base64')).toBe(root);
  return { size: Number(size), index };
}

describe('the proof of a record', () => {
  const prove = (id: string): Promise<Answer<{ text: string; code?: string }>> =>
    auditor.get<{ text: string; code?: string }>(`/api/v1/records/${id}/proof`);

  it('leads from the payload to the signed root, for any record', async () => {
    await broker.storm.declared();
    const records = await broker.records<{ id: string; payload: string }>();
    await signedBeyond((await leaves()).length - 1);
    for (const { id, payload } of records.slice(-12)) {
      const answer = await until(async () => {
        const one = await prove(id);
        return one.status === 409 ? undefined : one;
      });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
      verified(answer.body.text, payload, id);
      expect(() => verified(answer.body.text, payload.replace('"v":1', '"v":2'), id)).toThrow();
    }
  });

  it('is refused until the record stands in the signed tree, and for what is no record', async () => {
    const holder = new Client({ connectionString: broker.database.ownerUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from tree_state for update');
    const { id } = await broker.storm.declare(await broker.storm.person('hq-1'), { is_drill: true });
    const [record] = await broker.records<{ id: string; payload: string }>('declaration_id = $1', [id]);
    expect(await prove(record?.id ?? '')).toMatchObject({ status: 409, body: { code: 'not_sequenced_yet' } });
    expect(await prove('rc_nowhere')).toMatchObject({ status: 404 });
    await holder.query('rollback');
    await holder.end();
    const answer = await until(async () => {
      const one = await prove(record?.id ?? '');
      return one.status === 200 ? one : undefined;
    });
    verified(answer.body.text, record?.payload ?? '', record?.id ?? '');
  });

  it('is on record, with the auditor who took it', async () => {
    const [record] = await broker.records<{ id: string }>();
    await until(async () => ((await prove(record?.id ?? '')).status === 200 ? true : undefined));
    const reads = await broker.records<{ payload: string; person_id: string }>("type = 'records.read'");
    const { details } = JSON.parse(reads.at(-1)?.payload ?? '{}') as { details: { filter: string } };
    expect(reads.at(-1)?.person_id).toBe('auditor-1');
    expect(JSON.parse(details.filter)).toEqual({ id: record?.id, proof: true });
  });

  it('is for auditors and the regulator', async () => {
    const supervisor = await broker.storm.person('supervisor-a');
    expect((await supervisor.get('/api/v1/records/rc_x/proof')).status).toBe(403);
    expect((await send(`${broker.url}/api/v1/records/rc_x/proof`, 'GET')).status).toBe(401);
  });
});

describe('the tree under load, on three instances', () => {
  it('has no use after the end of its declaration, by position, and everything once', async () => {
    const declaration = await broker.storm.declared();
    const pressed = [];
    for (const person of ['operator-a-01', 'operator-a-02', 'operator-b-01']) {
      pressed.push(await broker.storm.operator(person, declaration.id));
    }
    const [point] = (await samplePoints(broker.wheelingUrl)).filter((one) => one.outage_state === 'outage');
    if (!point) throw new Error('the sample has points in outage');
    const addresses = broker.instances.map((one) => one.address);
    const pressure = new Pressure(addresses, pressed, 32, (n) => (n < 4 ? lookup(point) : evaluate));
    await pressure.permitted(30);
    const hq = await broker.storm.person('hq-3');
    expectStatus(await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧した' }), 200);
    pressure.ended();
    await pressure.askedAfter(100);
    await pressure.stop();
    await until(async () => {
      const [row] = await broker.database.asOwner<{ n: number }>('select count(*)::int as n from pending');
      return row?.n === 0 ? true : undefined;
    });
    const placed = await broker.database.asOwner<{ position: string; type: string; decision: string }>(
      `select l.position, r.type, r.decision from leaf l join record r on r.id = l.record_id
        where r.declaration_id = $1 order by l.position`,
      [declaration.id],
    );
    const lift = placed.findIndex((one) => one.type === 'declaration.lifted');
    const isUse = (one: { decision: string }): boolean => one.decision === 'permit';
    expect(placed.slice(0, lift).filter(isUse).length).toBeGreaterThanOrEqual(90);
    expect(placed.slice(lift).filter(isUse)).toEqual([]);
    const [lost] = await broker.database.asOwner<{ n: number }>(
      `select count(*)::int as n from record r where not exists (select from leaf l where l.record_id = r.id)`,
    );
    expect(lost?.n).toBe(0);
    const tree = await leaves();
    expect(tree.map((one) => Number(one.position))).toEqual(tree.map((_, n) => n));
    const { root } = await signedBeyond(tree.length - 1);
    expect(merkleRoot(tree.map((one) => leafOf(one.entry))).toString('base64')).toBe(root);
  });
});

describe('a ledger that is behind', () => {
  const readiness = async (): Promise<unknown> => (await send(`${broker.url}/readyz`, 'GET')).body;

  it('gives no new grants after a minute, and lifts and revokes all the same', async () => {
    const declaration = await broker.storm.declared();
    const call = await broker.storm.called(declaration.id);
    const [one, other] = [
      await broker.storm.nominated(call.id, ['operator-a-03']),
      await broker.storm.nominated(call.id, ['operator-a-04']),
    ];
    const [grant] = await broker.storm.approved(one.id);
    expect(await readiness()).toMatchObject({ ready: true, checks: { ledger: 'ok' } });
    const holder = new Client({ connectionString: broker.database.ownerUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from tree_state for update');
    const hq = await broker.storm.person('hq-2');
    expectStatus(await hq.get('/api/v1/declarations'), 200);
    await append(1);
    const approve = (): Promise<Answer> => hq.post(`/api/v1/nominations/${other.id}/approve`, {});
    await broker.database.asOwner(`update pending set added_at = added_at - interval '61 seconds'`);
    expect(await approve()).toMatchObject({ status: 503, body: { code: 'ledger_behind' } });
    expect(await readiness()).toMatchObject({ ready: true, checks: { ledger: 'behind' } });
    expectStatus(await hq.post(`/api/v1/grants/${grant?.id}/revoke`, { reason: '確認のため' }), 200);
    await holder.query('rollback');
    await holder.end();
    await until(async () => ((await approve()).status === 200 ? true : undefined));
    expectStatus(await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '終了' }), 200);
  });
});
