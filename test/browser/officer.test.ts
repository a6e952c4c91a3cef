import { Consoles, PHONE, type Language, type Window } from './console.js';

const HEAD = '識別子,本人の鍵（名寄せ用）,役割,氏名,雇用,研修の対象外の列,研修の有効期限,棚卸の有効期限';

/** A company's list of staff as its personnel office writes it. */
function staff(count: number): Buffer {
  const lines = Array.from({ length: count }, (_, n) => {
    const number = String(n + 1).padStart(4, '0');
    return `operator-b-${number},np-b-${number},応援者,"応対 B${number}号",社員,x,2027/10/1,2027年3月31日`;
  });
  return Buffer.from(`\ufeff${[HEAD, ...lines].join('\r\n')}\r\n`);
}

/** `id,natural_person_key,role,氏名,employment` and a line, as Excel in Japan saves it: Shift_JIS. */
const SHIFT_JIS = Buffer.concat([
  Buffer.from('id,natural_person_key,role,'),
  Buffer.from('8e8196bc', 'hex'),
  Buffer.from(',employment\r\noperator-b-9001,np-b-9001,'),
  Buffer.from('899e89878ed2', 'hex'),
  Buffer.from(','),
  Buffer.from('899e91ce', 'hex'),
  Buffer.from(',employee\r\n'),
]);

async function choose(window: Window, organization: string, name: string, buffer: Buffer): Promise<void> {
  await window.open('/people/import');
  await window.fill(/^会社/, organization);
  await window.page.getByLabel(/^名簿のファイル/).setInputFiles({ name, mimeType: 'text/csv', buffer });
  await window.press('読んで違いを見る');
}

