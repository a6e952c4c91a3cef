import { expectStatus } from '../stories/storm.js';
import { Consoles, PHONE, type Window } from './console.js';

const YEAR_MS = 365 * 24 * 3_600_000;

/** Eighty trained people more, by two officers. */
async function fed(consoles: Consoles): Promise<void> {
  const { storm } = consoles.broker;
  const at = (ms: number): string => new Date(consoles.broker.now() + ms).toISOString();
  const people = Array.from({ length: 80 }, (_, n) => ({
    id: `operator-a-${n + 101}`,
    natural_person_key: `np-operator-a-${n + 101}`,
    role: 'operator',
    name: `夜間 ${String(n + 1).padStart(3, '0')}号`,
    employment: 'employee',
    duty: 'call_response',
    training_for: 'employee',
    training_content_version: '2026-1',
    training_completed_at: at(-YEAR_MS / 12),
    training_valid_until: at(YEAR_MS / 2),
    pledged_at: at(-YEAR_MS / 12),
    pledge_version: '2026-1',
    recertified_until: at(YEAR_MS / 4),
  }));
  const proposer = await storm.person('officer-1');
  const feed = { organization_id: 'retailer-a', people };
  const { change_id: change } = expectStatus(await proposer.post('/api/v1/people', feed), 202);
  const confirmer = await storm.person('officer-2');
  expectStatus(await confirmer.post(`/api/v1/changes/${String(change)}/confirm`), 200);
}

