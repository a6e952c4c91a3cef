import { readFile } from 'node:fs/promises';
import { ExportsStage } from '../api/exports-stage.js';
import { Consoles, PHONE, type Language, type Window } from './console.js';

describe('the auditors', () => {
  let consoles: Consoles;
  let declarationId: string;
  let grantId: string;
  let supplyPointId: string;
  let auditor: Window;

  beforeAll(async () => {
    consoles = await Consoles.start();
    ({ declarationId, grantId, supplyPointId } = await ExportsStage.set(consoles.broker));
    auditor = await consoles.as('auditor-1');
  });
  afterAll(() => consoles.stop());

  it('find records by filters that stand in the address, and keep a filter under a name', async () => {
    const { page } = auditor;
    await auditor.open('/records');
    await page.getByText('絞り込む', { exact: true }).click();
    await auditor.fill(/^人の識別子/, 'operator-a-01');
    await auditor.fill(/^種別（/, 'use.lookup');
    await page.getByLabel('許可', { exact: true }).check();
    await auditor.press('表示する');
    await page.waitForURL(/person=operator-a-01/);
    expect(new URL(page.url()).searchParams.get('type')).toBe('use.lookup');
    await page.getByRole('cell', { name: '検索 (use.lookup)' }).first().waitFor();
    await auditor.fill(/^いまの絞込みに付ける名前/, '一号の検索');
    await auditor.press('この名前で保存する');
    await auditor.open('/records');
    await page.getByRole('link', { name: '一号の検索' }).click();
    await page.waitForURL(/type=use\.lookup/);
    await page.getByRole('cell', { name: '検索 (use.lookup)' }).first().waitFor();
  });

  it('search by a number that no address, no store of the browser and no record ever holds', async () => {
    const { page } = auditor;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await auditor.open('/records');
    await page.getByText('供給地点特定番号で探す').click();
    await auditor.fill(/^供給地点特定番号/, supplyPointId);
    await auditor.press('探す');
    await page.getByRole('table', { name: 'この番号の記録' }).getByRole('link').first().waitFor();
    const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage, location.href])');
    expect([...asked, kept].filter((text) => text.includes(supplyPointId))).toEqual([]);
    // The control: what was asked of the service did go over the wire.
    expect(asked.some((url) => url.endsWith('/api/v1/records/search'))).toBe(true);
    await page.reload();
    await page.locator('h1').waitFor();
    expect(await page.getByText(supplyPointId).count()).toBe(0);
  });

  it('read a declaration with its timeline, a grant, a record and its proof, and a person’s day', async () => {
    const { page } = auditor;
    await auditor.open('/declarations');
    await page.getByRole('link', { name: '台風24号' }).last().click();
    await page.getByRole('img', { name: '1件の付与と発令の図。同じ内容が下の表にあります。' }).waitFor();
    const grants = page.getByRole('table', { name: '付与の一覧' });
    await grants.getByText('発令の解除').waitFor();
    await grants.getByRole('link', { name: grantId }).click();
    await page.getByText(/^\d+件・欠番なし$/).waitFor();
    await page.getByRole('table', { name: '利用', exact: true }).getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: '記録の内容' }).waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: '台帳にある証明を受け取る' }).click();
    const proof = await readFile(await (await downloading).path(), 'utf8');
    expect(proof).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
    await auditor.open('/people/operator-a-01');
    await auditor.press('いま確かめる');
    await page.getByText('権限なし').waitFor();
    await page.getByRole('link', { name: '一日を再現する' }).click();
    await page.getByRole('cell', { name: '検索 (use.lookup)' }).first().waitFor();
  });

  it('draw a sample that anybody can draw again', async () => {
    const { page } = auditor;
    await auditor.open('/reports/sample');
    await auditor.fill(/^種/, '5f2a9c01');
    await auditor.press('20件を引く');
    await page.getByText(/種 5f2a9c01$/).waitFor();
    expect(await page.getByRole('row').count()).toBeGreaterThan(1);
  });

  it('make a finding, which is answered and closed', async () => {
    const { page } = auditor;
    await auditor.open('/findings/new?subject_type=person&subject_id=operator-a-01');
    await page.getByLabel('手続', { exact: true }).check();
    await page.getByLabel('中', { exact: true }).check();
    await auditor.fill(/^指摘の内容/, '受電の記録と通話の番号が合わない。');
    await auditor.fill(/^回答する人/, 'officer-1');
    await auditor.fill('年', '2027');
    await auditor.fill('月', '12');
    await auditor.fill('日', '1');
    await page.getByRole('button', { name: 'この内容で指摘する' }).dblclick();
    await page.getByRole('heading', { level: 1, name: '指摘の内容' }).waitFor();
    await auditor.press('回答を記録する');
    await auditor.fill(/^回答/, '通話装置の時計がずれていた。');
    await auditor.press('回答を記録する');
    await page.getByText('記録しました。').waitFor();
    await auditor.press('完了とする');
    await auditor.fill(/^完了とする理由/, '時計を直したことを確かめた。');
    await auditor.press('完了とする');
    await page.locator('.status', { hasText: '完了' }).waitFor();
    await auditor.open('/findings?state=closed');
    await page.getByRole('link', { name: '手続' }).waitFor();
    // Pressed twice, made once.
    expect(await page.getByRole('link', { name: '手続' }).count()).toBe(1);
  });

  it('open sealed values by two persons', async () => {
    const { page } = auditor;
    await auditor.open(`/records?type=use.lookup&grant=${grantId}&decision=permit`);
    await page.getByRole('table').getByRole('link').first().click();
    await auditor.fill(/^理由/, '苦情の申出の確認のため');
    await auditor.press('開くことを求める');
    await page.getByText(/^同意を待っています。/).waitFor();
    const compliance = await consoles.as('compliance-1', { size: PHONE });
    await compliance.page.getByRole('link', { name: '内容を見て確認する' }).click();
    await compliance.press('確認して効力を持たせる');
    await compliance.page.getByText('確認しました。いまから効力を持ちます。').waitFor();
    await auditor.press('開くことを求める');
    await page.getByText(/まで、あなたに開かれています。/).waitFor();
    expect(await page.locator('.values li').count()).toBeGreaterThan(0);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.values').isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    await page.reload();
    await page.locator('h1').waitFor();
    expect(await page.locator('.values').count()).toBe(0);
    await compliance.context.close();
  });

  it('prove: compare, attest, count and carry away what verifies elsewhere', async () => {
    const { page } = auditor;
    await auditor.open('/proof');
    await auditor.press('いま台帳と表を照合する');
    await page.getByText(/^検証済み 2026\/.*・[\d,]+件・欠番なし$/).waitFor();
    await auditor.press('いま失効を確かめる');
    await page.getByText('発令の外に権限なし').first().waitFor();
    await auditor.open('/exports?type=use.lookup');
    await auditor.press('件数を数える');
    await page.getByText(/^\d+件（台帳の大きさ/).waitFor();
    const counted = /^(\d+)件/.exec((await page.getByText(/^\d+件（台帳の大きさ/).textContent()) ?? '')?.[1];
    await page.getByLabel('CSV（Excelで開ける）').check();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: '書き出す', exact: true }).click();
    const file = await readFile(await (await downloading).path(), 'utf8');
    expect(file.trim().split('\r\n')).toHaveLength(1 + Number(counted));
    await page.getByText(/^sha-256=:/).waitFor();
    expect(auditor.errors).toEqual([]);
  });

  it('analyse and conclude nothing where nothing struck', async () => {
    const { page } = auditor;
    await auditor.open('/analyses');
    await page.getByText('期間を決めて解析する', { exact: true }).first().click();
    const now = new Date(consoles.broker.storm.now() + 9 * 3_600_000);
    const group = page.getByRole('group', { name: /^この日から/ });
    await group.getByLabel('年').fill(String(now.getUTCFullYear()));
    await group.getByLabel('月').fill(String(now.getUTCMonth() + 1));
    await group.getByLabel('日', { exact: true }).fill(String(now.getUTCDate()));
    const until = page.getByRole('group', { name: /^この日時より前/ });
    const values = [
      now.getUTCFullYear(),
      now.getUTCMonth() + 1,
      now.getUTCDate(),
      now.getUTCHours(),
      now.getUTCMinutes(),
    ];
    for (const [index, label] of ['年', '月', '日', '時', '分'].entries())
      await until.getByLabel(label, { exact: true }).fill(String(values[index]));
    await page.getByRole('button', { name: '期間を決めて解析する' }).click();
    await page.getByRole('heading', { level: 1, name: '解析の結果' }).waitFor();
    await page.getByRole('heading', { name: 'この解析では分からないこと' }).waitFor();
  });

  const screens = {
    'what happened': () => [
      ...[
        '/',
        '/records',
        '/records?person=operator-a-01',
        '/declarations',
        `/declarations/${declarationId}`,
      ],
      ...[`/declarations/${declarationId}/certificate`, `/grants/${grantId}`],
      ...['/people', '/people/operator-a-01', '/people/operator-a-01/day'],
    ],
    'what is made of it': () => [
      ...[
        '/findings',
        '/findings/new',
        '/analyses',
        '/exports',
        '/proof',
        '/legal-holds',
        '/purges',
        '/reports',
      ],
    ],
    'the reports': () =>
      [
        ...['retention', 'viewers', 'sample?seed=5f2a9c01', 'fairness', 'frequency', 'training', 'rooms'],
        ...['extract', 'retailer?retailer=retailer-b'],
      ].map((one) => `/reports/${one}`),
  };
  const readers: [string, Language, 'phone' | 'desktop'][] = [
    ['auditor-1', 'ja', 'phone'],
    ['regulator-1', 'en', 'desktop'],
  ];

  it.each(
    readers.flatMap((one) => Object.entries(screens).map(([name, paths]) => [...one, name, paths] as const)),
  )('have no fault that axe knows: %s, in %s on a %s, %s', async (who, language, size, _name, paths) => {
    const window = await consoles.as(who, { language, ...(size === 'phone' && { size: PHONE }) });
    expect(await window.faultsOn(paths())).toEqual([]);
    expect(window.errors).toEqual([]);
    await window.context.close();
  });

  it('of the regulator make nothing: they read', async () => {
    const offered = async (who: string): Promise<number> => {
      const window = await consoles.as(who);
      await window.open('/findings');
      const count = await window.page.getByRole('link', { name: '指摘する' }).count();
      await window.context.close();
      return count;
    };
    expect([await offered('auditor-1'), await offered('regulator-1')]).toEqual([1, 0]);
  });

  it('the compliance officer places a hold, and has no fault on any screen', async () => {
    const window = await consoles.as('compliance-1');
    await window.open('/legal-holds');
    await window.press('保全する');
    await window.fill(/^発令の識別子/, declarationId);
    await window.fill(/^理由/, '苦情の申出があったため');
    await window.press('保全する');
    await window.page.getByText('保全しました。直ちに効力を持ちます。').waitFor();
    await window.page.getByText('保全中').waitFor();
    const faults = await window.faultsOn([
      '/',
      '/changes',
      '/declarations',
      '/legal-holds',
      '/purges',
      '/proof',
    ]);
    expect(faults).toEqual([]);
    expect(window.errors).toEqual([]);
    await window.context.close();
  });
});