describe('the officers', () => {
  let consoles: Consoles;
  let first: Window;
  let second: Window;
  beforeAll(async () => {
    consoles = await Consoles.start();
    first = await consoles.as('officer-1');
    second = await consoles.as('officer-2');
  });
  afterAll(() => consoles.stop());

  /** The newest proposal, confirmed by the other officer, who sees what it would change. */
  async function confirm(kind: string): Promise<void> {
    await second.open('/changes');
    const card = second.page.getByRole('article').filter({ hasText: kind }).first();
    await card.getByRole('button', { name: '確認して効力を持たせる' }).click();
    await second.page.getByText('確認しました。いまから効力を持ちます。').waitFor();
  }

  it('import 2,000 people in one change: a file in UTF-8 with a mark, previewed, proposed, confirmed', async () => {
    await choose(first, 'retailer-b', '名簿.csv', staff(2_000));
    await first.page.getByText('UTF-8 として2000人を読みました。').waitFor();
    await first.page.getByText('次の見出しは使いません: 研修の対象外の列').waitFor();
    await first.page.getByText(/^新しい人2000人、変わる人0人/).waitFor();
    await first.press('2000人の変更案を出す');
    await first.page.getByText('変更案を出しました。').waitFor();

    await second.open('/changes');
    await second.page.getByText('2000人、').waitFor();
    await second.page.getByText('応対 B0001号').waitFor();
    await confirm('人の登録（名簿）');
    await second.open('/people?organization=retailer-b');
    await second.page
      .getByRole('link', { name: /^operator-b-/ })
      .first()
      .waitFor();
    expect(await second.page.getByRole('row').count()).toBe(101);
    await second.press('次の100件');
    await second.page.getByText('2ページ目').waitFor();
  });

  it('import what Excel in Japan saves, and are told of each cell that cannot be read', async () => {
    await choose(first, 'retailer-b', 'sjis.csv', SHIFT_JIS);
    await first.page.getByText('Shift_JIS として1人を読みました。').waitFor();
    await first.page.getByText('応対', { exact: true }).waitFor();
    const wrong = Buffer.from(
      'id,natural_person_key,role,name,employment,has_conflict,recertified_until\na,k,神様,氏,社員,たぶん,2027/2/30\na,k,応援者,氏,社員,有,2027/2/28\n',
    );
    await choose(first, 'retailer-b', 'wrong.csv', wrong);
    await first.page.getByRole('heading', { name: '直すところが4か所あります' }).waitFor();
    for (const line of ['2行目: 役割「神様」', '2行目: 利益相反の登録「たぶん」', '3行目: 識別子「a」'])
      await first.page.getByText(line).waitFor();
    expect(await first.page.getByRole('button', { name: /変更案を出す/ }).count()).toBe(0);
  });

  it('register an agreement by its clauses; of two proposals on one fact the second is told that it is outdated', async () => {
    await first.open('/agreements');
    await first.page.getByRole('row').filter({ hasText: 'retailer-b' }).getByRole('link').click();
    await first.page.getByText('条項が揃っている').waitFor();
    const propose = async (reason: string): Promise<void> => {
      await first.press('内容を変える');
      await first.page.getByLabel('違約', { exact: true }).uncheck();
      await first.fill(/^選んだ理由/, reason);
      await first.page.getByRole('button', { name: '変更案を出す' }).dblclick();
      await first.page.getByText('変更案を出しました。').waitFor();
    };
    await propose('違約の条項を定めない契約に改めた');
    await propose('別の案として同じところを改めた');
    await second.open('/changes');
    const proposals = second.page.getByRole('article').filter({ hasText: '契約・協定の変更' });
    await proposals.nth(1).waitFor();
    // A press made twice is one proposal each.
    expect(await proposals.count()).toBe(2);
    await proposals.first().getByRole('button', { name: '確認して効力を持たせる' }).click();
    await second.page.getByText('確認しました。いまから効力を持ちます。').waitFor();
    await second.until("document.querySelectorAll('article').length === 1");
    await proposals.first().getByRole('button', { name: '確認して効力を持たせる' }).click();
    await second.page.getByText('提案のあとで元の内容が変わりました。').waitFor();
    await second.page.getByRole('button', { name: '退ける', exact: true }).click();
    await second.press('この案を退ける');
    await second.page.getByText('退けました。何も変わっていません。').waitFor();
    await first.page.reload();
    await first.page.getByText('条項が足りない').first().waitFor();
  });

  it('keep terminals: a window for a key, a loss at once', async () => {
    await consoles.broker.storm.enrolled();
    await first.open('/terminals');
    await first.press('端末登録の窓を開く');
    await first.fill(/^製造番号/, 'PC-77');
    await first.fill(/^会社/, 'retailer-a');
    await first.fill(/^管理者/, 'supervisor-a');
    await first.fill(/^室/, 'osaka-support-1');
    await first.press('端末登録の窓を開く');
    await first.page.getByRole('heading', { name: 'この窓のコード' }).waitFor();
    expect(await first.page.locator('.code').textContent()).toMatch(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
    await first.press('伝え終えた');
    await first.page.getByRole('cell', { name: 'PC-77' }).waitFor();
    await first.page.getByRole('row').filter({ hasText: 'retailer-a' }).getByRole('link').first().click();
    await first.press('紛失を届ける');
    await first.fill(/^理由/, '移動中に紛失したため');
    await first.press('紛失を届ける');
    await first.page.getByText('紛失として止めました。').waitFor();
    await first.page.locator('.status', { hasText: '紛失' }).waitFor();
  });

  it('see what a profile shows beyond the switching support system, and choose under the ceiling', async () => {
    await first.open('/field-profiles/outage-call');
    await first.page.getByText(/^スイッチング支援システムより追加で見える項目は\d+、/).waitFor();
    await first.press('項目と見せ方を変える');
    await first.page.getByText(/^誰にも見せられない項目（\d+）/).waitFor();
    await first.page
      .getByRole('group', { name: /^連絡先電話番号/ })
      .getByLabel('見せない')
      .check();
    await first.press('変更案を出す');
    await first.page.getByText('変更案を出しました。').waitFor();
    await confirm('項目プロファイルの変更');
  });

  it('recertify those who are ticked, on whatever page, in one change', async () => {
    await first.open('/people/recertify');
    await first.fill(/^会社/, 'retailer-b');
    await first.press('表示する');
    await first.page.getByLabel('このページをすべて選ぶ').check();
    await first.page.getByText('100件を選択中').waitFor();
    await first.press('次の100件');
    await first.page.getByText('2ページ目').waitFor();
    await first.page
      .getByLabel(/を選ぶ$/)
      .nth(1)
      .check();
    await first.fill('年', '2027');
    await first.fill('月', '12');
    await first.fill('日', '1');
    await first.press('101人の棚卸を提案する');
    await first.page.getByText('変更案を出しました。').waitFor();
    await second.open('/changes');
    await second.page.getByText('101人、101か所が変わります。').waitFor();
  });

  it('find a draft again after the session ended', async () => {
    await first.open('/organizations');
    await first.press('会社を登録する');
    await first.fill(/^会社名/, '書きかけ電力');
    await first.context.clearCookies();
    await first.page.reload();
    await first.press(/officer-1/);
    await first.press('会社を登録する');
    expect(await first.page.getByLabel(/^会社名/).inputValue()).toBe('書きかけ電力');
    expect([...first.errors, ...second.errors]).toEqual([]);
  });

  const idOf = async (list: string): Promise<string> => {
    const officer = await consoles.broker.storm.person('officer-1');
    return (await officer.get<{ items: { id: string }[] }>(`/api/v1/${list}`)).body.items[0]?.id ?? '';
  };
  const screens = {
    'people and companies': () => [
      ...['/', '/changes', '/changes?state=confirmed', '/organizations', '/organizations/retailer-a'],
      ...['/people', '/people/operator-a-01', '/people/operator-a-01?as_of=2020-01-01T00:00:00Z'],
      ...['/people/import', '/people/recertify'],
    ],
    'all else': async () => [
      ...['/agreements', '/terminals', '/field-profiles', '/field-profiles/outage-call', '/standing-plans'],
      ...['/legal-holds', '/purges', `/agreements/${await idOf('agreements')}`],
      `/terminals/${await idOf('terminals')}`,
    ],
  };
  const windows: [Language, 'phone' | 'desktop'][] = [
    ['ja', 'phone'],
    ['en', 'desktop'],
  ];

  it.each(
    windows.flatMap((one) => Object.entries(screens).map(([name, paths]) => [...one, name, paths] as const)),
  )('have no fault that axe knows, in %s on a %s: %s', async (language, size, _name, paths) => {
    const window = await consoles.as('officer-2', { language, ...(size === 'phone' && { size: PHONE }) });
    expect(await window.faultsOn(await paths())).toEqual([]);
    expect(window.errors).toEqual([]);
    await window.context.close();
  });
});
