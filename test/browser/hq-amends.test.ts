import { Consoles, type Window } from './console.js';

describe('the headquarters, while a declaration lasts', () => {
  let consoles: Consoles;
  let path: string;
  let first: Window;
  beforeAll(async () => {
    consoles = await Consoles.start();
    const { storm } = consoles.broker;
    const { id } = await storm.declared({ target_area: ['272035', '131130'] });
    const call = await storm.called(id);
    const { id: nomination } = await storm.nominated(call.id, ['operator-a-01', 'operator-a-02']);
    await storm.approved(nomination);
    path = `/declarations/${id}`;
    first = await consoles.as('hq-1');
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
