import { ACCESS_TABLE } from '../../src/contract/access-table.js';
import type { SignIn } from '../../src/identity/session.js';
import type { Answer } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';
import { Browser } from './browser.js';
import { codeOf, IdentityHouse } from './house.js';

let house: IdentityHouse;
beforeAll(async () => {
  house = await IdentityHouse.open();
  await house.map('hq-1', 'utility', 'E-ichiro');
  await house.map('hq-2', 'utility', 'E-niko');
}, 120_000);
afterAll(() => house.close(), 120_000);
afterEach(() => {
  house.utility.tamper = undefined;
});

const MINUTE = 60_000;
const declare = (browser: Browser): Promise<Answer> =>
  house.call(browser, 'POST', '/api/v1/declarations', house.broker.storm.declarationBody());
const seen = ({ status, body }: Answer): string => `${status} ${String(body['code'])}`;
const tokenOf = (browser: Browser): string => browser.jar(house.url).get('kashikagi_session') ?? '';
const holding = (token: string): Browser => {
  const browser = new Browser();
  browser.jar(house.url).set('kashikagi_session', token);
  return browser;
};
const passkey = (personId: string, steppedUp: boolean): SignIn => ({
  personId,
  method: 'passkey',
  steppedUp,
});

describe('a proof of presence', () => {
  it('is asked for by the acts that the access table names, and by no ending of one grant', async () => {
    const asking = ACCESS_TABLE.filter(({ needsPresence }) => needsPresence === true);
    expect(asking.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v1/declarations',
      'POST /api/v1/declarations/:id/confirm',
      'POST /api/v1/declarations/:id/lift',
      'POST /api/v1/declarations/:id/revoke-all',
      'POST /api/v1/records/:id/open',
      'POST /api/v1/changes/:id/confirm',
    ]);
    const people = { headquarters: 'hq-1', officer: 'officer-1', auditor: 'auditor-1' };
    for (const { method, path, roles } of asking) {
      for (const [role, id] of Object.entries(people)) {
        if (!roles.includes(role as 'officer')) continue;
        const { browser } = await house.session(passkey(id, false));
        const answer = await house.call(browser, method, path.replace(':id', 'xx_nowhere'), {});
        expect([path, role, seen(answer)]).toEqual([path, role, '403 presence_required']);
        expect(answer.body['next']).toContain('パスキー');
      }
    }
    const { browser } = await house.session(passkey('hq-1', false));
    for (const act of ['suspend', 'revoke']) {
      const answer = await house.call(browser, 'POST', `/api/v1/grants/gr_x/${act}`, {
        reason: '誤って付与したため',
      });
      expect([act, seen(answer)]).toEqual([act, '404 not_found']);
    }
  });

  it('is on record when it is missing, and comes after the role', async () => {
    const { browser } = await house.session(passkey('hq-3', false));
    expect(seen(await declare(browser))).toBe('403 presence_required');
    const [record] = await house.broker.records(`code = 'presence_required' and person_id = 'hq-3'`);
    expect(record).toMatchObject({ decision: 'refuse' });
    const { browser: operator } = await house.session(passkey('operator-a-01', false));
    expect(seen(await declare(operator))).toBe('403 role_not_allowed');
  });

  it('counts for five minutes, by the database’s clock', async () => {
    const { browser } = await house.session(passkey('hq-1', true));
    await house.broker.moveClock(5 * MINUTE - 5_000);
    expect((await declare(browser)).status).toBe(201);
    await house.broker.moveClock(5_000);
    expect(seen(await declare(browser))).toBe('403 presence_required');
    expect((await house.call(browser, 'GET', '/api/v1/declarations')).status).toBe(200);
    await house.broker.moveClock(-5 * MINUTE);
  });

  it('is given by signing in afresh: another session of the same person, the old token dead', async () => {
    const browser = await house.signedIn('ichiro');
    expect(seen(await declare(browser))).toBe('403 presence_required');
    const before = tokenOf(browser);
    await house.signedIn('ichiro', 'utility', '?step_up=1', browser);
    expect(house.utility.authorization?.get('prompt')).toBe('login');
    expect(house.utility.authorization?.get('max_age')).toBe('0');
    expect(tokenOf(browser)).not.toBe(before);
    expect((await house.call(holding(before), 'GET', '/api/v1/session')).status).toBe(401);
    expect((await declare(browser)).status).toBe(201);
    const rows = await house.broker.database.asOwner<{ end_cause: string | null; expires_at: Date }>(
      `select s.end_cause, s.expires_at from session s where person_id = 'hq-1' and method = 'oidc' order by created_at desc limit 2`,
    );
    expect(rows.map((row) => row.end_cause)).toEqual([null, 'rotated']);
    expect(rows[0]?.expires_at).toEqual(rows[1]?.expires_at);
  });

  it('is given with the sign-in itself, where no session was', async () => {
    const browser = await house.signedIn('niko', 'utility', '?step_up=1');
    expect((await declare(browser)).status).toBe(201);
  });

  it('is not somebody else’s', async () => {
    const browser = await house.signedIn('ichiro');
    const token = tokenOf(browser);
    // Nobody is signed in at the provider any more, or it would end ichiro's session with a back-channel logout.
    browser.jar(house.utility.issuer).clear();
    const answer = await browser.walk(house.signInUrl('utility', '?step_up=1'), 'niko');
    expect([answer.status, codeOf(answer.text)]).toEqual([403, 'other_person']);
    expect(tokenOf(browser)).toBe(token);
    expect(seen(await declare(browser))).toBe('403 presence_required');
  });

  it('is not a login of before: the provider says when it was', async () => {
    const { decodeJwt } = await import('jose');
    const now = Math.floor(house.broker.now() / 1000);
    for (const auth_time of [now - 600, undefined, 'now']) {
      house.utility.tamper = (token) => house.utility.sign({ ...decodeJwt(token), auth_time });
      const browser = new Browser();
      const answer = await browser.walk(house.signInUrl('utility', '?step_up=1'), 'ichiro');
      expect([auth_time, answer.status, codeOf(answer.text)]).toEqual([auth_time, 401, 'sign_in_failed']);
    }
  });

  it('is given by a passkey while the provider is down, and then a lift works', async () => {
    const { browser: hq } = await house.session(passkey('hq-1', true));
    const { id } = expectStatus(await declare(hq), 201) as { id: string };
    const old = await house.signedIn('ichiro');
    house.utility.isSilent = true;
    const [session] = await house.broker.database.asOwner<{ id: string }>(
      `select id from session where person_id = 'hq-1' and method = 'oidc' and ended_at is null order by created_at desc`,
    );
    const reason = { reason: '復旧が完了したため' };
    expect(seen(await house.call(old, 'POST', `/api/v1/declarations/${id}/lift`, reason))).toBe(
      '403 presence_required',
    );
    // What a passkey's room does after the touch: the session of the provider is replaced.
    const { browser: fresh } = await house.session({ ...passkey('hq-1', true), replaces: session?.id });
    const lifted = await house.call(fresh, 'POST', `/api/v1/declarations/${id}/lift`, reason);
    expect([lifted.status, lifted.body['live']]).toEqual([200, false]);
    expect((await house.call(old, 'GET', '/api/v1/session')).status).toBe(401);
    house.utility.isSilent = false;
  });

  it('replaces no session of another person, none that has ended, and not twice', async () => {
    const { browser, started } = await house.session(passkey('hq-1', false));
    await expect(house.session({ ...passkey('hq-2', true), replaces: started.id })).rejects.toThrow(
      'not_signed_in',
    );
    await house.session({ ...passkey('hq-1', true), replaces: started.id });
    await expect(house.session({ ...passkey('hq-1', true), replaces: started.id })).rejects.toThrow(
      'not_signed_in',
    );
    expect((await house.call(browser, 'GET', '/api/v1/session')).status).toBe(401);
  });

  it('comes with the demonstration’s sign-in, for as long as that lasts', async () => {
    const hq = await house.person('hq-1');
    await house.broker.moveClock(60 * MINUTE);
    expect((await hq.post('/api/v1/declarations', house.broker.storm.declarationBody())).status).toBe(201);
    await house.broker.moveClock(-60 * MINUTE);
  });
});
