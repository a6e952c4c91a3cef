import type { Locator } from 'playwright-core';
import { Consoles, PHONE, type Window } from './console.js';

describe('the headquarters, while a declaration lasts', () => {
  let consoles: Consoles;
  let path: string;
  let first: Window;
  let second: Window;
  beforeAll(async () => {
    consoles = await Consoles.start();
    const { storm } = consoles.broker;
    const { id } = await storm.declared({ target_area: ['272035', '131130'] });
    const call = await storm.called(id);
    const { id: nomination } = await storm.nominated(call.id, ['operator-a-01', 'operator-a-02']);
    await storm.approved(nomination);
    path = `/declarations/${id}`;
    first = await consoles.as('hq-1');
    second = await consoles.as('hq-2', { size: PHONE });
  });
  afterAll(() => consoles.stop());

  const dialog = (window: Window) => window.page.locator('dialog[open]');

  it('takes a municipality out of the area at once', async () => {
    await first.open(path);
    await first.press('区域を変える');
    await dialog(first).getByRole('button', { name: '東京都 渋谷区を外す' }).click();
    await dialog(first)
      .getByLabel(/^変更の理由/)
      .fill('復旧したため');
    await dialog(first).getByRole('button', { name: '区域を変える' }).click();
    await first.page.getByText('区域を縮小しました。').waitFor();
  });

  /** Proposed by the first one, who sees it and cannot confirm it; the second one sees what it is about. */
  const proposed = async (kind: string, said: RegExp[]): Promise<Locator> => {
    await first.page.getByText('変更案を送りました。別の本部員が確認すると効力を持ちます。').waitFor();
    await first.open('/changes');
    await first.page.getByRole('heading', { level: 2, name: kind }).waitFor();
    expect(await first.page.getByRole('button', { name: '確認して効力を持たせる' }).count()).toBe(0);
    await second.open('/');
    await second.page.getByRole('link', { name: `変更の確認: ${kind}` }).click();
    const card = second.page.getByRole('article').filter({ hasText: kind });
    for (const text of [/^台風24号/, ...said]) await card.getByText(text).waitFor();
    return card;
  };
  const growBack = async (reason: string): Promise<void> => {
    await first.open(path);
    await first.press('区域を変える');
    await first.fill(/^市区町村を探す/, 'しぶや');
    await first.page.getByLabel('東京都 渋谷区', { exact: true }).check();
    await first.fill(/^変更の理由/, reason);
    await dialog(first).getByRole('button', { name: '区域を変える' }).dblclick();
  };

  it('grows when a second person has confirmed it, and not when that one rejects it', async () => {
    await growBack('渋谷区で再び停電したため');
    const refused = await proposed('対象区域の拡大', [
      /^渋谷区で再び停電したため$/,
      /^東京都 渋谷区、大阪府 豊中市$/,
    ]);
    await refused.getByRole('button', { name: '退ける', exact: true }).click();
    await refused.getByLabel(/^退ける理由/).fill('停電は解消したとの連絡があったため');
    await refused.getByRole('button', { name: 'この案を退ける' }).dblclick();
    await second.page.getByText('退けました。何も変わっていません。').waitFor();
    await second.page.getByText('確認を待つ変更はありません。').waitFor();
    await first.open(path);
    await first.page.locator('dl.facts').getByText('大阪府 豊中市', { exact: true }).waitFor();

    await growBack('渋谷区の停電が続いているため');
    const card = await proposed('対象区域の拡大', [/^渋谷区の停電が続いているため$/]);
    await card.getByRole('button', { name: '確認して効力を持たせる' }).click();
    await second.page.getByText('確認しました。いまから効力を持ちます。').waitFor();
    await first.open(path);
    await first.page.locator('dl.facts').getByText('東京都 渋谷区、大阪府 豊中市').waitFor();
  });

  it('lasts longer by two persons: the second one reads which, why and how many are without power', async () => {
    await first.open(path);
    await first.press('延長する');
    await first.press('2時間後');
    await first.fill(/^いまの停電戸数/, '１２０００');
    await first.fill(/^延長の理由/, '復旧に時間を要するため');
    await dialog(first).getByRole('button', { name: '延長を申し出る' }).dblclick();
    const card = await proposed('発令の延長', [/^復旧に時間を要するため$/, /^12,000戸$/]);
    expect(await second.page.getByRole('article').count()).toBe(1);
    const [, , until = ''] = await card.getByRole('row').last().locator('th, td').allInnerTexts();
    await card.getByRole('button', { name: '確認して効力を持たせる' }).click();
    await second.page.getByText('確認しました。いまから効力を持ちます。').waitFor();
    await first.open(path);
    await first.page.locator('.banner').getByText(`終了 ${until}`).waitFor();
    await first.page.getByText(/^延長 .* 本部 二葉 復旧に時間を要するため$/).waitFor();
    expect([...first.errors, ...second.errors]).toEqual([]);
  });

  it('prints without what can only be pressed', async () => {
    await first.open(path);
    await first.page.emulateMedia({ media: 'print' });
    expect(await first.page.locator('nav:visible, button:visible').count()).toBe(0);
    await first.page.getByRole('heading', { level: 1 }).waitFor({ state: 'visible' });
    await first.page.emulateMedia({ media: 'screen' });
    expect(await first.page.locator('nav:visible').count()).toBeGreaterThan(0);
  });

  it('revokes all grants by a typed word, and the declaration goes on', async () => {
    await first.open(path);
    await first.press('付与をすべて取り消す');
    await dialog(first)
      .getByLabel(/^取消の理由/)
      .fill('名簿の誤りのため');
    await dialog(first)
      .getByLabel(/^確認のため/)
      .fill('取消');
    await dialog(first).getByRole('button', { name: 'すべて取り消す' }).click();
    await first.page.getByText('2件の付与を取り消しました。').waitFor();
    await first.page.locator('.banner').getByText('発令中').first().waitFor();
    expect(first.errors).toEqual([]);
  });
});
