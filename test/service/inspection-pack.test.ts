import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Client } from 'pg';
import { expectStatus, samplePoints, Storm, type SamplePoint } from '../stories/storm.js';
import { searchOf } from '../laws/witnesses.js';
import { DataFolder, until } from './service-process.js';

interface Manifest {
  treeSize: number;
  files: { path: string; size: number; sha256: string }[];
}

/** The whole program, beside the running service, as the machine's administrator calls it. */
describe('kashikagi inspection-pack', () => {
  let data: DataFolder;
  let storm: Storm;
  let point: SamplePoint;
  let out: string;

  beforeAll(async () => {
    data = await DataFolder.make();
    const service = data.start();
    storm = new Storm(await service.ready());
    const run = JSON.parse(await readFile(join(data.path, 'run.json'), 'utf8')) as { wheeling_url: string };
    const points = await samplePoints(run.wheeling_url, '272035', 50);
    const dark = points.find((one) => one.outage_state === 'outage' && one.contact_phone);
    if (!dark) throw new Error('the sample has points in outage');
    point = dark;
    const declaration = await storm.declared();
    const { operator } = await storm.operator('operator-a-01', declaration.id);
    expectStatus(await operator.lookup(searchOf(point)), 200);
    expectStatus(
      await (
        await storm.person('hq-3')
      ).post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧' }),
      200,
    );
    out = join(data.parent, 'pack');
    const officer = await storm.person('auditor-1');
    const { items } = expectStatus(
      await officer.get<{ items: { id: string }[] }>('/api/v1/records?type=use.lookup'),
      200,
    );
    await until('the lookup stands in the signed ledger', async () => {
      const { status } = await officer.get(`/api/v1/records/${items[0]?.id ?? ''}/proof`);
      return status === 200;
    });
  });
  afterAll(() => data.remove());

  const pack = (to: string, ...words: string[]) =>
    data.run(['inspection-pack', '--from', '2020-01-01', '--to', '2099-12-31', '--out', to, ...words]);

  it('packs what an inspector asks for, and the ledger in it verifies', async () => {
    const { code, output } = await pack(out);
    expect([code, output]).toEqual([0, expect.stringContaining('検証済み')]);
    const read = (name: string): Promise<string> => readFile(join(out, name), 'utf8');
    const [declaration] = JSON.parse(await read('01-発令.json')) as {
      declared_by: string;
      lift_reason: string;
    }[];
    expect(declaration).toMatchObject({ declared_by: 'hq-1', lift_reason: '復旧', confirmed_by: 'hq-2' });
    const [grant] = JSON.parse(await read('05-付与.json')) as object[];
    expect(grant).toMatchObject({ person_id: 'operator-a-01', uses: 1 });
    expect((await read('05-付与.csv')).split('\r\n')).toHaveLength(3);
    expect(await read('20-利用.csv')).toContain('use.lookup');
    expect(await read('文書/注意事項.txt')).toContain('「見える」ことは「使ってよい」ことではありません');
    expect(JSON.parse(await read('文書/設定.json'))).toMatchObject({ environment: 'demonstration' });
    const people = (await filesBelow(join(out, '名簿等'))).filter((path) => path.endsWith('人.json'));
    expect(people).toHaveLength(1);
    expect(await read('検証結果.txt')).toContain('検証');
    const checked = await data.run([
      'verify',
      join(out, '台帳'),
      '--records',
      join(out, '台帳', 'records.jsonl'),
    ]);
    expect(checked.code).toBe(0);
  });

  it('names every file with its hash, and nothing else lies there', async () => {
    const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as Manifest;
    const lying = (await filesBelow(out))
      .map((path) => relative(out, path))
      .filter((path) => path !== 'manifest.json');
    expect(manifest.files.map(({ path }) => path).sort()).toEqual(lying.sort());
    for (const { path, size, sha256 } of manifest.files) {
      const bytes = await readFile(join(out, path));
      expect([path, bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([
        path,
        size,
        sha256,
      ]);
    }
  });

  it('holds no value of a customer, and no key of a person', async () => {
    const secret = [
      point.supply_point_id,
      point.contact_phone,
      String(point['contract_holder_name']),
      'np-operator',
    ];
    for (const path of await filesBelow(out)) {
      const text = await readFile(path, 'utf8');
      for (const value of secret) expect([path, text.includes(value)]).toEqual([path, false]);
    }
  });

  it('is on record with the hash of its manifest', async () => {
    const auditor = await storm.person('auditor-1');
    const { items } = expectStatus(
      await auditor.get<{ items: { details: { manifest_sha256: string } }[] }>(
        '/api/v1/records?type=inspection_pack.made',
      ),
      200,
    );
    const manifest = await readFile(join(out, 'manifest.json'));
    expect(items.map(({ details }) => details.manifest_sha256)).toEqual([
      createHash('sha256').update(manifest).digest('hex'),
    ]);
    const begun = await auditor.get<{ items: object[] }>('/api/v1/records?type=inspection_pack.begun');
    expect(expectStatus(begun, 200).items).toHaveLength(1);
  });

  it('says not verified when a record was touched in the tables', async () => {
    const owner = new Client({ connectionString: await data.adminUrl('kashikagi') });
    await owner.connect();
    await owner.query(
      `update record set payload = replace(payload, 'operator-a-01', 'operator-a-02') where type = 'use.lookup'`,
    );
    await owner.end();
    const { output } = await pack(join(data.parent, 'touched'));
    expect(output).toContain('検証できません');
    expect(await readFile(join(data.parent, 'touched', '00-はじめに.txt'), 'utf8')).toContain(
      '検証できません',
    );
  });

  it('writes over nothing, and says which words it does not understand', async () => {
    const again = await pack(out);
    expect([again.code, again.output]).toEqual([1, expect.stringContaining('not empty')]);
    const wrong = await data.run([
      'inspection-pack',
      '--from',
      '2026-02-30',
      '--to',
      '2026-01-01',
      '--out',
      'x',
    ]);
    expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('two days, in order')]);
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}
