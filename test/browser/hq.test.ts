import { SessionsService } from '../../src/identity/sessions.service.js';
import { Consoles, PHONE, TABLET, type Window } from './console.js';

/** Writes a declaration as a person would; nothing of it is sent yet. */
async function write(window: Window, name: string): Promise<void> {
  const { page } = window;
  await page.getByLabel('実際の発令').check();
  await window.fill(/^名称/, name);
  await page.getByLabel('暴風', { exact: true }).check();
  await window.fill(/^市区町村を探す/, 'とよなか');
  await page.getByLabel('大阪府 豊中市').check();
  await window.press('4時間後');
  await window.fill(/^必要性/, '停電戸数が多く、自社の窓口だけではすべての電話に応えられないため。');
}

/** From the written page to the declared one. */
async function declare(window: Window, name: string): Promise<void> {
  await window.open('/declare');
  await write(window, name);
  await window.press('内容を確かめる');
  await window.page.getByRole('heading', { name: '発令の確認' }).waitFor();
  await window.press('発令する');
  // Wide characters and spaces around it, as an input method leaves them.
  await window.fill(/^確認のため/, '　発令 ');
  await window.page.locator('dialog').getByRole('button', { name: '発令する' }).click();
  await window.page.getByRole('heading', { level: 1, name }).waitFor();
}

