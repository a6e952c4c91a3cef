import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { Browser } from './browser.js';
import { codeOf, IdentityHouse } from './house.js';

let house: IdentityHouse;
beforeAll(async () => {
  house = await IdentityHouse.open();
  await house.map('hq-1', 'utility', 'E-ichiro');
  await house.map('operator-a-01', 'retailer-a', 'hana');
}, 120_000);
afterAll(() => house.close(), 120_000);
afterEach(() => {
  house.utility.tamper = undefined;
  house.utility.isSilent = false;
});

const session = (browser: Browser): Promise<{ status: number; body: Record<string, unknown> }> =>
  house.call(browser, 'GET', '/api/v1/session');

describe('sign-in at an identity provider', () => {
  it('is offered by name, and begins and ends a session of the mapped person', async () => {
    const ways = await fetch(`${house.url}/api/v1/sign-in`);
    expect(await ways.json()).toMatchObject({
      demonstration: true,
      passkeys: false,
      providers: [{ id: 'utility', path: '/api/v1/sign-in/utility' }, { id: 'retailer-a' }],
    });
    const browser = await house.signedIn('ichiro', 'utility', '?return_to=/declarations%3Flive%3D1');
    expect((await session(browser)).body).toMatchObject({ person: { id: 'hq-1' }, roles: ['headquarters'] });
    expect(house.utility.authorization?.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(house.utility.authorization?.get(name)?.length).toBeGreaterThan(40);
    const [record] = await house.broker.records(`type = 'session.started' and payload like '%"oidc"%'`);
    expect(JSON.parse(String(record?.['payload']))).toMatchObject({
      personId: 'hq-1',
      details: { method: 'oidc', provider: 'utility', stepped_up: false, without_identity_provider: false },
    });
    expect((await house.call(browser, 'DELETE', '/api/v1/session')).status).toBe(204);
    expect((await session(browser)).status).toBe(401);
  });

  it('goes on by a page of ours, so that a strict cookie comes along, and to a path of ours only', async () => {
    const browser = new Browser();
    const seen = await browser.walk(house.signInUrl('utility', '?return_to=/inbox'), 'ichiro');
    expect(seen.text).toContain('content="0; url=/inbox"');
    const cookie = seen.headers.getSetCookie().find((line) => line.startsWith('kashikagi_session='));
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    for (const elsewhere of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'evil',
      '/a\nb',
      '/"><script>',
    ]) {
      const refused = await new Browser().open(
        house.signInUrl('utility', `?return_to=${encodeURIComponent(elsewhere)}`),
      );
      expect([elsewhere, refused.status, codeOf(refused.text)]).toEqual([elsewhere, 422, 'invalid_input']);
    }
  });

  it('ends the session that the browser had, whoever’s it was', async () => {
    const { browser, started } = await house.session({
      personId: 'hq-2',
      method: 'passkey',
      steppedUp: true,
    });
    await house.signedIn('ichiro', 'utility', '', browser);
    expect((await session(browser)).body).toMatchObject({ person: { id: 'hq-1' } });
    const old = new Browser();
    old.jar(house.url).set('kashikagi_session', started.token);
    expect((await session(old)).status).toBe(401);
  });

  it('tells a person in a page, and a program in JSON, that the provider is away and a passkey helps', async () => {
    const other = await IdentityHouse.open();
    try {
      await other.utility.stop();
      const seen = await new Browser().open(other.signInUrl());
      expect([seen.status, codeOf(seen.text)]).toEqual([503, 'provider_unavailable']);
      expect(seen.text).toContain('パスキー');
      const program = await fetch(other.signInUrl(), { redirect: 'manual' });
      expect(await program.json()).toMatchObject({ code: 'provider_unavailable' });
      expect((await other.call(new Browser(), 'GET', '/api/v1/sign-in')).status).toBe(200);
    } finally {
      await other.close();
    }
  }, 120_000);

  it('does not wait for a provider that is silent at the exchange', async () => {
    const browser = new Browser();
    const back = await house.upToReturn('ichiro', 'utility', browser);
    house.utility.isSilent = true;
    const seen = await browser.open(back.href);
    expect([seen.status, codeOf(seen.text)]).toEqual([503, 'provider_unavailable']);
  });

  it('reads what the provider says of itself once in a while, not at each sign-in', async () => {
    const asked = (): number => house.utility.asked.get('/.well-known/openid-configuration') ?? 0;
    await new Browser().open(house.signInUrl());
    const before = asked();
    await new Browser().open(house.signInUrl());
    expect(asked()).toBe(before);
    await house.broker.moveClock(11 * 60_000);
    await new Browser().open(house.signInUrl());
    expect(asked()).toBe(before + 1);
    await house.broker.moveClock(-11 * 60_000);
  });
});

