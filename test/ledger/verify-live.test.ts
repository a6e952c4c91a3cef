import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Broker } from '../harness/broker.js';
import { ask, Folders } from './asking.js';
import { auditBy, BUILD_MS, buildAuditor, isLeftOut } from './go/go-program.js';
import { Mirror } from './mirror.js';

const isWithoutGo = await isLeftOut();
const folders = new Folders();
let broker: Broker;
let mirror: Mirror;
let vkey: string;
/** Kept by an auditor when the log was young. */
let older: string;

/** The records of the service as an auditor is shown them, as lines. */
async function shown(): Promise<string[]> {
  const rows = await broker.database.asOwner<{ position: string; id: string; payload: string; salt: Buffer }>(
    'select position, id, payload, salt from leaf join record on id = record_id order by position',
  );
  return rows.map(({ position, id, payload, salt }) =>
    JSON.stringify({ index: Number(position), id, payload, salt: salt.toString('base64') }),
  );
}

beforeAll(async () => {
  broker = await Broker.start();
  mirror = new Mirror(broker, folders);
  await broker.storm.declared();
  vkey = (await mirror.get('vkey')).toString().trim();
  older = join(await folders.make(), 'older');
  await writeFile(older, await mirror.published());
  // Entries enough for tiles on two levels; they stand for no record.
  await broker.database.asOwner(`
    insert into pending (record_id, entry) select 'rc_' || n, '{"v":1,"n":' || n || '}' from generate_series(1, 700) n`);
  await broker.storm.declared({ name: '台風25号', target_area: ['272043'] });
  await mirror.published();
});
afterAll(async () => {
  await broker.stop();
  await folders.remove();
});

describe('the ledger of the running service', () => {
  it('is verified at its URL, against an older checkpoint, with every record opened', async () => {
    const lines = await shown();
    const records = join(await folders.make(), 'records.jsonl');
    await writeFile(records, lines.join('\n'));
    const { code, out } = await ask(broker.url, '--key', vkey, '--from', older, '--records', records);
    expect(out).toContain('consistent with the older checkpoint');
    expect(out).toContain(`✓ ${lines.length} of ${lines.length} records open their entries`);
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(code).toBe(0);
  });

  it('does not open an entry with a payload that was touched up afterwards', async () => {
    const lines = (await shown()).map((line) => line.replace('"decision\\":\\"done', '"decision\\":\\"refuse'));
    const records = join(await folders.make(), 'records.jsonl');
    await writeFile(records, lines.join('\n'));
    const { code, out } = await ask(broker.url, '--key', vkey, '--records', records);
    expect(code).toBe(3);
    expect(out).toContain('payload does not open its entry');
  }); // prettier-ignore

  it('is verified from a copy that any HTTP mirror makes', async () => {
    const folder = await mirror.copy();
    const { code, out } = await ask(folder, '--from', older);
    expect(out).toContain('tiles are as computed');
    expect(code).toBe(0);
  });

  (isWithoutGo ? it.skip : it)(
    'is audited by golang.org/x/mod/sumdb',
    async () => {
      const folder = await mirror.copy();
      const { code, out, err } = await auditBy(await buildAuditor(await folders.make()), [
        folder,
        vkey,
        older,
      ]);
      expect(err).toBe('');
      expect(out).toMatch(/^consistency: with \d+ entries$/m);
      expect(code).toBe(0);
    },
    BUILD_MS,
  );

  it('does not pass beside a checkpoint that its key never signed', async () => {
    const folder = await mirror.copy();
    const other = join(await folders.make(), 'other');
    const text = (await mirror.published()).toString();
    await writeFile(
      other,
      text.replace(/\n(\d+)\n/, (_all, size: string) => `\n${Number(size) - 1}\n`),
    );
    expect(await ask(folder, '--key', vkey, '--from', other)).toMatchObject({ code: 3 });
  });
});
