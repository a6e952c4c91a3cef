import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Receipts } from '../../src/ledger/receipts.js';
import { CheckpointSigner } from '../../src/ledger/note.js';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { Broker } from '../harness/broker.js';
import { evaluationBody } from '../harness/pressure.js';
import { send, type Answer, type Operator } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { ask, Folders } from './asking.js';
import { Mirror } from './mirror.js';

const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };
const folders = new Folders();
let broker: Broker;
let mirror: Mirror;
let operators: { real: Operator; drill: Operator };
let points: { real: SamplePoint; drill: SamplePoint };

const encodedIn = ({ headers }: Answer<unknown>): string[] => (headers.get('kashikagi-receipt') ?? '').split(', ').filter(Boolean); // prettier-ignore
const receiptsIn = (answer: Answer<unknown>): string[] =>
  encodedIn(answer).map((one) => Buffer.from(one, 'base64url').toString());
const factorOf = (point: SamplePoint): object => ({
  supply_point_id: point.supply_point_id,
  second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
});
const line = (receipt: string, name: string): string =>
  receipt.split('\n').find((one) => one.startsWith(`${name} `))?.slice(name.length + 1) ?? ''; // prettier-ignore

/** → the folder and the file. */
async function kept(text: string): Promise<string> {
  const file = join(await folders.make(), 'receipt');
  await writeFile(file, text);
  return file;
}

beforeAll(async () => {
  broker = await Broker.start();
  mirror = new Mirror(broker, folders);
  const { storm } = broker;
  const [real, drill] = [await storm.declared(), await storm.declared({ is_drill: true, name: '総合訓練' })];
  operators = {
    real: (await storm.operator('operator-a-01', real.id)).operator,
    drill: (await storm.operator('operator-a-02', drill.id)).operator,
  };
  const dark = async (url: string): Promise<SamplePoint> => {
    const found = (await samplePoints(url)).find((one) => one.outage_state === 'outage');
    if (!found) throw new Error('a point without power');
    return found;
  };
  points = { real: await dark(broker.wheelingUrl), drill: await dark(broker.drillWheelingUrl) };
});
afterAll(async () => {
  await broker.stop();
  await folders.remove();
});

/** Every kind of use, once: the answers. */
async function everyUse(): Promise<Answer<{ record_id: string }>[]> {
  const found = await operators.real.lookup(factorOf(points.real));
  const { ref = '' } = expectStatus(found, 200).results[0] ?? {};
  const nothing = await operators.real.lookup({ supply_point_id: '9900000000000000000000', second_factor: { contact_phone_last4: '0000' } }); // prettier-ignore
  const matched = await operators.real.match(ref, 'contract_holder_name', points.real.contract_holder_name);
  const revealed = await operators.real.reveal(ref, 'contact_phone');
  const evaluated = await send<{ context: { record_id: string } }>(`${broker.url}/access/v1/evaluation`, 'POST', evaluationBody(operators.real.token ?? ''), BASIC); // prettier-ignore
  const refused = await send<{ context: { record_id: string } }>(`${broker.url}/access/v1/evaluation`, 'POST', evaluationBody('no token'), BASIC); // prettier-ignore
  const drill = await operators.drill.lookup(factorOf(points.drill));
  const flat = [evaluated, refused].map((one) => ({ ...one, body: one.body.context }));
  return [found, nothing, matched, revealed, ...flat, drill];
}

