import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Connections } from '../../src/database/connect.js';
import { LedgerDatabase } from '../../src/database/database.js';
import { CheckpointsRepository, type SignedCheckpoint } from '../../src/ledger/checkpoints.repository.js';
import { KeptCheckpoint } from '../../src/ledger/kept-checkpoint.js';
import { CheckpointSigner } from '../../src/ledger/note.js';
import { ForkError, Publisher } from '../../src/ledger/publisher.js';
import { Sequencer } from '../../src/ledger/sequencer.js';
import { SequencerRepository } from '../../src/ledger/sequencer.repository.js';
import { TreeRepository } from '../../src/ledger/tree.repository.js';
import { TestDatabase } from '../harness/test-database.js';
import { leafOf, merkleRoot } from './naive-tree.js';

const ORIGIN = 'ledger.example/test';
const key = generateKeyPairSync('ed25519').privateKey;

let folder: string;
let database: TestDatabase;
let connections: Connections;
let ledger: LedgerDatabase;
let checkpoints: CheckpointsRepository;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kashikagi-ledger-'));
  database = await TestDatabase.create();
  connections = await connect(await database.urlOf('kashikagi_app'));
  ledger = new LedgerDatabase(connections);
  checkpoints = new CheckpointsRepository(ledger);
});
afterEach(async () => {
  await connections.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

const fileOf = (instance: string): string => join(folder, instance, 'ledger-checkpoint');
/** One instance: a folder of its own. */
function publisher(instance = 'one', signer = new CheckpointSigner(ORIGIN, key)): Publisher {
  return new Publisher(new TreeRepository(ledger), checkpoints, signer, new KeptCheckpoint(fileOf(instance)));
}

/** `count` more entries in the tree. */
async function grow(count: number): Promise<void> {
  await database.asOwner(
    `insert into pending (record_id, entry)
     select 'rc_' || n, 'entry ' || n from (select count(*) from leaf) l, generate_series(l.count, l.count + $1::int - 1) n`,
    [count],
  );
  expect(await new Sequencer(ledger, new SequencerRepository(ledger)).runOnce()).toBe(count);
}
async function signed(): Promise<SignedCheckpoint> {
  const last = await checkpoints.last();
  if (!last) throw new Error('something is signed');
  return last;
}

/** c2sp.org/signed-note and tlog-checkpoint, once more and by hand. */
function readNote(note: string, vkey: string): { size: number; root: string } {
  const [text = '', line = ''] = note.split('\n\n');
  const [, name = '', id = '', typed = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  const signature = Buffer.from(line.trim().split(' ')[2] ?? '', 'base64');
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(typed, 'base64').subarray(1).toString('base64url') },
    format: 'jwk',
  });
  expect(line.startsWith(`— ${name} `)).toBe(true);
  expect(signature.toString('hex', 0, 4)).toBe(id);
  expect(verify(null, Buffer.from(`${text}\n`), publicKey, signature.subarray(4))).toBe(true);
  const [origin, size, root = ''] = text.split('\n');
  expect(origin).toBe(name);
  return { size: Number(size), root };
}
const rootAt = (size: number): string =>
  merkleRoot(Array.from({ length: size }, (_, n) => leafOf(`entry ${n}`))).toString('base64');

describe('the publisher', () => {
  it('signs the empty tree, and whatever has grown since; and keeps the note in both places', async () => {
    const one = publisher();
    expect(await one.runOnce()).toBe(true);
    expect(readNote((await signed()).note, (await signed()).vkey)).toEqual({ size: 0, root: rootAt(0) });
    for (const count of [1, 255, 1, 300]) {
      await grow(count);
      expect(await one.runOnce()).toBe(true);
      const last = await signed();
      expect(readNote(last.note, last.vkey)).toEqual({ size: last.size, root: rootAt(last.size) });
      expect(await readFile(fileOf('one'), 'utf8')).toBe(last.note);
      expect(await one.runOnce()).toBe(false);
      expect(await signed()).toEqual(last);
    }
    expect((await signed()).size).toBe(557);
    expect(one.refusal).toBeUndefined();
  });

  it('remembers what another instance signed', async () => {
    const [one, other] = [publisher('one'), publisher('other')];
    await grow(10);
    expect([await one.runOnce(), await other.runOnce()]).toEqual([true, false]);
    expect(await readFile(fileOf('other'), 'utf8')).toBe((await signed()).note);
  });

  it('loses no signature when two sign at once: one of them is published', async () => {
    await publisher().runOnce();
    for (let round = 0; round < 10; round += 1) {
      await grow(7);
      const outcomes = await Promise.all(['one', 'two', 'three'].map((name) => publisher(name).runOnce()));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect((await signed()).size).toBe(7 * (round + 1));
    }
  });
});

