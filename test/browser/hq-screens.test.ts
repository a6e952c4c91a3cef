import { Consoles, PHONE, type Language } from './console.js';
import { key, type } from './keys.js';

describe('the screens of the headquarters', () => {
  let consoles: Consoles;
  let paths: string[];

  beforeAll(async () => {
    consoles = await Consoles.start();
    const { storm } = consoles.broker;
    const over = await storm.declared({ name: '台風15号', target_area: ['122033'] });
    const hq = await storm.person('hq-1');
    await hq.post(`/api/v1/declarations/${over.id}/lift`, { reason: '復旧が完了したため' });
    const live = await storm.declared();
    const call = await storm.called(live.id);
    const nomination = await storm.nominated(call.id, ['operator-a-01', 'operator-a-37']);
    const drill = await storm.declare(hq, { name: '合同訓練', is_drill: true, target_area: ['13'] });
    const later = { hard_end_at: storm.in(30), reason: '復旧に時間を要するため', outage_households: 12_000 };
    await hq.post(`/api/v1/declarations/${live.id}/extend`, later);
    paths = ['/', '/inbox', '/declare', '/grants', '/changes', '/nowhere'];
    paths.push(`/declarations/${live.id}`, `/declarations/${drill.id}`, `/declarations/${live.id}/call`);
    paths.push(`/nominations/${nomination.id}`, `/declarations/${over.id}/certificate`);
  });
  afterAll(() => consoles.stop());

  it.each<[Language, 'phone' | 'desktop']>([
    ['ja', 'phone'],
    ['en', 'desktop'],
  ])('have no fault that axe knows, in %s on a %s', async (language, size) => {
    const window = await consoles.as('hq-2', { language, ...(size === 'phone' && { size: PHONE }) });
    const faults: string[] = [];
    for (const path of paths) {
      await window.open(path);
      await window.page.waitForLoadState('networkidle');
      faults.push(...(await window.faults()).map((fault) => `${path} ${fault}`));
    }
    expect(faults).toEqual([]);
    expect(window.errors).toEqual([]);
    await window.context.close();
  });

  it('are used by the keyboard alone: a declaration is made and lifted', async () => {
    const window = await consoles.as('hq-3');
    await window.open('/declare');
    await key(window, /実際の発令/, 'Space');
    await type(window, /^名称/, '豪雨');
    await key(window, /^豪雨$/, 'Space');
    await type(window, /^市区町村を探す/, 'さっぽろし');
    await window.page.getByText('10件').waitFor();
    await key(window, /札幌市 中央区/, 'Space');
    await key(window, /^4時間後$/, 'Enter');
    await type(window, /^必要性/, '停電戸数が多く、自社の窓口だけではすべての電話に応えられないため。');
    await key(window, /^内容を確かめる$/, 'Enter');
    await window.page.getByRole('heading', { level: 1, name: '発令の確認' }).waitFor();
    await key(window, /^発令する$/, 'Enter');
    await type(window, /^確認のため/, '発令');
    await window.page.keyboard.press('Enter');
    await window.page.getByRole('heading', { level: 1, name: '豪雨' }).waitFor();
    expect(await window.page.evaluate('document.activeElement.tagName')).toBe('H1');
    await key(window, /^解除する$/, 'Enter');
    await type(window, /^解除の理由/, '誤って発令したため');
    await type(window, /^確認のため/, '解除');
    await window.page.keyboard.press('Enter');
    await window.page.getByText('解除しました。').waitFor();
    expect(window.errors).toEqual([]);
    await window.context.close();
  });

  it('give back a draft to the same person after the session ended, and to nobody else', async () => {
    const window = await consoles.as('hq-1');
    await window.open('/declare');
    await window.fill(/^名称/, '書きかけ');
    await window.context.clearCookies();
    await window.page.reload();
    await window.press(/hq-2/);
    await window.page.getByLabel(/^名称/).waitFor();
    expect(await window.page.getByLabel(/^名称/).inputValue()).toBe('');
    await window.context.clearCookies();
    await window.page.reload();
    await window.press(/hq-1/);
    await window.page.getByLabel(/^名称/).waitFor();
    expect(await window.page.getByLabel(/^名称/).inputValue()).toBe('書きかけ');
    await window.context.close();
  });

  it('say that the link is gone, and show the offline page when the service cannot be reached at all', async () => {
    const window = await consoles.as('hq-2');
    await window.page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await window.context.setOffline(true);
    await window.page.getByRole('link', { name: '付与', exact: true }).click();
    await window.page
      .getByText(/^オフラインです。表示は古いおそれがあります。最終更新 \d\d:\d\d:\d\d/)
      .waitFor();
    // The emulation does not reach a service worker's own requests: for the reload the service itself goes away.
    await window.context.setOffline(false);
    await consoles.broker.instances[0]?.close();
    await window.page.reload();
    await window.page.getByRole('heading', { level: 1, name: '接続できません' }).waitFor();
    expect(await window.page.getByText('まだ発令されていません').count()).toBe(1);
    expect(await window.page.getByText('災害対策本部の当番（見本）: 内線 0000').count()).toBe(1);
    expect(await window.page.getByText('台風24号').count()).toBe(0);
    expect(await window.faults()).toEqual([]);
    await window.context.close();
  });
});
