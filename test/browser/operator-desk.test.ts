import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';
import { samplePoints, type SamplePoint } from '../stories/storm.js';
import { Consoles, type Window } from './console.js';
import { begin, seek, startCall } from './operator-acts.js';

const MINUTE = 60_000;
const LOOKUPS_PER_HOUR = 5;

const last4 = (text: string): string => text.replaceAll(/\D/g, '').slice(-4);

describe("an operator's desk, through a shift", () => {
  let consoles: Consoles;
  let desk: Window;
  let dark: SamplePoint[];
  let grantId: string;

  beforeAll(async () => {
    const shipped = JSON.parse(
      await readFile(join(packageRoot(), 'config', 'demonstration.json'), 'utf8'),
    ) as { limits: object };
    consoles = await Consoles.start({
      settings: { sessionIdleMinutes: 30, limits: { ...shipped.limits, lookupsPerHour: LOOKUPS_PER_HOUR } },
    });
    const { storm, wheelingUrl } = consoles.broker;
    const { id } = await storm.declared({ target_area: ['272035', '131130'] });
    const nomination = await storm.nominated((await storm.called(id)).id, ['operator-a-01']);
    grantId = (await storm.approved(nomination.id))[0]?.id ?? '';
    dark = (await samplePoints(wheelingUrl)).filter((one) => one.outage_state === 'outage');
    desk = await consoles.window();
    await desk.page.clock.install();
    await desk.signInAs('operator-a-01');
    await begin(consoles, desk);
  });
  afterAll(() => consoles.stop());

  const pointOf = (at: number): SamplePoint => {
    const found = dark[at];
    if (!found) throw new Error('the sample has points without power');
    return found;
  };
  const tail = (point: SamplePoint): string => `…${point.supply_point_id.slice(-6)}`;
  const shows = (point: SamplePoint): Promise<void> =>
    desk.page.locator('.result').getByText(tail(point)).waitFor();
  /** What can be read on the page, and what stands in its fields. */
  const readable = (): Promise<string> =>
    desk.page.evaluate<string>(
      "document.body.innerText + [...document.querySelectorAll('input, textarea')].map((one) => one.value).join(' ')",
    );
  /** The broker's clock and this machine's go on together, as they do. */
  const pass = async (ms: number): Promise<void> => {
    await consoles.broker.moveClock(ms);
    await desk.page.clock.fastForward(ms);
  };
  const lookups = async (): Promise<number> =>
    (await consoles.broker.records(`type = 'use.lookup' and person_id = 'operator-a-01'`)).length;

  it('looks up by address, and by telephone in the same call: of the first nothing stays', async () => {
    const [house, phone] = [pointOf(0), pointOf(1)];
    await startCall(desk);
    await desk.fill(/^番号・電話番号・住所/, house.supply_address);
    await desk.page.getByText('住所として探します').waitFor();
    expect(await desk.page.getByLabel('大阪府 豊中市', { exact: true }).isChecked()).toBe(true);
    // A town and block would be said twice: it is no second factor of an address.
    expect(await desk.page.getByLabel('町名と番地').count()).toBe(0);
    await desk.page.getByLabel('計器番号の下4桁').check();
    await desk.fill(/^相手の答え/, house.meter_number.slice(-4));
    await desk.press('検索する');
    await shows(house);

    await desk.fill(/^番号・電話番号・住所/, phone.contact_phone);
    await desk.page.getByText('電話番号として探します').waitFor();
    expect(await desk.page.getByLabel('連絡先電話番号の下4桁').count()).toBe(0);
    await desk.page.getByLabel('計器番号の下4桁').check();
    await desk.fill(/^相手の答え/, phone.meter_number.slice(-4));
    await desk.press('検索する');
    await shows(phone);
    expect(await readable()).not.toContain(tail(house));
    expect(await lookups()).toBe(2);
  });

  it('is printed without a value, neither shown nor typed', async () => {
    expect(await readable()).toContain(pointOf(1).contact_phone);
    await desk.page.emulateMedia({ media: 'print' });
    expect(await desk.page.locator('main :is(input, dd, .value):visible').count()).toBe(0);
    const printed = await desk.page.locator('body').innerText();
    await desk.page.emulateMedia({ media: 'screen' });
    expect(printed).toContain('この画面は印刷できません。');
    for (const value of [pointOf(1).contact_phone, tail(pointOf(1)), '停電中'])
      expect(printed).not.toContain(value);
    expect(await desk.page.locator('main :is(input, dd, .value):visible').count()).toBeGreaterThan(10);
  });

  it('begins the next call with nothing of the one before', async () => {
    await desk.press('次の通話');
    await desk.page.getByText('前の通話の内容を消しました。').waitFor();
    const text = await readable();
    for (const value of [pointOf(1).contact_phone, tail(pointOf(1)), last4(pointOf(1).meter_number)])
      expect(text).not.toContain(value);
  });

  it('is wiped when nobody has touched it for five minutes, and not while somebody does', async () => {
    await startCall(desk);
    await seek(desk, pointOf(2));
    await shows(pointOf(2));
    await pass(4 * MINUTE);
    await desk.page.keyboard.press('Shift');
    await pass(4 * MINUTE);
    await shows(pointOf(2));
    await pass(MINUTE);
    await desk.page.getByText('5分間操作がなかったので、画面の内容を消しました。').waitFor();
    expect(await readable()).not.toContain(tail(pointOf(2)));
  });

  it('loses on purpose what was typed when the session ends, and says so', async () => {
    const { page } = desk;
    await startCall(desk);
    await desk.fill(/^番号・電話番号・住所/, pointOf(3).contact_phone);
    await pass(31 * MINUTE);
    await page
      .getByText('お客さまの情報を守るため、画面の内容と入力の途中の内容は消しました。', { exact: false })
      .waitFor();
    expect(await page.getByText('入力の途中の内容は、同じ人が', { exact: false }).count()).toBe(0);
    expect(
      await page.evaluate<string>('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])'),
    ).not.toMatch(/draft|0\d{9}/);
    await desk.press(/operator-a-01/);
    await page.getByRole('heading', { name: '1. 通話と目的' }).waitFor();
    await startCall(desk);
    expect(await readable()).not.toContain(pointOf(3).contact_phone);
    // The terminal and the acknowledgement hold: the work goes on at once.
    await seek(desk, pointOf(3));
    await shows(pointOf(3));
  });

  it('takes the word that something must not be seen: the field is gone here at once, and at the next look', async () => {
    const { page } = desk;
    const pole = page.locator('.result [data-field=service_pole_number]');
    await pole.waitFor();
    await desk.press('見えてはいけないものが見えた');
    const dialog = page.locator('dialog[open]');
    await dialog.getByRole('button', { name: '申し出る' }).click();
    await dialog.getByText('選んでください。').waitFor();
    await dialog.getByLabel('引込柱番号', { exact: true }).check();
    await dialog.getByLabel(/^何が見えたか/).fill('別の家の番号に見える');
    await dialog.getByRole('button', { name: '申し出る' }).dblclick();
    await page.getByText(/^「引込柱番号」を全員に対して止めました。申出番号 \S+$/).waitFor();
    expect(await pole.count()).toBe(0);
    expect(await consoles.broker.records(`type = 'incident.reported'`)).toHaveLength(1);

    await desk.press('検索する');
    await page.locator('.result [data-field=outage_state]').waitFor();
    expect(await pole.count()).toBe(0);
  });

  it('says how long to wait when an hour’s look-ups are used up', async () => {
    expect(await lookups()).toBe(LOOKUPS_PER_HOUR);
    await desk.press('検索する');
    const problem = desk.page.getByRole('alert').filter({ hasText: '見られませんでした' });
    const waiting = await problem.getByText(/約\d+分後にもう一度お試しください。/).innerText();
    const minutes = Number(/約(\d+)分/.exec(waiting)?.[1]);
    expect(minutes).toBeGreaterThan(0);
    expect(await readable()).not.toContain(tail(pointOf(3)));
    // And that is so: not before, and then one can.
    await pass((minutes - 2) * MINUTE);
    await desk.page.getByText('5分間操作がなかったので、画面の内容を消しました。').waitFor();
    await startCall(desk);
    await seek(desk, pointOf(3));
    await problem.getByText(/(?:\d+秒|約\d+分)後にもう一度お試しください。/).waitFor();
    await pass(2 * MINUTE);
    await desk.press('検索する');
    await shows(pointOf(3));
  });

  it('is handed back: everything is gone, and the grant is over', async () => {
    const { page } = desk;
    await desk.press('返却する（今日の応援を終える）');
    const dialog = page.locator('dialog[open]');
    await dialog.getByText('返却すると、この付与ではもう検索できません。', { exact: false }).waitFor();
    await dialog.getByRole('button', { name: '返却する' }).dblclick();
    await page.getByRole('heading', { level: 1, name: 'いまは使えません' }).waitFor();
    expect(await page.locator('main input').count()).toBe(0);
    expect(await readable()).not.toContain(pointOf(3).supply_point_id.slice(-6));
    expect(
      await consoles.broker.records(`type = 'grant.handed_back' and grant_id = $1`, [grantId]),
    ).toHaveLength(1);
    expect(desk.errors).toEqual([]);
  });
});
