import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import readSheets from 'read-excel-file/node';
import { ExportsService, type ReadyExport } from '../../src/review/exports/exports.service.js';
import { Broker } from '../harness/broker.js';
import { ByteSearch } from '../harness/byte-search.js';
import { withoutIntervals } from '../laws/sweep.js';
import { ask, Folders } from '../ledger/asking.js';
import { ExportsStage, sha256, unpacked, type Exported } from './exports-stage.js';
import { ocsfFaults } from './ocsf-schema.js';
import { pdfText } from './pdf-text.js';

const ROW_FORMATS = ['jsonl', 'csv', 'xlsx', 'parquet', 'ocsf'];

describe('exports', () => {
  const folders = new Folders();
  let broker: Broker;
  let stage: ExportsStage;
  let size: number;
  beforeAll(async () => {
    broker = withoutIntervals(await Broker.start());
    stage = await ExportsStage.set(broker);
    size = await stage.signed();
  });
  afterAll(async () => {
    await broker.stop();
    await folders.remove();
  });

  const asked = async (format: string, filter: object = {}, more: object = {}): Promise<Exported> => {
    const made = await stage.export({ filter, format, ...more });
    if (made.status !== 200) throw new Error(JSON.stringify(made.problem));
    return made;
  };
  const orders = (): [string, object][] => [
    ...ROW_FORMATS.map((format): [string, object] => [format, {}]),
    ['pdf', { declaration: stage.declarationId }],
    ['pdf', { grant: stage.grantId }],
  ];

  it('give the same bytes for the same filter at the same size, whatever was recorded since', async () => {
    for (const [format, filter] of orders()) {
      const one = await asked(format, filter, { tree_size: size });
      await asked('csv', { type: 'session.started' });
      await stage.signed();
      const other = await asked(format, filter, { tree_size: size });
      expect([format, sha256(other.bytes)]).toEqual([format, sha256(one.bytes)]);
      expect([format, one.headers.get('kashikagi-tree-size')]).toEqual([format, String(size)]);
    }
    const newer = await asked('csv');
    expect(sha256(newer.bytes)).not.toBe(sha256((await asked('csv', {}, { tree_size: size })).bytes));
  });

  it('are recorded with their hash before the first byte leaves, a supply point by its reference alone', async () => {
    for (const [format, filter] of orders()) {
      const made = await asked(format, filter);
      const [record] = await broker.records<{ id: string; person_id: string; payload: string }>(
        `type = 'export.made' and id = $1`,
        [made.headers.get('kashikagi-record')],
      );
      expect(record?.person_id).toBe('auditor-1');
      const { details } = JSON.parse(record?.payload ?? '') as { details: Record<string, unknown> };
      expect(details).toEqual({
        filter: JSON.stringify(filter),
        format,
        tree_size: Number(made.headers.get('kashikagi-tree-size')),
        rows: Number(made.headers.get('kashikagi-rows')),
        bytes: made.bytes.length,
        sha256: sha256(made.bytes),
      });
      const digest = Buffer.from(sha256(made.bytes), 'hex').toString('base64');
      expect(made.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
      expect(made.headers.get('content-length')).toBe(String(made.bytes.length));
    }
    const made = await asked('csv', { supply_point_id: stage.supplyPointId });
    const lines = made.bytes.toString().trim().split('\r\n');
    expect(lines).toHaveLength(1 + Number(made.headers.get('kashikagi-rows')));
    expect(lines.length).toBeGreaterThan(2);
    const [last] = (await broker.records<{ payload: string }>(`type = 'export.made'`)).slice(-1);
    expect(last?.payload).toContain('supply_point_ref');
    expect(last?.payload).not.toContain(stage.supplyPointId);
  });

  it('are counted before they are made: as many records, at the same size, and the question is on record', async () => {
    const auditor = await broker.storm.person('auditor-1');
    for (const filter of [{}, { type: 'session.started' }, { supply_point_id: stage.supplyPointId }]) {
      const answer = await auditor.call<{ rows: number; tree_size: number }>(
        'POST',
        '/api/v1/exports/count',
        {
          filter,
        },
      );
      expect(answer.status).toBe(200);
      const { rows, tree_size } = answer.body;
      await asked('csv', { type: 'session.started' });
      await stage.signed();
      const made = await asked('csv', filter, { tree_size });
      expect([rows, tree_size]).toEqual([
        Number(made.headers.get('kashikagi-rows')),
        Number(made.headers.get('kashikagi-tree-size')),
      ]);
      const [reading] = (await broker.records<{ payload: string }>(`type = 'records.read'`)).slice(-1);
      const { details } = JSON.parse(reading?.payload ?? '') as { details: { count: number } };
      expect(details.count).toBe(rows);
      expect(reading?.payload).not.toContain(stage.supplyPointId);
    }
    const refused = await auditor.call('POST', '/api/v1/exports/count', { filter: {}, tree_size: 10 ** 9 });
    expect(refused.body).toMatchObject({ code: 'tree_size_not_signed' });
  });

  it('that cannot be recorded do not leave, and take no place', async () => {
    await broker.database.asOwner(`
      create function refuse_export() returns trigger language plpgsql as
        $$ begin raise exception 'the disk is full' using errcode = '53100'; end $$;
      create trigger refuse_export before insert on record for each row
        when (new.type = 'export.made') execute function refuse_export()`);
    for (const [format, filter] of orders()) {
      const { status, problem } = await stage.export({ filter, format });
      expect([format, status >= 500, problem['code']]).toEqual([format, true, expect.any(String)]);
      expect(problem['code']).not.toBe('exports_busy');
    }
    await broker.database.asOwner('drop trigger refuse_export on record; drop function refuse_export()');
    expect((await stage.export({ filter: {}, format: 'csv' })).status).toBe(200);
  });

  it('hold no value of a customer, in no format, inside no compression', async () => {
    const search = new ByteSearch(stage.secrets);
    expect(stage.secrets.length).toBeGreaterThan(10);
    for (const [format, filter] of orders()) {
      const { bytes } = await asked(format, filter);
      for (const open of openings(format, bytes)) expect([format, search.find(open)]).toEqual([format, []]);
    }
    // The control: the same search finds one that is planted, through each of the openings.
    const planted = Buffer.from(stage.secrets[0]?.value ?? '');
    expect(search.find(Buffer.concat([Buffer.alloc(9), planted]))).not.toEqual([]);
  });

  describe('as evidence', () => {
    async function laidOut(tar: Buffer): Promise<{ folder: string; files: Map<string, Buffer> }> {
      const files = await unpacked(tar);
      const folder = await folders.make();
      for (const [path, bytes] of files) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), bytes);
      }
      return { folder, files };
    }

    it('verify offline, with every record opened, at the newest size and at an older one', async () => {
      const vkey = (await (await fetch(`${broker.url}/ledger/vkey`)).text()).trim();
      for (const treeSize of [size, size - 3]) {
        const { folder, files } = await laidOut((await asked('jsonl', {}, { tree_size: treeSize })).bytes);
        const { code, out } = await ask(folder, '--key', vkey, '--records', join(folder, 'records.jsonl'));
        expect(out).toContain(`✓ ${treeSize} of ${treeSize} records open their entries`);
        expect(code).toBe(0);
        const manifest = JSON.parse(files.get('manifest.json')?.toString() ?? '') as {
          tree_size: number;
          files: { path: string; size: number; sha256: string }[];
        };
        expect(manifest.tree_size).toBe(treeSize);
        const listed = manifest.files.map((file) => [file.path, file.size, file.sha256]);
        const there = [...files].filter(([path]) => path !== 'manifest.json');
        expect(listed).toEqual(there.map(([path, bytes]) => [path, bytes.length, sha256(bytes)]));
      }
    });

    it('are found out when a record was touched, or an entry was', async () => {
      const made = await asked('jsonl', { declaration: stage.declarationId });
      const { folder, files } = await laidOut(made.bytes);
      const file = join(folder, 'records.jsonl');
      const before = files.get('records.jsonl')?.toString() ?? '';
      expect(before.split('\n').length).toBe(Number(made.headers.get('kashikagi-rows')) + 1);
      expect((await ask(folder, '--records', file)).code).toBe(0);
      await writeFile(file, before.replace('permit', 'refuse'));
      expect((await ask(folder, '--records', file)).code).toBe(3);
      const entries = [...files.keys()].find((path) => path.startsWith('ledger/tile/entries/')) ?? '';
      const touched = Buffer.from(files.get(entries) ?? '');
      touched.writeUInt8(touched.readUInt8(40) ^ 1, 40);
      await writeFile(join(folder, entries), touched);
      await writeFile(file, before);
      expect((await ask(folder, '--records', file)).code).toBe(3);
    });
  });

  it('as CSV open in a spreadsheet of Japan, with no formula', async () => {
    const { bytes } = await asked('csv', { grant: stage.grantId });
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = bytes.toString().slice(1).split('\r\n');
    expect(lines[0]).toBe(
      '台帳の位置,記録番号,日時（日本時間）,種別,結果,理由コード,訓練,人,会社,発令,付与,利用番号,供給地点の参照,内容（JSON）,封印された値',
    );
    expect(lines[1]).toMatch(/^\d+,rc_[\w-]+,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3},grant\.given,実施,/);
    expect(lines.at(-1)).toBe('');
    const fields = lines.slice(1, -1).flatMap((line) => line.split(','));
    expect(fields.filter((field) => /^"?[=+\-@]/.test(field))).toEqual([]);
  });

  it('as a workbook and as Parquet hold the same rows as CSV', async () => {
    const csv = (await asked('csv', {}, { tree_size: size })).bytes.toString().split('\r\n').slice(1, -1);
    const ids = csv.map((line) => line.split(',')[1]);
    expect(ids).toHaveLength(size);
    const [sheet] = await readSheets((await asked('xlsx', {}, { tree_size: size })).bytes);
    expect(sheet?.data.slice(1).map((row) => row[1])).toEqual(ids);
    const { bytes } = await asked('parquet', {}, { tree_size: size });
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    expect(rows.map(({ id }) => id as unknown)).toEqual(ids);
    const use = rows.find(({ type }) => type === 'use.reveal');
    expect(use).toMatchObject({ position: expect.any(BigInt), at: expect.any(Date), has_sealed: true });
    expect(JSON.parse(String(use?.['details']))).toMatchObject({ reason: '=cmd|" /C calc"!A1' });
  });

  it('as OCSF events have what their classes ask for', async () => {
    const lines = (await asked('ocsf')).bytes.toString().trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.flatMap(ocsfFaults)).toEqual([]);
    const classes = new Set(events.map(({ class_uid: uid }) => uid));
    expect([...classes].sort()).toEqual([3007, 6003, 6005]);
    const lookup = events.find(({ message, status_id: status }) => message === 'use.lookup' && status === 1);
    expect(lookup).toMatchObject({ type_uid: 600504, unmapped: { purpose: 'outage_enquiry' } });
    const given = events.find(({ message }) => message === 'grant.given');
    expect(given).toMatchObject({
      type_uid: 300714,
      user: { uid: 'operator-a-01' },
      actor: { user: { uid: 'hq-2' } },
    });
  });

  describe('as PDF', () => {
    it('say of a declaration what the certificate says, in text that can be searched', async () => {
      const hq = await broker.storm.person('hq-1');
      const { body } = await hq.get<Record<string, string>>(
        `/api/v1/declarations/${stage.declarationId}/certificate`,
      );
      const text = pdfText((await asked('pdf', { declaration: stage.declarationId })).bytes);
      const flat = text.replace(/\s/g, '');
      for (const part of [
        '解除証明書',
        body['number'],
        stage.grantId,
        '発令の解除',
        '拒否2/2回',
        '1/1ページ',
      ])
        expect(flat).toContain(part);
      expect(flat).toContain((body['sentence_ja'] ?? '').replace(/\s/g, ''));
      expect(flat).not.toContain('訓練');
    });

    it('say of a grant who, why, when, by whom, what for, and how it ended', async () => {
      const flat = pdfText((await asked('pdf', { grant: stage.grantId })).bytes).replace(/\s/g, '');
      const parts = [
        '付与の記録',
        'operator-a-01',
        '台風24号',
        'hq-2',
        'outage-call',
        '停電の問合せ',
        '検索',
        '照合',
      ];
      for (const part of [...parts, '都度開示', '本人確認', '失効確認（門）', '利用4件'])
        expect(flat).toContain(part);
    });

    it('are made of one declaration or one grant, and refused for anything else', async () => {
      for (const filter of [
        {},
        { person: 'operator-a-01' },
        { declaration: stage.declarationId, type: 'use.lookup' },
      ])
        expect(await stage.export({ filter, format: 'pdf' })).toMatchObject({
          status: 422,
          problem: { code: 'invalid_input' },
        });
      const unknown = await stage.export({ filter: { grant: 'gr_none' }, format: 'pdf' });
      expect(unknown.problem).toMatchObject({ code: 'not_found' });
    });

    it('of a drill bear its mark', async () => {
      const drill = await ExportsStage.set(broker, { is_drill: true });
      await drill.signed();
      const made = await stage.export({ filter: { declaration: drill.declarationId }, format: 'pdf' });
      expect(pdfText(made.bytes)).toContain('訓練');
    });
  });

  it('are for auditors and the regulator, of what is signed, by what can be a filter', async () => {
    for (const who of ['hq-1', 'officer-1', 'compliance-1', 'supervisor-a', 'operator-a-01'])
      expect(await stage.export({ filter: {}, format: 'csv' }, who)).toMatchObject({ status: 403 });
    expect((await stage.export({ filter: {}, format: 'csv' }, 'regulator-1')).status).toBe(200);
    const refused: [object, number, string][] = [
      [{ filter: {}, format: 'csv', tree_size: 10_000_000 }, 409, 'tree_size_not_signed'],
      [{ filter: {}, format: 'doc' }, 422, 'invalid_input'],
      [{ format: 'csv' }, 422, 'invalid_input'],
      [{ filter: { limit: 5 }, format: 'csv' }, 422, 'invalid_input'],
      [{ filter: { supply_point_id: '12345678901234567890123' }, format: 'csv' }, 422, 'invalid_input'],
    ];
    for (const [body, status, code] of refused)
      expect(await stage.export(body)).toMatchObject({ status, problem: { code } });
  });

  it('that nobody reads keep nobody else from one', async () => {
    const [instance] = broker.instances;
    const exports = instance?.app.get(ExportsService, { strict: false });
    const asked = (personId: string): Promise<ReadyExport> | undefined =>
      exports?.make({ personId, organizationId: 'tdo', name: '', role: 'auditor', sessionId: '', language: 'ja' }, { filter: {}, format: 'csv' });
    const unread = [await asked('auditor-1'), await asked('regulator-1')];
    expect((await stage.export({ filter: {}, format: 'csv' }, 'auditor-2')).status).toBe(200);
    expect((await stage.export({ filter: {}, format: 'csv' }, 'auditor-1')).problem).toMatchObject({ code: 'export_under_way' });
    for (const one of unread) one?.body.destroy();
  }); // prettier-ignore

  it('are one at a time of each person, and the next can begin when the one has gone, also unread', async () => {
    await stage.cookieOf('auditor-2');
    const many = Array.from({ length: 6 }, () => stage.export({ filter: {}, format: 'jsonl' }, 'auditor-2'));
    const codes = (await Promise.all(many)).map(({ status, problem }) => problem['code'] ?? status);
    expect(codes).toContain(200);
    expect(codes).toContain('export_under_way');
    (await stage.begun({ filter: {}, format: 'jsonl' }, 'auditor-2')).destroy();
    for (;;) {
      const next = await stage.export({ filter: {}, format: 'csv' }, 'auditor-2');
      if (next.status === 200) break;
      expect(next.problem).toMatchObject({ code: 'export_under_way' });
    }
  });
});

/** What a search has to look into: the file, and whatever is compressed inside it. */
function openings(format: string, bytes: Buffer): Buffer[] {
  if (format === 'xlsx') return [bytes, ...zipped(bytes)];
  if (format === 'pdf')
    return [bytes, Buffer.from(pdfText(bytes)), Buffer.from(pdfText(bytes).replace(/\n/g, ''))];
  return [bytes];
}

/** Each deflated file of a zip, by the signatures of its local headers. */
function zipped(zip: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = zip.indexOf('PK\x03\x04'); at >= 0; at = zip.indexOf('PK\x03\x04', at + 4)) {
    const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
    found.push(inflateRawSync(zip.subarray(start), { finishFlush: 2 }));
  }
  return found;
}
