import { Consoles, type Window } from './console.js';
import { begin, enrol } from './operator-acts.js';

describe('an operator who comes and goes', () => {
  let consoles: Consoles;
  beforeAll(async () => {
    consoles = await Consoles.start();
    const { storm } = consoles.broker;
    const call = await storm.called((await storm.declared()).id);
    const nomination = await storm.nominated(call.id, ['operator-a-01', 'operator-a-02']);
    await storm.approved(nomination.id);
  });
  afterAll(() => consoles.stop());

  it('reads the notice out of the page itself: neither it nor the grant is asked for', async () => {
    const window = await consoles.as('operator-a-01');
    const asked: string[] = [];
    await window.page.getByText('1. 目的').waitFor();
    window.page.on('request', (request) => {
      // What the page before it had asked for is not of this one.
      if (request.resourceType() === 'document') asked.length = 0;
      asked.push(new URL(request.url()).pathname);
    });
    await window.page.reload();
    await window.page.getByText('1. 目的').waitFor();
    expect(asked).toContain('/');
    expect(asked.filter((path) => /\/(grants|notice)$/.test(path))).toEqual([]);
    expect(window.errors).toEqual([]);
    await window.context.close();
  });

  it('finds neither in the page of anybody else', async () => {
    const window = await consoles.as('supervisor-a');
    await window.page.reload();
    const text = (await window.page.locator('#first-answers').textContent()) ?? '';
    expect(text).toContain('/api/v1/situation');
    expect(text).not.toContain('/api/v1/grants');
    await window.context.close();
  });

  it('gives the credential back by signing out, and can go on at another terminal at once', async () => {
    const first = await consoles.as('operator-a-02');
    await begin(consoles, first);
    const given = first.page.waitForResponse('**/oauth/revoke');
    await first.press('サインアウト');
    expect((await given).status()).toBe(200);
    await first.page.getByRole('heading', { level: 1, name: 'サインイン' }).waitFor();

    const second: Window = await consoles.as('operator-a-02');
    await second.page.getByText('登録されていない端末です').waitFor();
    await enrol(consoles, second);
    await second.press('もう一度確かめる');
    await second.page.getByRole('heading', { name: '1. 通話と目的' }).waitFor();
    expect([...first.errors, ...second.errors]).toEqual([]);
  });
});
