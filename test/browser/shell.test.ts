import { Consoles } from './console.js';

describe('the shell', () => {
  let consoles: Consoles;
  beforeAll(async () => {
    consoles = await Consoles.start();
  });
  afterAll(() => consoles.stop());

  it.each(['ja', 'en'] as const)('offers the ways to sign in, in %s, without a fault', async (language) => {
    const window = await consoles.window({ language });
    await window.open('/');
    expect(await window.heading()).toBe(language === 'ja' ? 'サインイン' : 'Sign in');
    expect(await window.page.locator('html').getAttribute('lang')).toBe(language);
    expect(await window.faults()).toEqual([]);
    expect(window.errors).toEqual([]);
    await window.context.close();
  });

  it('signs in by name in the demonstration, survives a reload, and signs out', async () => {
    const window = await consoles.as('auditor-1');
    await window.page.reload();
    await window.page.locator('.who').waitFor();
    expect(await window.faults()).toEqual([]);
    await window.press('サインアウト');
    await window.page.getByRole('heading', { name: 'サインイン', exact: true }).waitFor();
    expect(window.errors).toEqual([]);
    await window.context.close();
  });
});
