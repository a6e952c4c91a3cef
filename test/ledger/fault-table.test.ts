import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Connections } from '../../src/database/connect.js';
import { LedgerDatabase } from '../../src/database/database.js';
import { CheckpointsRepository } from '../../src/ledger/checkpoints.repository.js';
import { KeptCheckpoint } from '../../src/ledger/kept-checkpoint.js';
import { CheckpointSigner } from '../../src/ledger/note.js';
import { Publisher } from '../../src/ledger/publisher.js';
import { Sequencer } from '../../src/ledger/sequencer.js';
import { SequencerRepository } from '../../src/ledger/sequencer.repository.js';
import { TreeRepository } from '../../src/ledger/tree.repository.js';
import { TestDatabase } from '../harness/test-database.js';
import { leafOf, merkleRoot } from './naive-tree.js';

const FAULTS = ['fails', 'happens, and its answer is lost'] as const;
type Fault = (typeof FAULTS)[number];
class InjectedFault extends Error {}

/** The same object, of which one step fails once, before its work or after it. */
function faulty<T extends object>(
  target: T,
  step: keyof T & string,
  fault: Fault,
): T & { isMet: () => boolean } {
  const work = (target[step] as (...parts: unknown[]) => Promise<unknown>).bind(target);
  let isMet = false;
  const stand = async (...parts: unknown[]): Promise<unknown> => {
    if (isMet) return work(...parts);
    isMet = true;
    if (fault === 'happens, and its answer is lost') await work(...parts);
    throw new InjectedFault(step);
  };
  return Object.assign(Object.create(target) as T, { [step]: stand, isMet: () => isMet });
}

