import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Broker } from '../harness/broker.js';
import { ask, Folders } from '../ledger/asking.js';
import { auditBy, BUILD_MS, buildAuditor, isLeftOut } from '../ledger/go/go-program.js';
import { Mirror } from '../ledger/mirror.js';
import { SQLSTATE, triedAsApp } from './as-role.js';

const isWithoutGo = await isLeftOut();
const folders = new Folders();
let broker: Broker;
let mirror: Mirror;
let vkey: string;
/** Kept by an auditor before anything was touched. */
let older: string;

beforeAll(async () => {
  broker = await Broker.start();
  mirror = new Mirror(broker, folders);
  const declaration = await broker.storm.declared();
  await broker.storm.operator('operator-a-01', declaration.id);
  vkey = (await mirror.get('vkey')).toString().trim();
  older = join(await folders.make(), 'older');
  await writeFile(older, await mirror.published());
});
afterAll(async () => {
  await broker.stop();
  await folders.remove();
});

/** The records as an auditor is shown them; → the file. */
async function shown(): Promise<string> {
  const rows = await broker.database.asOwner<{ position: string; id: string; payload: string; salt: Buffer }>(
    'select position, id, payload, salt from leaf join record on id = record_id order by position',
  );
  const lines = rows.map(({ position, id, payload, salt }) => JSON.stringify({ index: Number(position), id, payload, salt: salt.toString('base64') })); // prettier-ignore
  const file = join(await folders.make(), 'records.jsonl');
  await writeFile(file, lines.join('\n'));
  return file;
}

describe('law 7: the ledger forgets nothing', () => {
  it('the service’s role can change, remove and empty none of its tables', async () => {
    const tables = ['record', 'leaf', 'tile', 'retired_log', 'service_beat', 'service_end'];
    const forbidden = [
      ...tables.flatMap((table) => [`delete from ${table}`, `truncate ${table} cascade`]),
      `update record set payload = ''`, `update record set salt = sha256('x')`, `update record set sealed = null`,
      `update leaf set entry = ''`, `update leaf set position = position + 1`, `update tile set hashes = hashes`,
      `update retired_log set why = ''`, `update service_beat set is_record = false`,
      'delete from tree_state', 'truncate tree_state', 'delete from tree_edge', 'truncate tree_edge',
      'delete from signed_checkpoint', 'truncate signed_checkpoint', 'truncate pending', `update pending set entry = ''`,
      `update signed_checkpoint set origin = 'x'`, `update signed_checkpoint set vkey = 'x'`,
      'drop table record', 'alter table record disable trigger all',
    ]; // prettier-ignore
    expect(await triedAsApp(broker, forbidden)).toEqual(forbidden.map(() => SQLSTATE.insufficientPrivilege));
    const refused = ['update tree_state set size = size - 1', 'update signed_checkpoint set size = size - 1'];
    expect(await triedAsApp(broker, refused)).toEqual(refused.map(() => SQLSTATE.restrict));
    // The controls: the same role does what it must.
    const allowed = ['select * from record limit 1', 'select * from leaf limit 1', 'begin', 'update tree_state set size = size + 1', 'rollback']; // prettier-ignore
    expect(await triedAsApp(broker, allowed)).toEqual(allowed.map(() => 'done'));
  });

  it('nor take away what waits without its having a place', async () => {
    const waiting = `begin; insert into pending (record_id, entry) values ('rc_x', 'x'); delete from pending where record_id = 'rc_x'; commit`;
    expect(await triedAsApp(broker, [waiting])).toEqual([SQLSTATE.restrict]);
  });

  it('holds for what nobody touched: every record opens, and the older checkpoint is its beginning', async () => {
    await mirror.published();
    const { code, out } = await ask(broker.url, '--key', vkey, '--from', older, '--records', await shown());
    expect(out).toContain('records open their entries');
    expect(code).toBe(0);
  });

  /** What only the database's owner can do, to a record and to the tree; each is undone. */
  async function touched(
    sql: string,
    undo: string,
    words: () => Promise<string[]>,
  ): Promise<{ code: number; out: string }> {
    // prettier-ignore
    await broker.database.asOwner(sql);
    try {
      const { code, out } = await ask(broker.url, '--key', vkey, ...(await words()));
      return { code, out };
    } finally {
      await broker.database.asOwner(undo);
    }
  }

  it('a record that the owner changed does not open its entry any more', async () => {
    const at = `where id = (select record_id from leaf where position = 1)`;
    const { code, out } = await touched(
      `create table kept_record as select id, payload from record ${at};
       update record set payload = replace(payload, '"v":1', '"v": 1') ${at}`,
      `update record r set payload = k.payload from kept_record k where k.id = r.id; drop table kept_record`,
      async () => ['--records', await shown()],
    );
    expect(out).toContain('payload does not open its entry');
    expect(code).toBe(3);
  });

  it('an entry that the owner changed or took away is missed by everybody', async () => {
    const keep = 'create table kept_leaf as select * from leaf where position = 1;';
    const back =
      'delete from leaf where position = 1; insert into leaf select * from kept_leaf; drop table kept_leaf';
    for (const change of [
      `update leaf set entry = '{}' where position = 1`,
      'delete from leaf where position = 1',
    ]) {
      const { code, out } = await touched(`${keep} ${change}`, back, () =>
        Promise.resolve(['--from', older]),
      );
      expect(out).toContain('What does not hold');
      expect(code).toBe(3);
    }
    expect((await ask(broker.url, '--key', vkey, '--from', older)).code).toBe(0);
  });

  (isWithoutGo ? it.skip : it)(
    'and strangers’ own tools say the same',
    async () => {
      const program = await buildAuditor(await folders.make());
      const whole = await mirror.copy();
      expect(await auditBy(program, [whole, vkey, older])).toMatchObject({ code: 0, err: '' });
      await broker.database.asOwner(`create table kept_leaf as select * from leaf where position = 1;
        update leaf set entry = replace(entry, '"v":1', '"v":2') where position = 1`);
      const spoilt = await mirror.copy();
      await broker.database.asOwner('update leaf l set entry = k.entry from kept_leaf k where k.position = l.position; drop table kept_leaf'); // prettier-ignore
      expect(await auditBy(program, [spoilt, vkey, older])).toMatchObject({ code: 3 });
    },
    BUILD_MS,
  );
});
