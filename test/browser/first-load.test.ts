import { Consoles, type Language } from './console.js';

const ROLES = [
  'hq-1',
  'supervisor-a',
  'operator-a-01',
  'officer-1',
  'compliance-1',
  'auditor-1',
  'regulator-1',
];

describe('the page', () => {
  let consoles: Consoles;
  beforeAll(async () => {
    consoles = await Consoles.start();
  });
  afterAll(() => consoles.stop());

  it.each(
    ROLES.flatMap((id) => (['ja', 'en'] as const).map((language): [string, Language] => [id, language])),
  )(
    'of %s names every script of the first screen, in %s: none is found late, over one more round trip',
    async (id, language) => {
      const window = await consoles.as(id, { language });
      const asked = new Set<string>();
      window.page.on('request', (request) => {
        const { pathname } = new URL(request.url());
        if (request.resourceType() === 'script' && pathname.startsWith('/assets/')) asked.add(pathname);
      });
      const [page] = await Promise.all([
        window.page.waitForResponse((response) => response.request().resourceType() === 'document'),
        window.page.reload(),
      ]);
      const named = [...(await page.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(
        ([, name]) => name,
      );
      await window.page.locator('h1').first().waitFor();
      await window.page.waitForLoadState('networkidle');
      // Names of places are wanted by some screens only, and after what they name is shown.
      expect([...asked].filter((name) => !name.includes('/places-')).sort()).toEqual([...named].sort());
      await window.context.close();
    },
  );
});
