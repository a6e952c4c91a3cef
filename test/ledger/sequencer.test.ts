import { Client } from 'pg';
import { connect, type Connections } from '../../src/database/connect.js';
import { LedgerDatabase, type Tx } from '../../src/database/database.js';
import type { TreeHead } from '../../src/ledger/note.js';
import { Sequencer } from '../../src/ledger/sequencer.js';
import { SequencerRepository, type Waiting } from '../../src/ledger/sequencer.repository.js';
import { TestDatabase } from '../harness/test-database.js';
import { leafOf, merkleRoot } from './naive-tree.js';

interface Leaf {
  position: number;
  record_id: string;
  entry: string;
  hash: Buffer;
}

let database: TestDatabase;
let connections: Connections;
let ledger: LedgerDatabase;

/** No service runs here: nobody sequences but the test. */
beforeEach(async () => {
  database = await TestDatabase.create();
  connections = await connect(await database.urlOf('kashikagi_app'));
  ledger = new LedgerDatabase(connections);
});
afterEach(async () => {
  await connections.destroy();
  await database.drop();
});

const enqueue = (from: number, to: number): Promise<unknown> =>
  database.asOwner(
    `insert into pending (record_id, entry) select 'rc_' || n, 'entry ' || n from generate_series($1::int, $2::int - 1) n`,
    [from, to],
  );
const leaves = async (): Promise<Leaf[]> =>
  (await database.asOwner<Leaf>('select * from leaf order by position')).map((row) => ({
    ...row,
    position: Number(row.position),
  }));
const waiting = async (): Promise<number> =>
  Number((await database.asOwner<{ n: string }>('select count(*) as n from pending'))[0]?.n);
const head = async (): Promise<{ size: number; root: Buffer }> => {
  const [row] = await database.asOwner<{ size: string; root: Buffer }>('select size, root from tree_state');
  return { size: Number(row?.size), root: row?.root ?? Buffer.alloc(0) };
};

/** Leaves, tree and root belong together, and `ids` stand in it once each, in this order. */
async function expectTree(ids: readonly string[]): Promise<void> {
  const rows = await leaves();
  expect(rows.map((row) => row.record_id)).toEqual(ids);
  expect(rows.map((row) => row.position)).toEqual(rows.map((_, n) => n));
  for (const row of rows) expect(row.hash).toEqual(leafOf(row.entry));
  expect(await head()).toEqual({ size: rows.length, root: merkleRoot(rows.map((row) => row.hash)) });
}
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `rc_${n}`);

async function drained(sequencer: Sequencer, atMost?: number): Promise<void> {
  while ((await sequencer.runOnce(atMost)) > 0);
}

describe('the sequencer', () => {
  it('places what waits in the order of its numbers, batch by batch, whatever rows come back first', async () => {
    await enqueue(0, 1_000);
    // As they lie in the table, the highest number comes first.
    await database.asOwner(`
      with moved as (delete from pending returning id, record_id, entry)
      insert into pending (id, record_id, entry) overriding system value select * from moved order by id desc`);
    const sequencer = new Sequencer(ledger, new SequencerRepository(ledger));
    expect(await sequencer.runOnce(300)).toBe(300);
    expect((await head()).size).toBe(300);
    await drained(sequencer, 300);
    expect(await sequencer.runOnce()).toBe(0);
    await expectTree(numbered(1_000));
  });

  it('alone empties what waits: an entry goes only when it stands in the tree, byte for byte', async () => {
    await enqueue(0, 3);
    const app = new Client({ connectionString: await database.urlOf('kashikagi_app') });
    await app.connect();
    const taken = `delete from pending where record_id = 'rc_1'`;
    const forged = `insert into leaf (position, record_id, entry, hash) values (0, 'rc_1', 'another entry', sha256(''))`;
    await expect(app.query(taken)).rejects.toMatchObject({ code: '23001' });
    await expect(app.query(`begin; ${taken}; ${forged}; commit`)).rejects.toMatchObject({ code: '23001' });
    await app.end();
    expect(await waiting()).toBe(3);
    const sequencer = new Sequencer(ledger, new SequencerRepository(ledger));
    await drained(sequencer);
    await expectTree(numbered(3));
  });

  it('places a number that was drawn early and committed late behind those that were there', async () => {
    const late = new Client({ connectionString: database.ownerUrl });
    await late.connect();
    await late.query('begin');
    await late.query(`insert into pending (record_id, entry) values ('rc_late', 'late')`);
    await enqueue(0, 3);
    const sequencer = new Sequencer(ledger, new SequencerRepository(ledger));
    expect(await sequencer.runOnce()).toBe(3);
    await late.query('commit');
    await late.end();
    expect(await sequencer.runOnce()).toBe(1);
    await expectTree([...numbered(3), 'rc_late']);
  });

  it.each([
    ['its edge', `update tree_edge set hashes = decode(repeat('00', 44 * 32), 'hex') where level = 0`],
    ['its root', `alter table tree_state disable trigger user; update tree_state set root = sha256('x')`],
  ])('does not grow a tree when somebody changed %s', async (_what, change) => {
    await enqueue(0, 300);
    const sequencer = new Sequencer(ledger, new SequencerRepository(ledger));
    await drained(sequencer);
    await database.asOwner(change);
    await enqueue(300, 310);
    await expect(sequencer.runOnce()).rejects.toThrow('the edge leads to the root');
    expect(await waiting()).toBe(10);
  });

  it('leaves the work to whoever is at it', async () => {
    await enqueue(0, 5);
    await ledger.transaction('none', async (tx) => {
      expect(await new SequencerRepository(ledger).elect(tx)).toBe(true);
      expect(await new Sequencer(ledger, new SequencerRepository(ledger)).runOnce()).toBe(0);
    });
    expect(await new Sequencer(ledger, new SequencerRepository(ledger)).runOnce()).toBe(5);
  });
});