let folder: string;
let database: TestDatabase;
let connections: Connections;
let ledger: LedgerDatabase;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kashikagi-faults-'));
  database = await TestDatabase.create();
  connections = await connect(await database.urlOf('kashikagi_app'));
  ledger = new LedgerDatabase(connections);
});
afterEach(async () => {
  await connections.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

const enqueue = (from: number, to: number): Promise<unknown> =>
  database.asOwner(
    `insert into pending (record_id, entry) select 'rc_' || n, 'entry ' || n from generate_series($1::int, $2::int - 1) n`,
    [from, to],
  );
const rootAt = (size: number): Buffer =>
  merkleRoot(Array.from({ length: size }, (_, n) => leafOf(`entry ${n}`)));

/** All of them, once each, in their order; nothing waits; and the root is that of the definition. */
async function expectAll(count: number): Promise<void> {
  const leaves = await database.asOwner<{ position: string; entry: string }>('select position, entry from leaf order by position'); // prettier-ignore
  expect(leaves).toEqual(
    Array.from({ length: count }, (_, n) => ({ position: String(n), entry: `entry ${n}` })),
  );
  expect(await database.asOwner('select from pending')).toEqual([]);
  const [tree] = await database.asOwner<{ size: string; root: Buffer }>('select size, root from tree_state');
  expect(tree).toMatchObject({ size: String(count), root: rootAt(count) });
}

const STEPS = ['isAnythingWaiting', 'elect', 'lockTree', 'edge', 'take', 'place', 'storeTiles', 'storeEdge', 'advance', 'commit'] as const; // prettier-ignore

/** Everyone takes itself for the leader: the worst that an election can do. */
class AllElected extends SequencerRepository {
  override elect(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

describe('two sequencers at once, of which one meets a fault', () => {
  describe.each(FAULTS)('that %s', (fault) => {
    it.each(STEPS)('at “%s”: nothing is lost, nothing doubled', async (step) => {
      await enqueue(0, 700);
      // A fault at the election needs an election.
      const repository = step === 'elect' ? new SequencerRepository(ledger) : new AllElected(ledger);
      const inCommit = faulty(ledger, 'transaction', fault);
      const inStep = step === 'commit' ? undefined : faulty(repository, step, fault);
      const stricken = new Sequencer(step === 'commit' ? inCommit : ledger, inStep ?? repository);
      const healthy = new Sequencer(ledger, repository);
      const failures: unknown[] = [];
      const work = async (one: Sequencer): Promise<void> => {
        for (let turn = 0; turn < 12; turn += 1) {
          await one.runOnce(90).catch((error: unknown) => failures.push(error));
        }
      };
      await Promise.all([work(stricken), work(healthy)]);
      expect((inStep ?? inCommit).isMet()).toBe(true);
      expect(failures).toEqual([expect.any(InjectedFault)]);
      while ((await healthy.runOnce()) > 0);
      await expectAll(700);
    });
  });
});

/** What each publisher made public or kept: everything that was signed and could have been seen by anybody. */
class Seen {
  readonly notes = new Set<string>();

  checkpoints(): CheckpointsRepository {
    const { notes } = this;
    return new (class extends CheckpointsRepository {
      override async replace(
        ...[last, next]: Parameters<CheckpointsRepository['replace']>
      ): Promise<boolean> {
        notes.add(next.note);
        return super.replace(last, next);
      }
    })(ledger);
  }

  kept(instance: string): KeptCheckpoint {
    const { notes } = this;
    return new (class extends KeptCheckpoint {
      override async keep(note: string): Promise<void> {
        notes.add(note);
        return super.keep(note);
      }
    })(join(folder, instance, 'ledger-checkpoint'));
  }
}

const PUBLISHER_STEPS = [
  ['tree', 'head'],
  ['tree', 'tile'],
  ['checkpoints', 'last'],
  ['checkpoints', 'replace'],
  ['kept', 'read'],
  ['kept', 'keep'],
] as const;

describe('two publishers at once, of which one meets a fault', () => {
  const signer = new CheckpointSigner('ledger.example/faults', generateKeyPairSync('ed25519').privateKey);
  const sequencer = (): Sequencer => new Sequencer(ledger, new SequencerRepository(ledger));

  describe.each(FAULTS)('that %s', (fault) => {
    it.each(PUBLISHER_STEPS)('at “%s.%s”: no two checkpoints contradict each other', async (part, step) => {
      const seen = new Seen();
      const healthy = new Publisher(
        new TreeRepository(ledger),
        seen.checkpoints(),
        signer,
        seen.kept('healthy'),
      );
      await enqueue(0, 100);
      await sequencer().runOnce();
      await healthy.runOnce();
      const parts = {
        tree: new TreeRepository(ledger),
        checkpoints: seen.checkpoints(),
        kept: seen.kept('stricken'),
      };
      const stand = faulty(parts[part] as unknown as Record<string, unknown>, step, fault);
      Object.assign(parts, { [part]: stand });
      const { tree, checkpoints, kept } = parts;
      const stricken = new Publisher(tree, checkpoints, signer, kept);
      const failures: unknown[] = [];
      const turn = (one: Publisher): Promise<unknown> =>
        one.runOnce().catch((error: unknown) => failures.push(error));
      for (let size = 100; size < 700; size += 150) {
        await enqueue(size, size + 150);
        await Promise.all([turn(stricken), sequencer().runOnce(), turn(healthy)]);
        await Promise.all([turn(stricken), turn(healthy)]);
      }
      expect(stand.isMet()).toBe(true);
      expect(failures).toEqual([expect.any(InjectedFault)]);
      // Both recover by themselves, and sign what is there.
      await stricken.runOnce();
      await healthy.runOnce();
      const [last] = await database.asOwner<{ size: string; root: Buffer }>(
        'select size, root from signed_checkpoint',
      );
      expect(last).toMatchObject({ size: '700', root: rootAt(700) });
      for (const note of seen.notes) {
        const signed = signer.open(note);
        expect(signed?.root).toEqual(rootAt(signed?.size ?? -1));
      }
      expect(seen.notes.size).toBeGreaterThanOrEqual(5);
    });
  });
});