describe('the headquarters', () => {
  let consoles: Consoles;
  beforeAll(async () => {
    consoles = await Consoles.start();
  });
  afterAll(() => consoles.stop());

  it('declares, confirms, calls, approves, lifts and holds the certificate, in Japanese', async () => {
    const first = await consoles.as('hq-1', { size: TABLET });
    await declare(first, '台風24号');
    await first.page.locator('.banner').getByText('発令中・未確認').waitFor();

    const second = await consoles.as('hq-2', { size: PHONE });
    await second.page.getByRole('link', { name: '発令の確認: 台風24号' }).click();
    await second.press('発令を確認する');
    await second.page.getByText('確認しました。').waitFor();

    await first.page.reload();
    await first.press('応援を要請する');
    await first.page.getByLabel(/^パターン1/).check();
    expect(await first.page.getByRole('checkbox', { checked: true }).count()).toBe(0);
    await first.page.getByLabel(/（retailer-a）/).check();
    await first.page.getByLabel(/の席数/).fill('４０');
    await first.fill(/^必要性/, '受電が自社の応答能力を超えており、ほかに応じる手段がないため。');
    await first.fill(/^応答能力の根拠/, '呼量 4,200件/時、応答率 38%');
    await first.page.getByLabel('自動応答').check();
    await first.press('応援を要請する');
    await first.page.getByRole('cell', { name: '見本小売電気' }).waitFor();

    const { storm } = consoles.broker;
    const hq = await storm.person('hq-1');
    const calls = await hq.get<{ items: { id: string }[] }>('/api/v1/support-calls');
    await storm.nominated(
      calls.body.items[0]?.id ?? '',
      ['operator-a-01', 'operator-a-02', 'operator-a-37'],
      {
        ends_at: storm.in(3),
      },
    );

    await second.open('/');
    await second.page.getByRole('link', { name: '見本小売電気 の応援者 2名の承認' }).click();
    await second.page.getByText('不適格 1名').waitFor();
    await second.page.getByText('研修の有効期限が切れています。').waitFor();
    await second.press('2名を承認する');
    await second.page.getByText('2名に付与しました。').waitFor();

    await first.page.reload();
    await first.press('解除する');
    await first.fill(/^解除の理由/, '復旧が完了したため');
    await first.fill(/^確認のため/, '解除');
    await first.page.locator('dialog').getByRole('button', { name: '解除する' }).click();
    await first.page.getByText('解除しました。').waitFor();
    await first.page.getByRole('link', { name: '解除証明を見る' }).click();
    await first.page.getByText(/付与2件、終了2件/).waitFor({ timeout: 40_000 });
    expect([...first.errors, ...second.errors]).toEqual([]);
  });

  const declaredAs = async (wanted: string): Promise<unknown[]> => {
    const hq = await consoles.broker.storm.person('hq-1');
    const { body } = await hq.get<{ items: { name: string }[] }>('/api/v1/declarations');
    return body.items.filter(({ name }) => name === wanted);
  };

  it('declares once, however often the button is pressed', async () => {
    const window = await consoles.as('hq-3');
    await window.open('/declare');
    await write(window, '二度押し');
    await window.press('内容を確かめる');
    await window.press('発令する');
    await window.fill(/^確認のため/, '発令');
    await window.page.locator('dialog').getByRole('button', { name: '発令する' }).dblclick();
    await window.page.getByRole('heading', { level: 1, name: '二度押し' }).waitFor();
    expect(await declaredAs('二度押し')).toHaveLength(1);
  });

  it('declares once over a slow link, where the second press comes long before the answer', async () => {
    const window = await consoles.as('hq-3');
    const { page } = window;
    await window.open('/declare');
    await write(window, '細い回線');
    await window.press('内容を確かめる');
    await window.press('発令する');
    await window.fill(/^確認のため/, '発令');
    const network = await window.context.newCDPSession(page);
    const speed = (400 * 1024) / 8;
    const slow = { offline: false, latency: 400, downloadThroughput: speed, uploadThroughput: speed };
    await network.send('Network.emulateNetworkConditions', slow);
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
    });
    const go = page.locator('dialog button[type=submit]');
    await go.dblclick();
    await page.locator('dialog').getByRole('button', { name: '送信中…' }).waitFor();
    // Shown as busy; pressed all the same.
    await go.click({ force: true });
    await page.getByRole('heading', { level: 1, name: '細い回線' }).waitFor();
    expect(sent).toEqual(['/api/v1/declarations']);
    expect(await declaredAs('細い回線')).toHaveLength(1);
    expect(window.errors).toEqual([]);
    await window.context.close();
  });

  it('finds its declaration when the answer was lost on the way: pressed again, it is the same one', async () => {
    const window = await consoles.as('hq-3');
    const { page } = window;
    await window.open('/declare');
    await write(window, '失われた応答');
    await window.press('内容を確かめる');
    await window.press('発令する');
    await window.fill(/^確認のため/, '発令');
    // The service does it, and nobody hears of it.
    await page.route(
      '**/api/v1/declarations',
      async (route) => {
        await route.fetch();
        await route.abort('connectionreset');
      },
      { times: 1 },
    );
    const go = page.locator('dialog').getByRole('button', { name: '発令する' });
    await go.click();
    await page.getByText('応答がありません。行われたかどうかは分かりません。').waitFor();
    expect(await declaredAs('失われた応答')).toHaveLength(1);
    await go.click();
    await page.getByRole('heading', { level: 1, name: '失われた応答' }).waitFor();
    expect(await declaredAs('失われた応答')).toHaveLength(1);
    expect(await page.getByText(/^オフラインです。/).count()).toBe(0);
    await window.context.close();
  });

  it('asks for presence when it is not proved, and then sends the same once', async () => {
    const window = await consoles.window();
    // As one who signed in at a provider some time ago: signed in, and not known to be here.
    const sessions = consoles.broker.instances[0]?.app.get(SessionsService, { strict: false });
    const token =
      (await sessions?.start({ personId: 'hq-1', method: 'passkey', steppedUp: false }))?.token ?? '';
    await window.context.addCookies([{ name: 'kashikagi_session', value: token, url: consoles.broker.url }]);
    await window.open('/declare');
    await write(window, '本人の確認');
    await window.press('内容を確かめる');
    await window.press('発令する');
    await window.fill(/^確認のため/, '発令');
    await window.page.locator('dialog').getByRole('button', { name: '発令する' }).click();
    await window.press('この人であることを確認する（デモ）');
    await window.page.getByRole('heading', { level: 1, name: '本人の確認' }).waitFor();
    expect(window.errors).toEqual([]);
    await window.context.close();
  });
});
