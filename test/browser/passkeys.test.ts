import { createHash, randomBytes } from 'node:crypto';
import { PublicUrl } from '../../src/contract/public-url.js';
import { Consoles, PHONE, Window, type Language } from './console.js';

/** One person's browser with a security key in it that asks for a PIN; the key can be told that the PIN is wrong. */
interface Holder {
  window: Window;
  verifies: (isRight: boolean) => Promise<void>;
}

describe('a passkey', () => {
  let consoles: Consoles;
  let url: string;
  let hq: Holder;

  beforeAll(async () => {
    consoles = await Consoles.start();
    // WebAuthn takes no IP address for a relying party.
    url = consoles.broker.url.replace('127.0.0.1', 'localhost');
    consoles.broker.instances[0]?.app.get(PublicUrl).set(url);
    hq = await holder();
    await hq.window.signInAs('hq-1');
  });
  afterAll(() => consoles.stop());

  async function windowOf(language: Language = 'ja'): Promise<Window> {
    const { context, page } = await consoles.window({ language, ...(language === 'ja' && { size: PHONE }) });
    return new Window(page, context, url);
  }
  async function holder(): Promise<Holder> {
    const window = await windowOf();
    const browser = await window.context.newCDPSession(window.page);
    await browser.send('WebAuthn.enable');
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    } as const;
    const { authenticatorId } = await browser.send('WebAuthn.addVirtualAuthenticator', { options });
    const verifies = async (isUserVerified: boolean): Promise<void> => {
      await browser.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    };
    return { window, verifies };
  }
  const as = async (personId: string, language: Language = 'ja'): Promise<Window> => {
    const window = await windowOf(language);
    await window.signInAs(personId);
    return window;
  };

  it('is shown by its person, proposed and confirmed by two officers, all in the console', async () => {
    const { page } = hq.window;
    await page.getByRole('link', { name: 'パスキー', exact: true }).click();
    await hq.window.press('パスキーを示す');
    await page.getByText('入力してください。', { exact: true }).waitFor();
    await hq.window.fill(/^見分けるための名前/, '黒いキー');
    await hq.window.press('パスキーを示す');
    const told = await page.getByText(/^示しました。指紋 /).innerText();
    const fingerprint = /指紋 (\S+)/.exec(told)?.[1] ?? '';
    expect(fingerprint).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4})+$/);
    await page.getByRole('cell', { name: '確認待ち' }).waitFor();
    expect(await hq.window.faults()).toEqual([]);

    const officer = await as('officer-1', 'en');
    await officer.open('/passkeys');
    const row = officer.page.getByRole('row').filter({ hasText: fingerprint });
    await row.getByRole('cell', { name: 'hq-1', exact: true }).waitFor();
    expect(await officer.faults()).toEqual([]);
    await row.getByRole('button', { name: 'Propose: hq-1 黒いキー' }).click();
    await officer.page.getByText(/^Proposed\./).waitFor();

    const second = await as('officer-2');
    await second.open('/changes');
    const card = second.page.getByRole('article').filter({ hasText: fingerprint });
    await card.getByRole('button', { name: '確認して効力を持たせる' }).click();
    await second.page.getByText('確認しました。いまから効力を持ちます。').waitFor();
    expect([...officer.errors, ...second.errors]).toEqual([]);
    await Promise.all([officer.context.close(), second.context.close()]);
  });

  it('signs in: not while its PIN is wrong, and then its person', async () => {
    const { page } = hq.window;
    await hq.window.press('サインアウト');
    await hq.window.open('/');
    await hq.verifies(false);
    await hq.window.press('パスキーでサインイン');
    await page.getByText('パスキーを使えませんでした。もう一度お試しください。').waitFor();
    expect(await page.locator('.who').count()).toBe(0);
    await hq.verifies(true);
    await hq.window.press('パスキーでサインイン');
    await page.locator('.who').getByText('本部 一郎').waitFor();
    const [opened] = await consoles.broker
      .records(`type = 'session.started' and person_id = 'hq-1'`)
      .then((all) => all.slice(-1));
    expect(JSON.stringify(opened)).toContain('passkey');
  });

  it('proves presence where an act needs it, and the act goes on as it was written', async () => {
    const { page } = hq.window;
    const { storm } = consoles.broker;
    const { id } = await storm.declared();
    await consoles.broker.moveClock(6 * 60_000);
    await hq.window.open(`/declarations/${id}`);
    await hq.window.press('解除する');
    await hq.window.fill(/^解除の理由/, '復旧が完了したため');
    await hq.window.fill(/^確認のため/, '解除');
    await page.locator('dialog').getByRole('button', { name: '解除する' }).click();
    await page.getByRole('heading', { name: '本人の確認' }).waitFor();
    await hq.verifies(false);
    await hq.window.press('パスキーで確認する');
    await page.getByText('パスキーを使えませんでした。もう一度お試しください。').waitFor();
    await hq.verifies(true);
    await hq.window.press('パスキーで確認する');
    await page.getByText('解除しました。').waitFor();
    expect(
      await consoles.broker.records(`type = 'declaration.lifted' and declaration_id = $1`, [id]),
    ).toHaveLength(1);
  });

  it('is revoked by its person: what it had opened ends at once, and it opens nothing more', async () => {
    const { page } = hq.window;
    await hq.window.open('/passkeys');
    await hq.window.press('取り消す: 黒いキー');
    await page.getByLabel(/^取消の理由/).fill('なくしたため');
    await page.locator('dialog').getByRole('button', { name: '取り消す' }).click();
    await page.getByText('サインインが切れました。', { exact: false }).waitFor();
    await hq.window.press('パスキーでサインイン');
    await page.getByRole('alert').filter({ hasText: '送れませんでした' }).waitFor();
    expect(await page.locator('.who').count()).toBe(0);
    expect(hq.window.errors).toEqual([]);
  });

  it('brings the first officers in by the code of the installation', async () => {
    const code = randomBytes(32).toString('base64url');
    await consoles.broker.database.asOwner(
      `insert into first_enrolment (person_id, code_hash, expires_at)
       values ('officer-1', decode('${createHash('sha256').update(code).digest('hex')}', 'hex'), broker_now() + interval '1 hour')`,
    );
    const { window } = await holder();
    const { page } = window;
    await window.open('/first-passkey');
    expect(await window.faults()).toEqual([]);
    const typed = async (text: string): Promise<void> => {
      await window.fill(/^登録コード/, text);
      await window.fill(/^見分けるための名前/, '設置の日のキー');
      await window.press('パスキーを登録する');
    };
    await typed('A'.repeat(43));
    await page.getByRole('alert').filter({ hasText: '送れませんでした' }).waitFor();
    await typed(`　${code} `);
    await page.getByText('登録しました。このパスキーでサインインできます。').waitFor();
    await page.getByRole('link', { name: 'サインインへ進む' }).click();
    await window.press('パスキーでサインイン');
    await page.locator('.who').getByText('情報管理責任者').waitFor();
    expect(window.errors).toEqual([]);
  });
});
