import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readSecretKeys } from '../../src/config/secret-keys.js';
import { connect, type Connections } from '../../src/database/connect.js';
import { Database, LedgerDatabase } from '../../src/database/database.js';
import { CheckpointsRepository } from '../../src/ledger/checkpoints.repository.js';
import { KeptCheckpoint } from '../../src/ledger/kept-checkpoint.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { CheckpointSigner } from '../../src/ledger/note.js';
import { PublishedTree } from '../../src/ledger/published-tree.js';
import { Publisher } from '../../src/ledger/publisher.js';
import { Receipts } from '../../src/ledger/receipts.js';
import type { NewRecord } from '../../src/ledger/record.js';
import { Sequencer } from '../../src/ledger/sequencer.js';
import { SequencerRepository } from '../../src/ledger/sequencer.repository.js';
import { tilePath, tilesOf, type TileName } from '../../src/ledger/tiles.js';
import { TreeRepository } from '../../src/ledger/tree.repository.js';
import { LOOKUP } from '../../src/lookups/lookups.records.js';
import { TestDatabase } from '../harness/test-database.js';
import { ask, Folders } from './asking.js';
import { auditBy, BUILD_MS, buildAuditor, isLeftOut } from './go/go-program.js';

const SIZE = 70_000;
const OLDER = 30_000;
const GRANTS = 500;
/** What one transaction appends. */
const TOGETHER = 2_500;
const LONG = 240_000;

const isWithoutGo = await isLeftOut();
const folders = new Folders();
const { privateKey } = generateKeyPairSync('ed25519');
const signer = new CheckpointSigner('ledger.example/seventy-thousand', privateKey);
let database: TestDatabase;
let connections: Connections;
let ledger: Ledger;
let sequencer: Sequencer;
let publisher: Publisher;
let served: PublishedTree;
/** What strangers get, and what an auditor kept and is shown. */
let folder: string;
let older: string;
let records: string;

/** The nth use: of one grant after the other, each with its own numbers; every seventh is a refusal, which has none. */
function aUse(n: number): NewRecord {
  const [round, grant] = [Math.floor(n / GRANTS), n % GRANTS];
  const isRefused = round % 7 === 6;
  return {
    type: LOOKUP,
    subject: {
      personId: `operator-${grant}`,
      organizationId: 'retailer-a',
      declarationId: 'dc_0000000000000001',
      grantId: `gr_${String(grant).padStart(16, '0')}`,
      supplyPointRef: `ref-${n}`,
    },
    details: { call_id: `call-${n}`, purpose: 'outage_enquiry', search: { supply_point_id: String(n) } },
    decision: isRefused ? 'refuse' : 'permit',
    code: isRefused ? 'search_locked' : undefined,
    useNo: isRefused ? undefined : round - Math.floor(round / 7) + 1,
  };
}

async function append(from: number, to: number): Promise<void> {
  const writer = new Database(connections);
  for (let n = from; n < to; n += TOGETHER) {
    const some = Array.from({ length: Math.min(TOGETHER, to - n) }, (_, more) => aUse(n + more));
    await writer.transaction('none', (tx) => ledger.append(tx, ...some));
    await sequencer.runOnce();
  }
  while ((await sequencer.runOnce()) > 0);
  expect(await publisher.runOnce()).toBe(true);
}

/** Every file of the ledger, as it is served. */
async function copied(): Promise<string> {
  const place = await folders.make();
  const write = async (path: string, content: Buffer | string | undefined): Promise<void> => {
    if (content === undefined) throw new Error(`${path} is not served`);
    await mkdir(dirname(join(place, path)), { recursive: true });
    await writeFile(join(place, path), content);
  };
  for (const tile of tilesOf(SIZE)) {
    const names: TileName[] = tile.level === 0 ? [tile, { ...tile, level: 'entries' }] : [tile];
    for (const name of names) await write(`tile/${tilePath(name)}`, await served.read(name));
  }
  await write('checkpoint', (await served.covering(SIZE))?.note);
  return place;
}

/** All records, as an auditor is shown them. */
async function shown(): Promise<string> {
  const rows = await database.asOwner<{ position: string; id: string; payload: string; salt: Buffer }>(
    'select position, id, payload, salt from leaf join record on id = record_id order by position',
  );
  const lines = rows.map(({ position, id, payload, salt }) =>
    JSON.stringify({ index: Number(position), id, payload, salt: salt.toString('base64') }),
  );
  const file = join(await folders.make(), 'records.jsonl');
  await writeFile(file, lines.join('\n'));
  return file;
}

beforeAll(async () => {
  database = await TestDatabase.create();
  connections = await connect(await database.urlOf('kashikagi_app'));
  const keys = await folders.make();
  const { sealedBox } = await readSecretKeys({ folder: keys }, true);
  ledger = new Ledger(
    (plain, aad) => sealedBox.seal(plain, aad),
    new Receipts('ledger.example/seventy-thousand', privateKey),
  );
  const own = new LedgerDatabase(connections);
  sequencer = new Sequencer(own, new SequencerRepository(own));
  const tree = new TreeRepository(own);
  const checkpoints = new CheckpointsRepository(own);
  publisher = new Publisher(tree, checkpoints, signer, new KeptCheckpoint(join(keys, 'ledger-checkpoint')));
  served = new PublishedTree(tree, checkpoints);
  await append(0, OLDER);
  older = join(keys, 'older');
  await writeFile(older, (await served.covering(OLDER))?.note ?? '');
  await append(OLDER, SIZE);
  folder = await copied();
  records = await shown();
}, LONG);
afterAll(async () => {
  await connections.destroy();
  await database.drop();
  await folders.remove();
});

describe('a ledger of 70,000 records, written, sequenced, signed and served by the service’s own code', () => {
  it('has 273 full tiles and one of 112, one full and one of 17, and one of 1', async () => {
    const full = await database.asOwner(
      'select level, count(*)::int from tile group by level order by level',
    );
    expect(full).toEqual([
      { level: 0, count: 273 },
      { level: 1, count: 1 },
    ]);
    const edge = await database.asOwner(
      'select level, index::int, length(hashes) / 32 as width from tree_edge order by level',
    );
    expect(edge).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    expect(await database.asOwner('select size::int from tree_state')).toEqual([{ size: SIZE }]);
  });

  it('is verified, with every record, every use number and the checkpoint of 30,000', async () => {
    const { code, out, err } = await ask(folder, '--key', signer.vkey, '--from', older, '--records', records, '--complete');
    expect(err).not.toContain('kashikagi verify:');
    expect(out).toContain('the root computed from all 70,000 entries is the signed one');
    expect(out).toContain(`${274 + 2 + 1} tiles are as computed`);
    expect(out).toContain('✓ 70,000 of 70,000 records open their entries');
    expect(out).toContain(`use numbers of ${GRANTS} grants have no gap`);
    expect(out).toContain('consistent with the older checkpoint');
    expect(code).toBe(0);
  }, LONG); // prettier-ignore

  (isWithoutGo ? it.skip : it)(
    'and Go’s own code says the same',
    async () => {
      const program = await buildAuditor(await folders.make());
      const { code, out, err } = await auditBy(program, [folder, signer.vkey, older]);
      expect(err).toBe('');
      expect(out).toContain(`audit: the root over all ${SIZE} entries is the signed one`);
      expect(out).toContain(`audit: ${274 + 2 + 1} tiles are as computed`);
      expect(out).toContain(`consistency: with ${OLDER} entries`);
      expect(code).toBe(0);
    },
    BUILD_MS,
  );
});