/** As after a restore from an older backup: the tables as they were at `size`, whatever was signed since. */
async function restoreTo(size: number, memory: 'of then' | 'kept'): Promise<void> {
  await database.asOwner(`
    alter table tree_state disable trigger user; alter table signed_checkpoint disable trigger user;
    truncate leaf, tile, tree_edge; update tree_state set size = 0, root = sha256('')`);
  if (memory === 'of then') await database.asOwner('delete from signed_checkpoint');
  await grow(size);
}
const refused = async (one: Publisher, why: RegExp): Promise<void> => {
  const before = await checkpoints.last();
  await expect(one.runOnce()).rejects.toThrow(ForkError);
  await expect(one.runOnce()).rejects.toThrow(why);
  expect(one.refusal).toMatch(why);
  expect(await checkpoints.last()).toEqual(before);
};

describe('nothing is signed', () => {
  beforeEach(async () => {
    await grow(300);
    await publisher().runOnce();
  });

  it('that is shorter than what the database says was signed', async () => {
    await restoreTo(299, 'kept');
    // Also by an instance that has no file of its own.
    await refused(publisher('fresh'), /300 entries were signed and 299 are there/);
  });

  it('that is shorter than what the file says was signed, when the database has forgotten it', async () => {
    await restoreTo(299, 'of then');
    await refused(publisher(), /300 entries were signed and 299 are there/);
    // The control: without the second place nobody would notice.
    expect(await publisher('fresh').runOnce()).toBe(true);
  });

  it('that is longer, and does not begin with what was signed', async () => {
    await restoreTo(10, 'of then');
    await database.asOwner(`insert into pending (record_id, entry) values ('rc_other', 'another past')`);
    await new Sequencer(ledger, new SequencerRepository(ledger)).runOnce();
    await grow(400);
    await refused(publisher(), /does not begin with the signed one of 300/);
  });

  it.each([0, 1])('when the hashes of level %i were changed or taken away beneath it', async (level) => {
    await grow(100);
    const zero = `decode(repeat('00', octet_length(hashes)), 'hex')`;
    await database.asOwner(`update tree_edge set hashes = ${zero} where level = $1`, [level]);
    await refused(publisher(), /does not begin with the signed one of 300/);
    await database.asOwner('delete from tree_edge where level = $1', [level]);
    await refused(publisher(), /tile [01]\/[01] is missing/);
  });

  it('beside a file that is no checkpoint of this ledger, and again when that is gone', async () => {
    const kept = await readFile(fileOf('one'), 'utf8');
    const stranger = new CheckpointSigner(ORIGIN, generateKeyPairSync('ed25519').privateKey);
    const root = Buffer.alloc(32);
    await grow(1);
    for (const text of [
      '',
      'x',
      kept.slice(0, -1),
      kept.replace('300', '301'),
      stranger.sign({ size: 1, root }).note,
    ]) {
      await writeFile(fileOf('one'), text);
      await refused(publisher(), /no checkpoint of ledger\.example\/test\+/);
    }
    await writeFile(fileOf('one'), kept);
    expect(await publisher().runOnce()).toBe(true);
  });

  it('under another origin, or with another key: such a service does not start', async () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    await expect(publisher().refuseOtherLedger()).resolves.toBeUndefined();
    await expect(
      publisher('one', new CheckpointSigner('ledger.example/new', key)).refuseOtherLedger(),
    ).rejects.toThrow(/this ledger signs as ledger\.example\/test: an origin never changes/);
    await expect(publisher('one', new CheckpointSigner(ORIGIN, other)).refuseOtherLedger()).rejects.toThrow(
      /put it back from the backup/,
    );
    await expect(ledger.rows(`update signed_checkpoint set size = 301, vkey = 'x'`)).rejects.toThrow(
      'permission denied',
    );
    await expect(database.asOwner(`update signed_checkpoint set size = 301, vkey = 'x'`)).rejects.toThrow(
      'cannot change',
    );
    await expect(ledger.rows('update signed_checkpoint set size = 299')).rejects.toThrow('cannot change');
  });

  it('again that was signed and not published before a crash', async () => {
    await grow(50);
    /** Dies when the file is written and the database does not know yet. */
    class Dying extends CheckpointsRepository {
      override replace(): Promise<boolean> {
        return Promise.reject(new Error('killed'));
      }
    }
    const dying = new Publisher(
      new TreeRepository(ledger),
      new Dying(ledger),
      new CheckpointSigner(ORIGIN, key),
      new KeptCheckpoint(fileOf('one')),
    );
    await expect(dying.runOnce()).rejects.toThrow('killed');
    expect((await signed()).size).toBe(300);
    await grow(5);
    expect(await publisher().runOnce()).toBe(true);
    expect((await signed()).size).toBe(355);
    await restoreTo(320, 'of then');
    await refused(publisher(), /355 entries were signed and 320 are there/);
  });
});
