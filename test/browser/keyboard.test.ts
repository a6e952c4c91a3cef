import { samplePoints } from '../stories/storm.js';
import { Consoles, type Window } from './console.js';
import { hasFocus, key, type } from './keys.js';
import { confirmed, opened } from './operator-acts.js';

describe('by the keyboard alone', () => {
  let consoles: Consoles;
  let callId: string;
  beforeAll(async () => {
    consoles = await Consoles.start();
    const { id } = await consoles.broker.storm.declared();
    callId = (await consoles.broker.storm.called(id)).id;
  });
  afterAll(() => consoles.stop());

  const heading = (window: Window, name: string): Promise<void> =>
    window.page.getByRole('heading', { name, exact: true }).waitFor();

  it('a supervisor goes from the call to a nomination', async () => {
    const window = await consoles.as('supervisor-a');
    await heading(window, '応援要請');
    await window.page.locator(`a[href="/calls/${callId}"]`).waitFor();
    await key(window, /を開く$/, 'Enter');
    await heading(window, 'まず、閲覧権限なしでできること');
    await key(window, /^応援者を指名する$/, 'Enter');
    await window.page.getByText('0名を選択中').waitFor();
    await key(window, /^応対 A01号を選ぶ/, 'Space');
    await window.page.getByText('1名を選択中').waitFor();
    await key(window, /^4時間後$/, 'Enter');
    await key(window, /^1名を指名する$/, 'Enter');
    await window.page.getByText('適格 1名').waitFor();
    await window.page.getByText('本部の承認を待っています。').waitFor();
    expect(window.errors).toEqual([]);
    await window.context.close();
  });

  it('an operator goes from the notice to a result, and hands back', async () => {
    const { storm, wheelingUrl } = consoles.broker;
    await storm.approved((await storm.nominated(callId, ['operator-a-02'])).id);
    const point = (await samplePoints(wheelingUrl)).find((one) => one.outage_state === 'outage');
    if (!point) throw new Error('the sample has points without power');
    const window = await consoles.as('operator-a-02');
    const { page } = window;
    await heading(window, '注意事項と本人確認');
    await page.getByLabel(/注意事項をすべて読み/).waitFor();
    await key(window, /注意事項をすべて読み/, 'Space');
    await key(window, /^本人確認をする$/, 'Enter');

    await page.getByText('登録されていない端末です').waitFor();
    const { id, code } = await opened(consoles);
    await type(window, /^窓の番号/, id);
    await type(window, /^コード/, code);
    await page.keyboard.press('Enter');
    const shown = await page.getByText(/^変更番号/).innerText();
    await confirmed(consoles, shown.replace('変更番号 ', ''));
    await key(window, /^もう一度確かめる$/, 'Enter');

    await heading(window, '1. 通話と目的');
    await key(window, /^停電の問い合わせ$/, 'Space');
    await key(window, /^受けた電話$/, 'Space');
    await key(window, /^検索へ進む$/, 'Enter');
    await heading(window, '2. 検索');
    await type(window, /^番号・電話番号・住所/, point.supply_point_id);
    await key(window, /^連絡先電話番号の下4桁$/, 'Space');
    await type(window, /^相手の答え/, point.contact_phone.replaceAll(/\D/g, '').slice(-4));
    await page.keyboard.press('Enter');
    await page.locator('.result').getByText('停電中').waitFor();
    // Whoever cannot see hears at once that there is a result, and reads on from there.
    await hasFocus(window, '3. 結果');

    await key(window, /^連絡先電話番号 ?隠して/, 'Enter');
    await type(window, /^連絡先電話番号を見る理由/, '復旧の折り返し連絡のため');
    await page.keyboard.press('Enter');
    await page.locator('[data-field=contact_phone]').getByText(point.contact_phone).waitFor();

    await key(window, /^返却する（今日の応援を終える）$/, 'Enter');
    await page.getByRole('dialog').waitFor();
    await hasFocus(window, '付与を返却しますか');
    // Escape only closes: the focus goes back to what opened it.
    await page.keyboard.press('Escape');
    await hasFocus(window, '返却する（今日の応援を終える）');
    await page.keyboard.press('Enter');
    await key(window, /^返却する$/, 'Enter');
    await heading(window, 'いまは使えません');
    await hasFocus(window, 'いまは使えません');
    expect(window.errors).toEqual([]);
  });
});