describe('the receipt of a use', () => {
  it('comes with every kind of use, a drill’s too, and names its record, its leaf and its number', async () => {
    const answers = await everyUse();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    await mirror.published();
    const said = answers.map((answer) => {
      const [receipt = '', ...more] = receiptsIn(answer);
      expect(more).toEqual([]);
      return [line(receipt, 'record'), line(receipt, 'leaf'), line(receipt, 'use'), line(receipt, 'at')];
    });
    const rows = await broker.database.asOwner<{ id: string; leaf: string; use_no: number | null; at: Date }>(
      `select id, encode(hash, 'base64') as leaf, use_no, at from record join leaf on record_id = id where id = any($1)`,
      [answers.map(({ body }) => body.record_id)],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const expected = answers.map(({ body: { record_id: id } }) => {
      const row = byId.get(id);
      return [id, row?.leaf, String(row?.use_no ?? '-'), row?.at.toISOString()];
    });
    expect(said).toEqual(expected);
    expect(said.map(([, , use]) => use)).toEqual(['1', '-', '2', '3', '4', '-', '1']);
  });

  it('is found in the ledger by the verifier, alone or with others, encoded or not', async () => {
    const answers = await everyUse();
    const folder = await mirror.copy();
    const vkey = (await mirror.get('vkey')).toString().trim();
    const all = await ask(
      folder,
      '--key',
      vkey,
      '--receipt',
      await kept(answers.flatMap(encodedIn).join(', ')),
    );
    expect(all.out).toContain('the uses of 7 of 7 receipts stand in the log');
    expect(all.code).toBe(0);
    const one = await ask(folder, '--key', vkey, '--receipt', await kept(receiptsIn(answers[0]!)[0] ?? ''));
    expect(one.out).toContain('the uses of 1 of 1 receipts');
    expect(one.code).toBe(0);
  });

  it('shows a use that is not in the ledger', async () => {
    const before = await mirror.copy();
    const [encoded = ''] = encodedIn(await operators.real.lookup(factorOf(points.real)));
    const asked = await ask(before, '--receipt', await kept(encoded));
    expect(asked.out).toMatch(/the use of a receipt is not in the log/);
    expect(asked.code).toBe(3);
  });

  it('of several decisions at once comes for each, and the first ten of more', async () => {
    const evaluation = evaluationBody(operators.real.token ?? '');
    const many = async (count: number): Promise<Answer<{ evaluations: { context: { record_id: string } }[] }>> =>
      send(`${broker.url}/access/v1/evaluations`, 'POST', { evaluations: Array.from({ length: count }, () => evaluation) }, BASIC); // prettier-ignore
    for (const [count, told] of [
      [3, 3],
      [40, 10],
    ] as const) {
      // prettier-ignore
      const answer = await many(count);
      const ids = expectStatus(answer, 200).evaluations.map(({ context }) => context.record_id);
      expect(receiptsIn(answer).map((one) => line(one, 'record'))).toEqual(ids.slice(0, told));
      const folder = await mirror.copy();
      const asked = await ask(folder, '--receipt', await kept(encodedIn(answer).join('\n')));
      expect(asked.out).toContain(`the uses of ${told} of ${told} receipts`);
      expect(asked.code).toBe(0);
    }
  });

  it('holds for nothing that was changed in it, and any other key', async () => {
    const [receipt = ''] = receiptsIn(await operators.real.lookup(factorOf(points.real)));
    const folder = await mirror.copy();
    const origin = (await readFile(join(folder, 'checkpoint'), 'utf8')).split('\n')[0] ?? '';
    const other = new Receipts(origin, generateKeyPairSync('ed25519').privateKey);
    const stranger = new Receipts('other.example/log', generateKeyPairSync('ed25519').privateKey);
    const mine = { id: 'rc_1' as const, at: new Date(0), useNo: 1, entry: 'x' };
    const spoilt = [
      receipt.replace(/use \d+/, 'use 999'),
      receipt.replace(/record rc_./, 'record rc_%'),
      receipt.replace(/at 2/, 'at 3'),
      receipt.replace(/leaf .{8}/, 'leaf AAAAAAAA'),
      receipt.replace('index 0', 'index 1'),
      receipt.replace(/index \d+\n/, (index) => `${index}${Buffer.alloc(32).toString('base64')}\n`),
      receipt.replace('/receipts ', ' '),
      receipt.replace('receipts@v1', 'receipts@v2'),
      receipt.slice(0, -9),
      other.issue([mine])[0] ?? '',
      stranger.issue([mine])[0] ?? '',
      '',
    ];
    for (const text of spoilt) {
      expect(text).not.toBe(receipt);
      const asked = await ask(folder, '--receipt', await kept(text));
      expect([text, asked.code]).toEqual([text, 3]);
      expect(asked.out).toMatch(
        /a receipt is malformed|receipt has no good signature|receipt is of another log/,
      );
    }
    expect((await ask(folder, '--receipt', '/nowhere')).code).toBe(2);
    expect((await ask(folder, '--receipt', await kept(receipt))).code).toBe(0);
  });

  it('can never pass for a checkpoint, nor a checkpoint for a receipt, though one key signs both', () => {
    const pair = generateKeyPairSync('ed25519');
    const key = createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const signer = new CheckpointSigner('log.example/x', key);
    const [receipt = ''] = new Receipts('log.example/x', key).issue([
      { id: 'rc_1', at: new Date(0), useNo: 1, entry: 'x' },
    ]);
    const note = receipt.slice(receipt.indexOf('\n\n') + 2);
    expect(signer.open(note)).toBeUndefined();
    expect(signer.open(note.replace('/receipts ', ' '))).toBeUndefined();
    // The control: it reads what it signed itself.
    const root = Buffer.alloc(32);
    expect(signer.open(signer.sign({ size: 1, root }).note)?.size).toBe(1);
    // No origin that a configuration may give begins the text of a receipt.
    expect(note.split('\n')[0]).toMatch(/@/);
  });
});

describe('the document of the API', () => {
  it('tells of the receipt beside the answer of each use', async () => {
    type Api = { paths: Record<string, Record<string, { responses: Record<string, { headers?: object }> }>> };
    const { paths } = expectStatus(await send<Api>(`${broker.url}/openapi.json`, 'GET'), 200);
    const told = Object.entries(paths).filter(
      ([, { post }]) => 'Kashikagi-Receipt' in (post?.responses['200']?.headers ?? {}),
    );
    expect(told.map(([path]) => path).sort()).toEqual([
      '/access/v1/evaluation',
      '/access/v1/evaluations',
      '/api/v1/lookups',
      '/api/v1/lookups/{ref}/match',
      '/api/v1/lookups/{ref}/reveal',
    ]);
  });
});

describe('the receipts of a batch', () => {
  it('lead to one signed root, whatever the size of the batch', async () => {
    const pair = generateKeyPairSync('ed25519');
    const signer = new CheckpointSigner('log.example/x', pair.privateKey);
    const receipts = new Receipts('log.example/x', pair.privateKey);
    const folder = await folders.make();
    await writeFile(join(folder, 'checkpoint'), signer.sign({ size: 0, root: Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex') }).note); // prettier-ignore
    for (const size of [1, 2, 3, 5, 7, 8, 13, 64, 256]) {
      const records = Array.from({ length: size }, (_, n) => ({ id: `rc_${n}` as const, at: new Date(n), useNo: n + 1, entry: `entry ${n}` })); // prettier-ignore
      const issued = receipts.issue(records);
      const file = await kept(issued.map((one) => Buffer.from(one).toString('base64url')).join('\n'));
      const { code, out } = await ask(folder, '--key', signer.vkey, '--receipt', file);
      // Each is rightly signed; what they are about is, rightly, not in the empty ledger.
      expect(out).not.toMatch(/malformed|no good signature/);
      expect(out.match(/not in the log/g)?.length).toBe(Math.min(size, 10));
      expect(code).toBe(3);
    }
    expect(receipts.issue([])).toEqual([]);
  });
});
