import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Connections } from '../../src/database/connect.js';
import { LedgerDatabase, type Tx } from '../../src/database/database.js';
import { CheckpointsRepository } from '../../src/ledger/checkpoints.repository.js';
import { KeptCheckpoint } from '../../src/ledger/kept-checkpoint.js';
import { CheckpointSigner } from '../../src/ledger/note.js';
import { ForkError, Publisher } from '../../src/ledger/publisher.js';
import { RANDOM_BYTES, writeRecord } from '../../src/ledger/record.js';
import { Sequencer } from '../../src/ledger/sequencer.js';
import { SequencerRepository } from '../../src/ledger/sequencer.repository.js';
import { Succession, type Succeeded } from '../../src/ledger/succession.js';
import { SuccessionRepository } from '../../src/ledger/succession.repository.js';
import { TreeRepository } from '../../src/ledger/tree.repository.js';
import { TestDatabase } from '../harness/test-database.js';
import { ask } from './asking.js';
import { leafOf, merkleRoot } from './naive-tree.js';

const [OLD, NEW] = ['ledger.example/old', 'ledger.example/new'];
const key = generateKeyPairSync('ed25519').privateKey;
const old = new CheckpointSigner(OLD, key);

let folder: string;
let database: TestDatabase;
let owner: Connections;
let app: Connections;
let ledger: LedgerDatabase;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kashikagi-succession-'));
  database = await TestDatabase.create();
  owner = await connect(database.ownerUrl);
  app = await connect(await database.urlOf('kashikagi_app'));
  ledger = new LedgerDatabase(app);
});
afterEach(async () => {
  await app.destroy();
  await owner.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

const enqueue = (from: number, to: number, what = 'entry'): Promise<unknown> =>
  database.asOwner(
    `insert into pending (record_id, entry) select 'rc_' || n, $3 || ' ' || n from generate_series($1::int, $2::int - 1) n`,
    [from, to, what],
  );
async function sequenced(): Promise<void> {
  while ((await new Sequencer(ledger, new SequencerRepository(ledger)).runOnce()) > 0);
}
const publisher = (signer = old, file = 'kept'): Publisher =>
  new Publisher(
    new TreeRepository(ledger),
    new CheckpointsRepository(ledger),
    signer,
    new KeptCheckpoint(join(folder, file)),
  );
const entries = async (): Promise<string[]> =>
  (await database.asOwner<{ entry: string }>('select entry from leaf order by position')).map((row) => row.entry); // prettier-ignore

/** 600 entries signed; put back are 550, of which 500 were signed, and five have come since. → the lost note. */
async function lost(): Promise<string> {
  await enqueue(0, 500);
  await sequenced();
  await publisher().runOnce();
  const [before] = await database.asOwner<{ note: string; root: Buffer }>(
    'select note, root from signed_checkpoint',
  );
  await enqueue(500, 600);
  await sequenced();
  await publisher().runOnce();
  const note = (await new KeptCheckpoint(join(folder, 'kept')).read()) ?? '';
  await database.asOwner(`
    alter table tree_state disable trigger user; alter table signed_checkpoint disable trigger user;
    truncate leaf, tile, tree_edge, pending; update tree_state set size = 0, root = sha256('');
    delete from signed_checkpoint;
    alter table tree_state enable trigger user; alter table signed_checkpoint enable trigger user`);
  await enqueue(0, 550);
  await database.asOwner(
    `insert into signed_checkpoint (origin, vkey, size, root, note, signed_at) values ($1, $2, 500, $3, $4, broker_now())`,
    [OLD, old.vkey, before?.root, before?.note],
  );
  await enqueue(1_000, 1_005, 'since');
  await sequenced();
  return note;
}

async function succeed(
  logs = new SuccessionRepository(),
  successor = NEW,
  notes?: string[],
): Promise<Succeeded> {
  const database = new LedgerDatabase(owner);
  const succession = new Succession(new SequencerRepository(database), logs, (record, at) =>
    writeRecord(record, at, { seal: (plain) => plain, salts: randomBytes(RANDOM_BYTES) }),
  );
  const kept = await new KeptCheckpoint(join(folder, 'kept')).read();
  return database.transaction('none', (tx) =>
    succession.begin(
      tx,
      { successor, why: '復元で失われたため', archiveOf: () => join(folder, 'archive') },
      {
        notes: notes ?? (kept === undefined ? [] : [kept]),
        vkeyOf: (origin) => new CheckpointSigner(origin, key).vkey,
      },
    ),
  );
}
const found = [...Array.from({ length: 550 }, (_, n) => `entry ${n}`), ...Array.from({ length: 5 }, (_, n) => `since ${1_000 + n}`)]; // prettier-ignore

describe('a new log', () => {
  it('begins with the record that names the old one, carries on all that was found, and then what waits', async () => {
    const note = await lost();
    await enqueue(2_000, 2_010, 'waiting');
    const { recordId, ...told } = await succeed();
    const root = merkleRoot(found.map(leafOf));
    expect(told).toEqual({ origin: OLD, signedSize: 600, found: { size: 555, root }, archived: 500 });
    const [naming] = await database.asOwner<{ id: string; payload: string }>(`select id, payload from record where type = 'ledger.succession'`); // prettier-ignore
    expect(naming?.id).toBe(recordId);
    expect(JSON.parse(naming?.payload ?? '')).toMatchObject({
      details: { origin: OLD, vkey: old.vkey, signed_size: 600, checkpoint: note, found_size: 555, found_root: root.toString('base64'), successor: NEW }, // prettier-ignore
    });
    await sequenced();
    const [first = '', ...rest] = await entries();
    expect((JSON.parse(first) as { id: string }).id).toBe(recordId);
    expect(rest).toEqual([...found, ...Array.from({ length: 10 }, (_, n) => `waiting ${2_000 + n}`)]);
    const fresh = new CheckpointSigner(NEW, generateKeyPairSync('ed25519').privateKey);
    expect(await publisher(fresh).runOnce()).toBe(true);
    const [signed] = await database.asOwner<{ root: Buffer }>('select root from signed_checkpoint');
    expect(signed?.root).toEqual(merkleRoot([first, ...rest].map(leafOf)));
    const archive = await ask(join(folder, 'archive'), '--key', old.vkey);
    expect(archive.out).toContain('500 entries');
    expect(archive.code).toBe(0);
  });

  /** Each statement as it happened, and then the process dies. */
  it.each(['clear', 'found', 'takeFromWaiting', 'retire'] as const)(
    'that is cut off after “%s” has changed nothing, and is begun by the next run',
    async (step) => {
      await lost();
      await enqueue(2_000, 2_010, 'waiting');
      const logs = new SuccessionRepository();
      const work = logs[step].bind(logs) as (tx: Tx, ...rest: unknown[]) => Promise<unknown>;
      Object.assign(logs, {
        [step]: async (tx: Tx, ...rest: unknown[]) => {
          await work(tx, ...rest);
          await tx.rows('select pg_terminate_backend(pg_backend_pid())');
        },
      });
      await expect(succeed(logs)).rejects.toThrow();
      expect(await entries()).toEqual(found);
      expect(await database.asOwner('select from retired_log')).toEqual([]);
      await expect(publisher().runOnce()).rejects.toThrow(/600 entries were signed and 555 are there/);
      expect((await succeed()).found.size).toBe(555);
      expect((await entries()).slice(1)).toEqual(found);
    },
  );

  it('is not begun while everything signed is there, nor under a name that was, nor with another’s checkpoints', async () => {
    await enqueue(0, 10);
    await sequenced();
    await expect(succeed()).rejects.toThrow('nothing was signed yet');
    await publisher().runOnce();
    await expect(succeed()).rejects.toThrow(/nothing of ledger.example\/old was lost/);
    await expect(succeed(undefined, OLD)).rejects.toThrow('a new log needs a new one');
    const stranger = new CheckpointSigner(OLD, generateKeyPairSync('ed25519').privateKey);
    await expect(succeed(undefined, NEW, [stranger.sign({ size: 99, root: Buffer.alloc(32) }).note])).rejects.toThrow('is not of ledger.example/old'); // prettier-ignore
  });

  it('is the only one that signs from then on, and under no key that signed before', async () => {
    const note = await lost();
    await succeed();
    await expect(publisher().refuseOtherLedger()).rejects.toThrow(/set "ledgerOrigin" to that/);
    await expect(publisher(new CheckpointSigner(NEW, key)).refuseOtherLedger()).rejects.toThrow(
      'needs a new key',
    );
    const other = generateKeyPairSync('ed25519').privateKey;
    // Past the start: an instance that has run all the while, without a file of its own. The tables refuse it.
    const refused = [
      old,
      new CheckpointSigner(NEW, key),
      new CheckpointSigner('ledger.example/third', other),
    ];
    for (const [n, signer] of refused.entries()) {
      const signing = publisher(signer, `instance ${n}`).runOnce();
      await expect(signing).rejects.toThrow(/a log that was retired signs no more/);
    }
    const fresh = new CheckpointSigner(NEW, other);
    await expect(publisher(fresh).refuseOtherLedger()).resolves.toBeUndefined();
    // Another instance's file knows of more than the new log names: it is not thrown away.
    const more = old.sign({ size: 601, root: Buffer.alloc(32) }).note;
    const elsewhere = new KeptCheckpoint(join(folder, 'elsewhere'));
    await elsewhere.keep(more);
    await expect(publisher(fresh, 'elsewhere').runOnce()).rejects.toThrow(ForkError);
    expect(await elsewhere.read()).toBe(more);
    await elsewhere.keep(note);
    expect(await publisher(fresh, 'elsewhere').runOnce()).toBe(true);
    expect((await elsewhere.read())?.startsWith(`${NEW}\n`)).toBe(true);
  });

  it('is beyond the service’s role', async () => {
    await lost();
    const insert = `insert into retired_log values (1, 'a', 'a+1+b', 1, 'n', 0, sha256(''), 'b', 'rc_1', 'why', broker_now())`;
    for (const statement of [
      insert,
      'delete from signed_checkpoint',
      'truncate leaf',
      'truncate retired_log',
    ]) {
      await expect(ledger.rows(statement)).rejects.toThrow(/permission denied/);
    }
    await succeed();
    await expect(ledger.rows(`update retired_log set successor = 'x'`)).rejects.toThrow(/permission denied/);
    await expect(database.asOwner(`update retired_log set successor = 'x'`)).rejects.toThrow('cannot change');
    await expect(database.asOwner('delete from retired_log')).rejects.toThrow('cannot change');
  });
});