/** Every one takes itself for the leader: what keeps them apart is the fence. */
class AllElected extends SequencerRepository {
  override elect(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

/** The control: reads the tree without locking it, moves it whatever it was. */
class Unfenced extends AllElected {
  override async lockTree(tx: Tx): Promise<TreeHead> {
    const row = await tx.one<{ size: string; root: Buffer }>('select size, root from tree_state');
    return { size: Number(row?.size), root: row?.root ?? Buffer.alloc(0) };
  }

  override async advance(tx: Tx, _from: number, { size, root }: TreeHead): Promise<boolean> {
    return (await tx.change('update tree_state set size = $1, root = $2', [size, root])) === 1;
  }
}

/** Appends in small transactions from several connections, as rooms and gates do; → when all are through. */
async function storm(writers: number, transactions: number): Promise<void> {
  const write = async (writer: number): Promise<void> => {
    const client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    for (let n = 0; n < transactions; n += 1) {
      const name = `${writer}-${n}`;
      await client.query('begin');
      await client.query(
        `insert into pending (record_id, entry) select $1 || m, $1 || m from generate_series(1, 3) m`,
        [`rc_${name}-`],
      );
      await client.query(n % 10 === 9 ? 'rollback' : 'commit');
    }
    await client.end();
  };
  await Promise.all(Array.from({ length: writers }, (_, n) => write(n)));
}

/** Three sequencers at once, until the storm is over and nothing waits; → what they failed with. */
async function compete(repository: SequencerRepository): Promise<string[]> {
  const failures: string[] = [];
  let isOver = false;
  const run = async (): Promise<void> => {
    const sequencer = new Sequencer(ledger, repository);
    while (!isOver || (failures.length === 0 && (await waiting()) > 0)) {
      await sequencer.runOnce(20).catch((error: unknown) => failures.push(String(error)));
    }
  };
  const running = Promise.all([run(), run(), run()]);
  await storm(4, 150).finally(() => (isOver = true));
  await running;
  return failures;
}

describe('three sequencers at once, under load', () => {
  /** The order in which the numbers were drawn. */
  async function keepOrder(): Promise<void> {
    await database.asOwner(`
      create table kept_order (id bigint, record_id text);
      create function keep_order() returns trigger language plpgsql security definer as $$
      begin insert into kept_order select id, record_id from added; return null; end $$;
      create trigger pending_order after insert on pending referencing new table as added
        for each statement execute function keep_order()`);
  }

  it('lose nothing, double nothing, and keep the order within each transaction and each writer', async () => {
    await keepOrder();
    expect(await compete(new AllElected(ledger))).toEqual([]);
    const kept = await database.asOwner<{ record_id: string }>(
      'select record_id from kept_order order by id',
    );
    const rows = await leaves();
    await expectTree(rows.map((row) => row.record_id));
    expect(rows.map((row) => row.record_id).sort()).toEqual(kept.map((row) => row.record_id).sort());
    expect(rows).toHaveLength(4 * 135 * 3);
    for (let writer = 0; writer < 4; writer += 1) {
      const own = (list: { record_id: string }[]): string[] =>
        list.map((row) => row.record_id).filter((id) => id.startsWith(`rc_${writer}-`));
      expect(own(rows)).toEqual(own(kept));
    }
  });

  it('break each other without the fence (control)', async () => {
    await database.asOwner('drop trigger tree_state_only_grows on tree_state');
    await enqueue(0, 50);
    await drained(new Sequencer(ledger, new Unfenced(ledger)), 20);
    // Alone it does as well as any.
    await expectTree(numbered(50));
    const failures = await compete(new Unfenced(ledger));
    const rows = await leaves();
    const { size } = await head();
    // The keys of leaf and tile hold positions apart even then; the tree itself is not one any more.
    expect(failures.length > 0 || size !== rows.length).toBe(true);
  });
});

const STEPS = ['elect', 'lockTree', 'edge', 'take', 'place', 'storeTiles', 'storeEdge', 'advance'] as const;
type Step = (typeof STEPS)[number];

/** Loses its connection right after one step, as a process does that is killed there. */
class Dying extends SequencerRepository {
  constructor(step: Step) {
    super(ledger);
    const work = this[step].bind(this) as (tx: Tx, ...rest: unknown[]) => Promise<unknown>;
    Object.assign(this, {
      [step]: async (tx: Tx, ...rest: unknown[]) => {
        const answer = await work(tx, ...rest);
        await tx.rows('select pg_terminate_backend(pg_backend_pid())');
        return answer;
      },
    });
  }
}

describe('a sequencer that dies', () => {
  it.each(STEPS)('after “%s” leaves everything waiting, and the next one goes on', async (step) => {
    await enqueue(0, 600);
    const sequencer = new Sequencer(ledger, new SequencerRepository(ledger));
    expect(await sequencer.runOnce(250)).toBe(250);
    await expect(new Sequencer(ledger, new Dying(step)).runOnce(250)).rejects.toThrow();
    expect(await waiting()).toBe(350);
    await expectTree(numbered(250));
    await drained(sequencer, 250);
    await expectTree(numbered(600));
  });

  it('after its commit, before it hears of it, has placed the batch once', async () => {
    /** The commit went through, and the answer is lost. */
    class Deaf extends LedgerDatabase {
      override async transaction<T>(...parts: Parameters<LedgerDatabase['transaction']>): Promise<T> {
        await super.transaction(...parts);
        throw new Error('connection lost');
      }
    }
    await enqueue(0, 600);
    const deaf = new Deaf(connections);
    await expect(new Sequencer(deaf, new SequencerRepository(deaf)).runOnce(400)).rejects.toThrow('lost');
    expect(await waiting()).toBe(200);
    await drained(new Sequencer(ledger, new SequencerRepository(ledger)));
    await expectTree(numbered(600));
  });

  it('and comes back too late finds the fence moved', async () => {
    await enqueue(0, 20);
    /** While it thinks, as the owner: another one has placed all. */
    class Overtaken extends SequencerRepository {
      override async place(tx: Tx, from: number, taken: readonly Waiting[], hashes: Buffer): Promise<number> {
        const placed = await super.place(tx, from, taken, hashes);
        await tx.change('update tree_state set size = size + 1');
        return placed;
      }
    }
    await expect(new Sequencer(ledger, new Overtaken(ledger)).runOnce()).rejects.toThrow('stood still');
    expect(await waiting()).toBe(20);
    await expectTree([]);
  });
});

describe('the tables', () => {
  it('let the service neither change nor remove a leaf or a tile, nor shrink the tree', async () => {
    await enqueue(0, 300);
    await drained(new Sequencer(ledger, new SequencerRepository(ledger)));
    const denied = /permission denied/;
    await expect(ledger.rows(`update leaf set entry = 'x'`)).rejects.toThrow(denied);
    await expect(ledger.rows('delete from leaf')).rejects.toThrow(denied);
    await expect(ledger.rows(`update tile set level = 3`)).rejects.toThrow(denied);
    await expect(ledger.rows('delete from tile')).rejects.toThrow(denied);
    await expect(ledger.rows('delete from tree_state')).rejects.toThrow(denied);
    await expect(ledger.rows('update tree_state set size = 299')).rejects.toThrow('cannot change');
    await expect(
      ledger.rows(`insert into leaf select 300, record_id, entry, hash from leaf limit 1`),
    ).rejects.toThrow('leaf_stands_once');
  });
});
