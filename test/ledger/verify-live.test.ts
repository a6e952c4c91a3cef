import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Broker } from '../harness/broker.js';
import { ask, Folders } from './asking.js';
import { auditBy, BUILD_MS, buildAuditor, isLeftOut } from './go/go-program.js';
import { filesOf, Signer, writeFiles } from './own-log.js';

const isWithoutGo = await isLeftOut();
const folders = new Folders();
let broker: Broker;
let vkey: string;
/** Kept by an auditor when the log was young. */
let older: string;

const get = async (path: string): Promise<Buffer> => {
  const answer = await fetch(`${broker.url}/ledger/${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
};
const sizeOf = (checkpoint: Buffer): number => Number(checkpoint.toString().split('\n')[1]);
const positions = async (): Promise<number> => {
  const [row] = await broker.database.asOwner<{ n: string }>('select count(*) as n from (select from leaf union all select from pending) all_of_them'); // prettier-ignore
  return Number(row?.n);
};

/** A checkpoint over everything that was recorded until now. */
async function published(): Promise<Buffer> {
  const wanted = await positions();
  for (;;) {
    const checkpoint = await get('checkpoint').catch(() => Buffer.alloc(0));
    if (sizeOf(checkpoint) >= wanted) return checkpoint;
  }
}

/** What any HTTP mirror would copy: the paths follow from the size alone. */
async function mirrored(checkpoint: Buffer): Promise<string> {
  const folder = await folders.make();
  const paths = filesOf(
    new Signer('any'),
    Array.from({ length: sizeOf(checkpoint) }, () => ''),
  );
  const files = new Map<string, Buffer>();
  for (const path of paths.keys()) files.set(path, path === 'checkpoint' ? checkpoint : await get(path));
  await writeFiles(folder, files);
  return folder;
}

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
  await broker.storm.declared();
  vkey = (await get('vkey')).toString().trim();
  older = join(await folders.make(), 'older');
  await writeFile(older, await published());
  // Entries enough for tiles on two levels; they stand for no record.
  await broker.database.asOwner(`
    insert into pending (record_id, entry) select 'rc_' || n, '{"v":1,"n":' || n || '}' from generate_series(1, 700) n`);
  await broker.storm.declared({ name: '台風25号', target_area: ['272043'] });
  await published();
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
    const folder = await mirrored(await published());
    const { code, out } = await ask(folder, '--from', older);
    expect(out).toContain('tiles are as computed');
    expect(code).toBe(0);
  });

  (isWithoutGo ? it.skip : it)(
    'is audited by golang.org/x/mod/sumdb',
    async () => {
      const folder = await mirrored(await published());
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
    const folder = await mirrored(await published());
    const other = join(await folders.make(), 'other');
    const text = (await published()).toString();
    await writeFile(
      other,
      text.replace(/\n(\d+)\n/, (_all, size: string) => `\n${Number(size) - 1}\n`),
    );
    expect(await ask(folder, '--key', vkey, '--from', other)).toMatchObject({ code: 3 });
  });
});