describe('a return that is not the one we asked for', () => {
  const refusedAs = async (browser: Browser, url: URL): Promise<[number, string | undefined]> => {
    const seen = await browser.open(url.href);
    expect(browser.jar(house.url).has('kashikagi_session')).toBe(false);
    return [seen.status, codeOf(seen.text)];
  };

  it('has another state, or none', async () => {
    const browser = new Browser();
    const back = await house.upToReturn('ichiro', 'utility', browser);
    const other = new URL(back);
    other.searchParams.set('state', 'x'.repeat(43));
    expect(await refusedAs(browser, other)).toEqual([401, 'sign_in_expired']);
    other.searchParams.delete('state');
    expect(await refusedAs(browser, other)).toEqual([401, 'sign_in_expired']);
    // The control: the real one still works.
    expect((await browser.open(back.href)).status).toBe(200);
  });

  it('is brought by another browser (a planted sign-in)', async () => {
    const back = await house.upToReturn('ichiro');
    expect(await refusedAs(new Browser(), back)).toEqual([401, 'sign_in_expired']);
  });

  it('comes twice', async () => {
    const browser = new Browser();
    const back = await house.upToReturn('ichiro', 'utility', browser);
    expect((await browser.open(back.href)).status).toBe(200);
    const again = await browser.open(back.href);
    expect([again.status, codeOf(again.text)]).toEqual([401, 'sign_in_expired']);
  });

  it('brings a code that was used, or is of another', async () => {
    const [one, two] = [new Browser(), new Browser()];
    const [mine, theirs] = [
      await house.upToReturn('ichiro', 'utility', one),
      await house.upToReturn('jiro', 'utility', two),
    ];
    mine.searchParams.set('code', theirs.searchParams.get('code') ?? '');
    expect(await refusedAs(one, mine)).toEqual([401, 'sign_in_failed']);
  });

  it('comes after ten minutes', async () => {
    const browser = new Browser();
    const back = await house.upToReturn('ichiro', 'utility', browser);
    await house.broker.moveClock(10 * 60_000 + 1_000);
    expect(await refusedAs(browser, back)).toEqual([401, 'sign_in_expired']);
    await house.broker.moveClock(-10 * 60_000 - 1_000);
  });

  it('names another issuer, or comes to another provider’s address (mix-up)', async () => {
    const browser = new Browser();
    const back = await house.upToReturn('ichiro', 'utility', browser);
    const elsewhere = new URL(back);
    elsewhere.pathname = elsewhere.pathname.replace('/utility/', '/retailer-a/');
    expect(await refusedAs(browser, elsewhere)).toEqual([401, 'sign_in_expired']);
    back.searchParams.set('iss', house.retailer.issuer);
    expect(await refusedAs(browser, back)).toEqual([401, 'sign_in_failed']);
  });

  it('has no verifier for its challenge (PKCE)', async () => {
    const browser = new Browser();
    const back = await house.upToReturn('ichiro', 'utility', browser);
    await house.broker.database.asOwner(`update sign_in_attempt set code_verifier = repeat('x', 43)`);
    expect(await refusedAs(browser, back)).toEqual([401, 'sign_in_failed']);
  });

  it('says that the provider refused', async () => {
    const browser = new Browser();
    const back = await house.upToReturn('ichiro', 'utility', browser);
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    expect(await refusedAs(browser, back)).toEqual([401, 'sign_in_failed']);
  });

  it.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ['another nonce', (claims) => ({ ...claims, nonce: 'n'.repeat(43) })],
    ['no nonce', ({ nonce: _, ...claims }) => claims],
    ['another audience', (claims) => ({ ...claims, aud: 'somebody-else' })],
    ['another issuer', (claims) => ({ ...claims, iss: 'https://issuer.example' })],
    ['an end that is past', (claims) => ({ ...claims, exp: 1_700_000_000 })],
    ['no claim of the mapping', ({ employee_number: _, ...claims }) => claims],
    ['a claim that is no text', (claims) => ({ ...claims, employee_number: ['E-ichiro'] })],
  ])('has an ID token with %s', async (_what, change) => {
    house.utility.tamper = (token) => house.utility.sign(change(decodeJwt(token)));
    const browser = new Browser();
    const back = await house.upToReturn('ichiro', 'utility', browser);
    expect(await refusedAs(browser, back)).toEqual([401, 'sign_in_failed']);
  });

  it('has an ID token that somebody else signed, or nobody', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const stranger = await exportJWK(privateKey);
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const forgeries: ((token: string) => Promise<string>)[] = [
      (token) => house.utility.sign(decodeJwt(token), {}, stranger),
      (token) => Promise.resolve(`${part({ alg: 'none' })}.${part(decodeJwt(token))}.`),
      (token) => Promise.resolve(token.replace(/\.[^.]+$/, `.${'A'.repeat(342)}`)),
    ];
    for (const forge of forgeries) {
      house.utility.tamper = forge;
      const browser = new Browser();
      expect(await refusedAs(browser, await house.upToReturn('ichiro', 'utility', browser))).toEqual([
        401,
        'sign_in_failed',
      ]);
    }
    // The control: the same path with the provider's own key lets them in.
    house.utility.tamper = (token) => house.utility.sign(decodeJwt(token));
    await house.signedIn('ichiro');
  });
});

