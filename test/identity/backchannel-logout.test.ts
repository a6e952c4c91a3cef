import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { send, type Answer } from '../stories/actors.js';
import type { Browser } from './browser.js';
import { IdentityHouse } from './house.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let house: IdentityHouse;
beforeAll(async () => {
  house = await IdentityHouse.open();
  await house.map('hq-1', 'utility', 'E-ichiro');
  await house.map('hq-2', 'utility', 'E-niko');
  await house.map('operator-a-01', 'retailer-a', 'ichiro');
}, 120_000);
afterAll(() => house.close(), 120_000);

const isIn = async (browser: Browser): Promise<boolean> =>
  (await house.call(browser, 'GET', '/api/v1/session')).status === 200;

const logout = (token: string, provider = 'utility'): Promise<Answer> =>
  send(`${house.url}/api/v1/sign-in/${provider}/backchannel-logout`, 'POST', `logout_token=${token}`, {
    'content-type': 'application/x-www-form-urlencoded',
  });

const claims = (more: object = {}): Record<string, unknown> => {
  const now = Math.floor(house.broker.now() / 1000);
  return {
    iss: house.utility.issuer,
    aud: house.utility.clientId,
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    events: { [EVENT]: {} },
    sub: 'ichiro',
    ...more,
  };
};

describe('back-channel logout', () => {
  it('ends what stands on the provider’s session when somebody signs out there', async () => {
    const browser = await house.signedIn('ichiro');
    const page = await browser.open(`${house.utility.issuer}/session/end`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const body = new URLSearchParams({ xsrf, logout: 'yes' });
    await browser.open(`${house.utility.issuer}/session/end/confirm`, { method: 'POST', body });
    expect(await isIn(browser)).toBe(false);
    const [record] = await house.broker.records(`type = 'session.provider_logout'`);
    expect(record).toMatchObject({ person_id: 'hq-1' });
  });

  it('by the person, ends all that the provider vouched for, and nobody else’s', async () => {
    const [one, two, other] = [
      await house.signedIn('ichiro'),
      await house.signedIn('ichiro'),
      await house.signedIn('niko'),
    ];
    const elsewhere = await house.signedIn('ichiro', 'retailer-a');
    const { browser: passkey } = await house.session({
      personId: 'hq-1',
      method: 'passkey',
      steppedUp: true,
    });
    expect((await logout(await house.utility.sign(claims()))).status).toBe(200);
    expect(await Promise.all([one, two, other, elsewhere, passkey].map(isIn))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('by a session of the provider, ends that one only', async () => {
    const [one, two] = [await house.signedIn('ichiro'), await house.signedIn('ichiro')];
    const rows = await house.broker.database.asOwner<{ provider_sid: string }>(
      `select provider_sid from session where person_id = 'hq-1' and provider = 'utility' and ended_at is null order by created_at`,
    );
    const ofSession = claims({ sub: undefined, sid: rows[0]?.provider_sid });
    expect((await logout(await house.utility.sign(ofSession))).status).toBe(200);
    expect([await isIn(one), await isIn(two)]).toEqual([false, true]);
  });

  it('is heard once', async () => {
    const token = await house.utility.sign(claims());
    expect((await logout(token)).status).toBe(200);
    const browser = await house.signedIn('ichiro');
    const again = await logout(token);
    expect([again.status, again.body['code']]).toEqual([400, 'invalid_logout_token']);
    expect(again.headers.get('cache-control')).toBe('no-store');
    expect(await isIn(browser)).toBe(true);
  });

  it.each<[string, () => object]>([
    ['another issuer', () => ({ iss: house.retailer.issuer })],
    ['another audience', () => ({ aud: 'somebody-else' })],
    ['no event', () => ({ events: {} })],
    ['another event', () => ({ events: { 'http://schemas.openid.net/event/other': {} } })],
    ['events that are a list', () => ({ events: [EVENT] })],
    ['a nonce (an ID token)', () => ({ nonce: 'n' })],
    ['no jti', () => ({ jti: undefined })],
    ['no iat', () => ({ iat: undefined })],
    ['an iat of ten minutes ago', () => ({ iat: Math.floor(house.broker.now() / 1000) - 600 })],
    ['an iat in the future', () => ({ iat: Math.floor(house.broker.now() / 1000) + 600 })],
    ['neither sub nor sid', () => ({ sub: undefined })],
    ['a sid that is no text', () => ({ sid: 7 })],
  ])('is refused with %s', async (_what, more) => {
    const browser = await house.signedIn('ichiro');
    const answer = await logout(await house.utility.sign(claims(more())));
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_logout_token']);
    expect(await isIn(browser)).toBe(true);
  });

  it('is refused when signed by nobody, by a stranger, or with a shared secret', async () => {
    const browser = await house.signedIn('ichiro');
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const token of [
      await house.utility.sign(claims(), {}, await exportJWK(privateKey)),
      `${part({ alg: 'none' })}.${part(claims())}.`,
      `${part({ alg: 'HS256' })}.${part(claims())}.${'A'.repeat(43)}`,
      'not-a-token',
      '',
    ]) {
      const answer = await logout(token);
      expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_logout_token']);
    }
    expect((await logout(await house.utility.sign(claims()), 'nobody')).status).toBe(404);
    expect(await isIn(browser)).toBe(true);
    // The control: the provider's own word.
    expect((await logout(await house.utility.sign(claims()))).status).toBe(200);
    expect(await isIn(browser)).toBe(false);
  });
});
