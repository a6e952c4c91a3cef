import { samplePoints, type SamplePoint } from '../stories/storm.js';
import { Consoles } from './console.js';
import { enrol, fillIn, seek, startCall } from './operator-acts.js';

describe('an operator', () => {
  let consoles: Consoles;
  let declarationId: string;
  let callId: string;
  let points: SamplePoint[];
  beforeAll(async () => {
    consoles = await Consoles.start();
    const { storm } = consoles.broker;
    declarationId = (await storm.declared()).id;
    callId = (await storm.called(declarationId)).id;
    points = await samplePoints(consoles.broker.wheelingUrl);
  });
  afterAll(() => consoles.stop());

  const granted = async (personId: string): Promise<void> => {
    const nomination = await consoles.broker.storm.nominated(callId, [personId]);
    await consoles.broker.storm.approved(nomination.id);
  };
  const dark = (at = 0): SamplePoint => {
    const found = points.filter((one) => one.outage_state === 'outage')[at];
    if (!found) throw new Error('the sample has points without power');
    return found;
  };

  it('goes from signing in to a masked answer, matches, reveals, and prints nothing', async () => {
    await granted('operator-a-01');
    const window = await consoles.as('operator-a-01');
    const { page } = window;
    await page.getByRole('heading', { name: '注意事項と本人確認' }).waitFor();
    expect(await window.faults()).toEqual([]);
    await window.press('本人確認をする');
    await page.getByText('読んだうえで、しるしを付けてください。').waitFor();
    await page.getByLabel(/注意事項をすべて読み/).check();
    await window.press('本人確認をする');

    await page.getByText('登録されていない端末です').waitFor();
    expect(await window.faults()).toEqual([]);
    await enrol(consoles, window);
    await window.press('もう一度確かめる');

    await page.getByRole('heading', { name: '1. 通話と目的' }).waitFor();
    expect(await window.faults()).toEqual([]);
    await startCall(window);
    expect(await window.faults()).toEqual([]);
    const point = dark();
    await seek(window, point);
    await page.getByRole('heading', { name: '3. 結果' }).waitFor();
    expect(await window.faults()).toEqual([]);
    const shown = await page.locator('.result').innerText();
    expect(shown).toContain('停電中');
    expect(shown).toContain(`…${point.supply_point_id.slice(-6)}`);
    expect(shown).toContain('隠してあります（照合だけ）');
    expect(shown).not.toContain(point.contract_holder_name);
    expect(shown).not.toContain(point.contact_phone);
    expect(shown).not.toContain(point.supply_point_id);

    await page.getByLabel(/^契約者名義: 相手が述べた内容/).fill(point.contract_holder_name);
    await page.locator('[data-field=contract_holder_name]').getByRole('button', { name: '照合する' }).click();
    await page.locator('[data-field=contract_holder_name]').getByText('一致', { exact: true }).waitFor();

    await page.locator('[data-field=contact_phone] summary').click();
    await page.getByLabel(/^連絡先電話番号を見る理由/).fill('復旧の折り返し連絡のため');
    await page.locator('[data-field=contact_phone]').getByRole('button', { name: '開示する' }).click();
    await page.locator('[data-field=contact_phone]').getByText(point.contact_phone).waitFor();

    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('body').innerText()).not.toContain(point.contact_phone);
    expect(await page.locator('body').innerText()).toContain('この画面は印刷できません。');
    await page.emulateMedia({ media: 'screen' });

    const traces = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.title, history.state])',
    );
    for (const secret of [point.contact_phone, point.supply_point_id, point.contract_holder_name])
      expect(traces).not.toContain(secret);
    expect(window.errors).toEqual([]);
  });

  it('looks up once for a double click, loses every value with the end, and says why', async () => {
    const { broker } = consoles;
    const other = await broker.storm.declared({ name: '合同訓練', is_drill: true, target_area: ['131130'] });
    const organizations = [{ organization_id: 'retailer-a', seats: 5 }];
    const call = await broker.storm.called(other.id, { organizations });
    const nomination = await broker.storm.nominated(call.id, ['operator-a-02']);
    await broker.storm.approved(nomination.id);
    const window = await consoles.as('operator-a-02');
    const { page } = window;
    await page.getByLabel(/注意事項をすべて読み/).check();
    await window.press('本人確認をする');
    await page.getByText('登録されていない端末です').waitFor();
    await enrol(consoles, window);
    await window.press('もう一度確かめる');
    await startCall(window);
    const [point] = await samplePoints(broker.drillWheelingUrl, '131130');
    if (!point) throw new Error('the drill has points of its own');
    await fillIn(window, point);
    await page.getByRole('button', { name: '検索する' }).dblclick();
    await page.getByRole('heading', { name: '3. 結果' }).waitFor();
    expect(await broker.records(`type like '%lookup%' and person_id = 'operator-a-02'`)).toHaveLength(1);
    const part = `…${point.supply_point_id.slice(-6)}`;
    await page.getByText(part).waitFor();

    // Without a connection nothing is queued, and what one may do is said.
    await window.context.setOffline(true);
    await page.getByRole('button', { name: '検索する' }).click();
    await page.getByText('応答がありません。閲覧が行われていれば、記録されています。').waitFor();
    expect(await page.getByText(part).count()).toBe(0);
    await window.context.setOffline(false);
    await page.getByRole('button', { name: '検索する' }).click();
    await page.getByText(part).waitFor();

    const hq = await broker.storm.person('hq-1');
    await hq.post(`/api/v1/declarations/${other.id}/lift`, { reason: '訓練の終了' });
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.getByText('発令は解除されました', { exact: false }).first().waitFor();
    expect(await page.locator('body').innerText()).not.toContain(part);
    expect(await page.locator('input[type=text]').count()).toBe(0);
    expect(await window.faults()).toEqual([]);
    expect(window.errors).toEqual([]);
  });

  it.each(['/', '/terminal'])('has %s in English without a fault', async (path) => {
    const window = await consoles.as('operator-b-01', { language: 'en' });
    await window.open(path);
    expect(await window.faults()).toEqual([]);
  });
});