describe('a supervisor', () => {
  let consoles: Consoles;
  let declarationId: string;
  beforeAll(async () => {
    consoles = await Consoles.start();
    await fed(consoles);
    declarationId = (await consoles.broker.storm.declared()).id;
  });
  afterAll(() => consoles.stop());

  const called = async (seats: number): Promise<string> => {
    const organizations = [{ organization_id: 'retailer-a', seats }];
    return (await consoles.broker.storm.called(declarationId, { organizations })).id;
  };
  const nominations = async (callId: string): Promise<{ id: string; results: { verdict: string }[] }[]> => {
    const supervisor = await consoles.broker.storm.person('supervisor-a');
    type Listed = { items: { id: string; support_call_id: string; results: { verdict: string }[] }[] };
    const { items } = expectStatus(await supervisor.get<Listed>('/api/v1/nominations?limit=100'), 200);
    return items.filter((one) => one.support_call_id === callId);
  };

  it('nominates eighty people in one act, and sees who covers which hours', async () => {
    const callId = await called(100);
    const window = await consoles.as('supervisor-a');
    const { page } = window;
    await page.getByRole('heading', { name: '応援要請' }).waitFor();
    expect(await window.faults()).toEqual([]);
    await page.locator(`a[href="/calls/${callId}"]`).click();
    await page.getByRole('heading', { name: 'まず、閲覧権限なしでできること' }).waitFor();
    expect(await window.faults()).toEqual([]);
    await window.press('応援者を指名する');

    // Nothing is ticked beforehand; what is ticked survives pages and filters, and is counted.
    await page.getByText('0名を選択中').waitFor();
    await page.getByLabel('応対 A01号を選ぶ').check();
    await window.press('次の100件');
    await page.getByText('2ページ目').waitFor();
    await page.getByText('1名を選択中').waitFor();
    await window.fill(/^名前・識別子でしぼり込む/, '夜 間');
    await window.press('しぼり込んだ80名をすべて選ぶ');
    await page.getByText('81名を選択中').waitFor();
    await window.press('4時間後');
    expect(await window.faults()).toEqual([]);

    // Pressed twice, it is done once.
    await page.getByRole('button', { name: '81名を指名する' }).dblclick();
    await page.getByText('適格 81名').waitFor();
    await page.getByText('本部の承認を待っています。').waitFor();
    expect(await window.faults()).toEqual([]);
    const made = await nominations(callId);
    expect(made.map(({ results }) => results.length)).toEqual([81]);

    await consoles.broker.storm.approved(made[0]?.id ?? '');
    await page.getByRole('link', { name: '要請へ戻る' }).click();
    await page.getByText('だれがどの時間を受け持つか').waitFor();
    await page.getByText('表で見る').click();
    await page.getByRole('cell', { name: '81名' }).first().waitFor();
    expect(await window.faults()).toEqual([]);
    expect(window.errors).toEqual([]);
  });

  it('pastes a list of any width, sees match, several and unknown, and tries the refused ones again', async () => {
    await consoles.broker.database.asOwner(
      `update person set name = '山田 太郎' where id in ('operator-a-20', 'operator-a-21')`,
    );
    const callId = await called(2);
    const window = await consoles.as('supervisor-a', { size: PHONE });
    const { page } = window;
    await window.open(`/calls/${callId}/nominate`);
    await page.getByLabel('Excel から貼り付ける').check();
    await page
      .getByLabel(/^名前または識別子/)
      .fill('ｏｐｅｒａｔｏｒ-ａ-０５\n応対A06号\n山田太郎\noperator-a-38\nだれでもない');
    await window.press('名簿と照らし合わせる');
    await page.getByText('一致 3・候補複数 1・不明 1').waitFor();
    await page.getByText('利益相反の登録がある').waitFor();
    expect(await window.faults()).toEqual([]);
    await page.getByText('0名を選択中').waitFor();
    await window.press('一致した適格の2名を選ぶ');
    await page.getByLabel(/operator-a-21/).check();
    await page.getByText('3名を選択中').waitFor();
    await window.press('2時間後');
    await window.press('3名を指名する');
    await page.getByText('席が残っていない').waitFor();
    await window.press('送り直せる1名だけをもう一度送る');
    await page.getByText('適格 3名').waitFor();
    const made = await nominations(callId);
    expect(made.map(({ results }) => results.length).sort()).toEqual([1, 3]);
    expect(await window.faults()).toEqual([]);
  });

  it('finds the draft again after the session has ended, by the keyboard alone', async () => {
    const callId = await called(5);
    const window = await consoles.as('supervisor-a');
    const { page } = window;
    await window.open(`/calls/${callId}/nominate`);
    await tabTo(window, '応対 A02号を選ぶ');
    await page.keyboard.press('Space');
    await page.getByText('1名を選択中').waitFor();
    await tabTo(window, '2時間後');
    await page.keyboard.press('Enter');
    await page.context().clearCookies();
    await tabTo(window, '1名を指名する');
    await page.keyboard.press('Enter');
    await page.getByText('サインインが切れました。', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'supervisor-aとしてサインイン' }).click();
    await page.getByText('1名を選択中').waitFor();
    await tabTo(window, '1名を指名する');
    await page.keyboard.press('Enter');
    await page.getByText('適格 1名').waitFor();
    expect(await nominations(callId)).toHaveLength(1);
  });

  it('declines, knows the own people, suspends, and tells of a lost terminal', async () => {
    const { storm } = consoles.broker;
    const callId = await called(5);
    const nomination = await storm.nominated(callId, ['operator-a-11']);
    await storm.approved(nomination.id);
    await storm.enrolled();
    const window = await consoles.as('supervisor-a');
    const { page } = window;
    await window.open(`/calls/${callId}`);
    await page.getByRole('button', { name: '停止する 応対 A11号' }).click();
    await page.getByLabel(/^理由/).fill('画面を離れたため');
    expect(await window.faults()).toEqual([]);
    await page.locator('dialog').getByRole('button', { name: '停止する' }).click();
    await page.getByText('停止しました。').waitFor();
    await page.getByRole('cell', { name: '停止中' }).waitFor();

    const other = await called(3);
    await window.open(`/calls/${other}`);
    await window.press('辞退する');
    await page.getByLabel(/^辞退の理由/).fill('自社の受電で手いっぱいのため');
    await page.locator('dialog').getByRole('button', { name: '辞退する' }).click();
    await page.getByText('辞退しました。').waitFor();

    await window.open('/people');
    await window.fill(/^名前・識別子でしぼり込む/, 'A-３７');
    await page.getByText('研修の期限切れ').waitFor();
    expect(await window.faults()).toEqual([]);

    await window.open('/terminals');
    await page
      .getByRole('button', { name: /^紛失を届ける/ })
      .first()
      .click();
    await page.getByLabel(/^なくした状況/).fill('移動の途中で見当たらなくなった');
    await page.locator('dialog').getByRole('button', { name: '紛失を届ける' }).click();
    await page.getByText('紛失を登録しました。').waitFor();
    expect(await window.faults()).toEqual([]);
    expect(window.errors).toEqual([]);
  });

  it.each(['/', '/people', '/terminals'])('has %s in English without a fault', async (path) => {
    const window = await consoles.as('supervisor-a', { language: 'en' });
    await window.open(path);
    await window.page.locator('main h1').waitFor();
    expect(await window.faults()).toEqual([]);
  });
});

/** Goes on with the Tab key until what has the name has the focus. */
async function tabTo({ page }: Window, name: string): Promise<void> {
  const wanted = page.getByRole('button', { name, exact: true }).or(page.getByLabel(name, { exact: true }));
  await wanted.first().waitFor();
  for (let presses = 0; presses < 400; presses += 1) {
    if (await wanted.first().evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} cannot be reached with the Tab key`);
}