describe('whom a provider vouches for', () => {
  const refusal = async (login: string, provider: string): Promise<string | undefined> => {
    const seen = await new Browser().walk(house.signInUrl(provider), login);
    expect(seen.status).toBe(403);
    return codeOf(seen.text);
  };

  it('is refused, on record and sealed, where two persons have mapped nobody', async () => {
    expect(await refusal('saburo', 'utility')).toBe('unknown_subject');
    const [record] = await house.broker.records(`type = 'session.refused' and code = 'unknown_subject'`);
    expect(record).toMatchObject({ decision: 'refuse', person_id: null });
    expect(String(record?.['payload'])).not.toContain('saburo');
  });

  it('is never found by what another provider says, nor by an address', async () => {
    // hana is mapped at the retailer's provider; the same word at the utility's means nobody.
    expect(await refusal('hana', 'utility')).toBe('unknown_subject');
    // sub is mapped at the retailer's; the utility's people are known by their employee number, not by sub.
    await house.map('hq-3', 'utility', 'kyoko');
    expect(await refusal('kyoko', 'utility')).toBe('unknown_subject');
    // And everybody there has the same address.
    expect(await refusal('shared@example.jp', 'utility')).toBe('unknown_subject');
  });

  it('is of its organizations: at the mapping, and at each sign-in', async () => {
    const officer = await house.person('officer-1');
    const proposed = await officer.post('/api/v1/people/operator-a-02/identities', {
      provider: 'utility',
      subject: 'E-taro',
    });
    expect([proposed.status, proposed.body['code']]).toEqual([403, 'provider_of_other_organization']);
    // Around the service, as the tables' owner: the sign-in looks again.
    await house.broker.database.asOwner(
      `insert into person_identity (id, provider, subject, person_id) values ('pi_x', 'utility', 'E-taro', 'operator-a-02')`,
    );
    expect(await refusal('taro', 'utility')).toBe('provider_of_other_organization');
  });

  it('is not let in once they have left', async () => {
    await house.map('operator-a-05', 'retailer-a', 'goro');
    await house.signedIn('goro', 'retailer-a');
    const officer = await house.person('officer-1');
    const { body } = await officer.post('/api/v1/people/operator-a-05/retire');
    await house.confirm(String(body['change_id']));
    expect(await refusal('goro', 'retailer-a')).toBe('person_left');
  });

  it('is mapped by two persons, neither of them the one; each subject once', async () => {
    const [first, second] = [await house.person('officer-1'), await house.person('officer-2')];
    const body = { provider: 'utility', subject: 'E-officer' };
    const own = await first.post('/api/v1/people/officer-1/identities', body);
    expect([own.status, own.body['code']]).toEqual([403, 'same_person']);
    const { body: proposed } = await first.post('/api/v1/people/officer-2/identities', body);
    const confirmed = await second.post(`/api/v1/changes/${String(proposed['change_id'])}/confirm`);
    expect([confirmed.status, confirmed.body['code']]).toEqual([403, 'same_person']);
    const taken = await first.post('/api/v1/people/hq-2/identities', {
      provider: 'utility',
      subject: 'E-ichiro',
    });
    expect([taken.status, taken.body['code']]).toEqual([409, 'identity_taken']);
    const twice = await first.post('/api/v1/people/hq-1/identities', {
      provider: 'utility',
      subject: 'E-other',
    });
    expect([twice.status, twice.body['code']]).toEqual([409, 'identity_taken']);
    const unknown = await first.post('/api/v1/people/hq-2/identities', {
      provider: 'nobody',
      subject: 'E-2',
    });
    expect([unknown.status, unknown.body['code']]).toEqual([422, 'unknown_provider']);
  });

  it('is unmapped by two persons, and signed out in that transaction', async () => {
    const id = await house.map('hq-2', 'utility', 'E-niko');
    const browser = await house.signedIn('niko');
    const officer = await house.person('officer-1');
    const { body } = await officer.post(`/api/v1/people/hq-2/identities/${id}/retire`);
    await house.confirm(String(body['change_id']));
    expect((await session(browser)).status).toBe(401);
    const [row] = await house.broker.database.asOwner<{ end_cause: string }>(
      `select end_cause from session where person_id = 'hq-2' and provider = 'utility'`,
    );
    expect(row?.end_cause).toBe('identity_retired');
    expect(await refusal('niko', 'utility')).toBe('unknown_subject');
    const listed = await officer.get<{ items: object[] }>('/api/v1/people/hq-2/identities');
    expect(listed.body.items).toMatchObject([
      { id, subject: 'E-niko', retired_at: expect.any(String) as string },
    ]);
  });
});
