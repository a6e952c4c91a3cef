import { expectStatus, type SamplePoint } from '../stories/storm.js';
import type { Consoles, Window } from './console.js';

/** The ceremony's other half: an officer opens a window, another one confirms what the terminal has shown. */
export async function opened(consoles: Consoles): Promise<{ id: string; code: string }> {
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

export async function confirmed(consoles: Consoles, changeId: string): Promise<void> {
  const officer = await consoles.broker.storm.person('officer-2');
  expectStatus(await officer.post(`/api/v1/changes/${changeId}/confirm`), 200);
}

/** Enrols the browser of a window as people do it: the code read out, typed in full width. */
export async function enrol(consoles: Consoles, { page }: Window): Promise<void> {
  const window = await opened(consoles);
  await page.getByLabel(/^窓の番号/).fill(window.id);
  await page.getByLabel(/^コード/).fill(window.code.toLowerCase().replace('-', '−'));
  await page.getByRole('button', { name: 'この端末の鍵を示す' }).click();
  const shown = await page.getByText(/^変更番号/).textContent();
  await confirmed(consoles, (shown ?? '').replace('変更番号 ', ''));
}

/** From the notice to a desk at which one can look up: acknowledged, and at an enrolled terminal. */
export async function begin(consoles: Consoles, window: Window): Promise<void> {
  await window.page.getByLabel(/注意事項をすべて読み/).check();
  await window.press('本人確認をする');
  await window.page.getByText('登録されていない端末です').waitFor();
  await enrol(consoles, window);
  await window.press('もう一度確かめる');
  await window.page.getByRole('heading', { name: '1. 通話と目的' }).waitFor();
}

/** Purpose and direction; the number of the call is made. */
export async function startCall({ page }: Window): Promise<void> {
  await page.getByLabel('停電の問い合わせ').check();
  await page.getByLabel('受けた電話').check();
  await page.getByRole('button', { name: '検索へ進む' }).click();
}

/** By the whole number, in full width, and what the caller says of the telephone. */
export async function fillIn({ page }: Window, point: SamplePoint): Promise<void> {
  await page.getByLabel(/^番号・電話番号・住所/).fill(wide(point.supply_point_id));
  await page.getByText('供給地点特定番号として探します').waitFor();
  await page.getByLabel('連絡先電話番号の下4桁').check();
  await page.getByLabel(/^相手の答え/).fill(wide(point.contact_phone.replaceAll(/\D/g, '').slice(-4)));
}

export async function seek(window: Window, point: SamplePoint): Promise<void> {
  await fillIn(window, point);
  await window.press('検索する');
}

/** As an input method types digits. */
function wide(digits: string): string {
  return digits.replaceAll(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
}
