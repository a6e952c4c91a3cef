import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { Consoles, type Window } from './console.js';

/** The ceremony's other half: an officer opens a window, another one confirms what the terminal has shown. */
async function opened(consoles: Consoles): Promise<{ id: string; code: string }> {
  const officer = await consoles.broker.storm.person('officer-1');
  const body = {
    serial: `PC-${String(Math.random()).slice(2, 10)}`,
    organization_id: 'retailer-a',
    custodian_person_id: 'supervisor-a',
    room: 'osaka-support-1',
  };
  return expectStatus(
    await officer.post<{ id: string; code: string }>('/api/v1/terminal-windows', body),
    201,
  );
}

async function confirmed(consoles: Consoles, changeId: string): Promise<void> {
  const officer = await consoles.broker.storm.person('officer-2');
  expectStatus(await officer.post(`/api/v1/changes/${changeId}/confirm`), 200);
}

/** Enrols the browser of a window as people do it: the code read out, typed in full width. */
async function enrol(consoles: Consoles, { page }: Window): Promise<void> {
  const window = await opened(consoles);
  await page.getByLabel(/^窓の番号/).fill(window.id);
  await page.getByLabel(/^コード/).fill(window.code.toLowerCase().replace('-', '−'));
  await page.getByRole('button', { name: 'この端末の鍵を示す' }).click();
  const shown = await page.getByText(/^変更番号/).textContent();
  await confirmed(consoles, (shown ?? '').replace('変更番号 ', ''));
}

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

  const startCall = async ({ page }: Window): Promise<void> => {
    await page.getByLabel('停電の問い合わせ').check();
    await page.getByLabel('受けた電話').check();
    await page.getByRole('button', { name: '検索へ進む' }).click();
  };

  const seek = async ({ page }: Window, point: SamplePoint): Promise<void> => {
    await page.getByLabel(/^番号・電話番号・住所/).fill(wide(point.supply_point_id));
    await page.getByText('供給地点特定番号として探します').waitFor();
    await page.getByLabel('連絡先電話番号の下4桁').check();
    await page.getByLabel(/^相手の答え/).fill(wide(point.contact_phone.replaceAll(/\D/g, '').slice(-4)));
    await page.getByRole('button', { name: '検索する' }).click();
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
});

/** As an input method types digits. */
function wide(digits: string): string {
  return digits.replaceAll(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
}
