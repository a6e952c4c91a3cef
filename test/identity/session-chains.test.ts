import { randomUUID } from 'node:crypto';
import { Database } from '../../src/database/database.js';
import { SessionsService } from '../../src/identity/sessions.service.js';
import { Authenticator } from '../harness/authenticator.js';
import { Person, send, type Answer } from '../stories/actors.js';
import { PasskeyHolder } from '../stories/passkey-holder.js';
import { expectStatus } from '../stories/storm.js';
import type { Browser } from './browser.js';
import { IdentityHouse } from './house.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let house: IdentityHouse;
let mapping: string;
const passkeys: { id: string; authenticator: Authenticator }[] = [];

beforeAll(async () => {
  house = await IdentityHouse.open();
  mapping = await house.map('hq-1', 'utility', 'E-ichiro');
  for (let n = 0; n < 3; n += 1) passkeys.push(await enrolled('hq-1'));
}, 120_000);
afterAll(() => house.close(), 120_000);

async function enrolled(personId: string): Promise<{ id: string; authenticator: Authenticator }> {
  const holder = PasskeyHolder.at(await house.person(personId));
  const { id } = expectStatus(await holder.show(), 201);
  const proposed = await (await house.person('officer-1')).post(`/api/v1/passkeys/${id}/propose`);
  await house.confirm(String(expectStatus(proposed, 202)['change_id']));
  return { id, authenticator: holder.authenticator };
}

/** hq-1 as whoever holds this cookie, with one of the passkeys in the hand. */
function holding(cookie: string, passkey = 0): PasskeyHolder {
  const person = new Person(house.url, 'hq-1');
  const headers = new Headers({ 'set-cookie': cookie });
  person.takeCookie({ status: 200, headers, body: {} });
  return new PasskeyHolder(person, passkeys[passkey]?.authenticator ?? new Authenticator(house.url));
}

const cookieOf = (browser: Browser): string =>
  `kashikagi_session=${browser.jar(house.url).get('kashikagi_session')}`;

/** Signed in at the provider, then presence by a passkey, as often as said: the ordinary way of a day. */
async function steppedUp(...presences: number[]): Promise<Person> {
  const browser = await house.signedIn('ichiro');
  const { person } = holding(cookieOf(browser));
  for (const passkey of presences) {
    const holder = new PasskeyHolder(
      person,
      passkeys[passkey]?.authenticator ?? new Authenticator(house.url),
    );
    expectStatus(await holder.provePresence(), 200);
  }
  return person;
}

const isIn = async (person: Person): Promise<boolean> => (await person.get('/api/v1/session')).status === 200;

async function logout(by: { sub?: string; sid?: string }): Promise<Answer> {
  const now = Math.floor(house.broker.now() / 1000);
  const { issuer, clientId } = house.utility;
  const claims = { iss: issuer, aud: clientId, iat: now, exp: now + 120, jti: randomUUID() };
  const token = await house.utility.sign({ ...claims, events: { [EVENT]: {} }, ...by });
  return send(`${house.url}/api/v1/sign-in/utility/backchannel-logout`, 'POST', `logout_token=${token}`, {
    'content-type': 'application/x-www-form-urlencoded',
  });
}

const newestSid = async (): Promise<string> => {
  const [row] = await house.broker.database.asOwner<{ provider_sid: string }>(
    `select provider_sid from session where method = 'oidc' and provider_sid is not null order by created_at desc limit 1`,
  );
  return row?.provider_sid ?? '';
};

const causes = (): Promise<{ end_cause: string }[]> =>
  house.broker.database.asOwner(
    `select end_cause from session where person_id = 'hq-1' and end_cause <> 'rotated' order by ended_at desc, created_at desc`,
  );

describe('a session whose presence was proved by a passkey', () => {
  it('ends with the provider’s logout, by the person', async () => {
    const person = await steppedUp(0, 1);
    expect(await isIn(person)).toBe(true);
    expect((await logout({ sub: 'ichiro' })).status).toBe(200);
    expect(await isIn(person)).toBe(false);
    expect((await causes())[0]).toEqual({ end_cause: 'provider_logout' });
    const records = await house.broker.records(`type = 'session.provider_logout'`);
    expect(records).toHaveLength(1);
  });

  it('ends with the provider’s own session, and no other’s', async () => {
    const first = await steppedUp(0);
    const sid = await newestSid();
    const second = await steppedUp(0);
    expect((await logout({ sid })).status).toBe(200);
    expect([await isIn(first), await isIn(second)]).toEqual([false, true]);
    expect((await logout({ sub: 'niko' })).status).toBe(200);
    expect(await isIn(second)).toBe(true);
  });

  it('that began without the provider does not end by its word', async () => {
    const signedIn = holding('none=1');
    expectStatus(await signedIn.signIn(), 200);
    expectStatus(await signedIn.provePresence(), 200);
    expect((await logout({ sub: 'ichiro' })).status).toBe(200);
    expect(await isIn(signedIn.person)).toBe(true);
  });

  it('ends with every passkey of its chain, the first one as well', async () => {
    const [, first, second] = passkeys;
    const signedIn = holding('none=1', 1);
    expectStatus(await signedIn.signIn(), 200);
    const later = new PasskeyHolder(signedIn.person, second?.authenticator ?? new Authenticator(house.url));
    expectStatus(await later.provePresence(), 200);
    const other = holding('none=1', 2);
    expectStatus(await other.signIn(), 200);

    const officer = await house.person('officer-1');
    const reason = { reason: '紛失しました' };
    expectStatus(await officer.post(`/api/v1/passkeys/${first?.id}/revoke`, reason), 200);
    expect([await isIn(signedIn.person), await isIn(other.person)]).toEqual([false, true]);
    expect((await causes())[0]).toEqual({ end_cause: 'passkey_revoked' });
  });

  it('loses none of what it ends with to the service’s own role', async () => {
    await steppedUp(0);
    const { SQLSTATE, triedAsApp } = await import('../laws/as-role.js');
    expect(
      await triedAsApp(house.broker, [
        `update session set passkey_ids = '{}' where passkey_ids <> '{}' and ended_at is null`,
        `delete from session_provider`,
        `update session_provider set provider_sub = 'somebody-else'`,
        `insert into session_provider (session_id, provider, provider_sub) select id, 'utility', 'x' from session limit 1`,
      ]),
    ).toEqual([
      SQLSTATE.restrict,
      SQLSTATE.insufficientPrivilege,
      SQLSTATE.insufficientPrivilege,
      SQLSTATE.insufficientPrivilege,
    ]);
  });
});

describe('a step-up and an ending at once', () => {
  it('leave nobody in: the ending waits for the step-up, and sees what it made', async () => {
    const browser = await house.signedIn('ichiro');
    const app = house.broker.instances[0]?.app;
    const [{ id } = { id: '' }] = await house.broker.database.asOwner<{ id: string }>(
      `select id from session where method = 'oidc' and ended_at is null order by created_at desc limit 1`,
    );
    let ending: Promise<Answer> | undefined;
    const started = await app?.get(Database, { strict: false }).transaction('none', async (tx) => {
      const replacement = { personId: 'hq-1', method: 'passkey', steppedUp: true, replaces: id } as const;
      const session = await app.get(SessionsService, { strict: false }).startIn(tx, replacement);
      ending = logout({ sub: 'ichiro' });
      while ((await waiting()) === 0);
      return session;
    });
    expect((await ending)?.status).toBe(200);
    expect((await house.call(browser, 'GET', '/api/v1/session')).status).toBe(401);
    expect(await isIn(holding(`kashikagi_session=${started?.token}`).person)).toBe(false);
  });

  const waiting = async (): Promise<number> =>
    (
      await house.broker.database.asOwner(
        `select 1 from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted and a.datname = current_database()`,
      )
    ).length;
});

describe('a mapping that is retired', () => {
  it('ends what was stepped up by a passkey since', async () => {
    const person = await steppedUp(0);
    const proposed = await (
      await house.person('officer-1')
    ).post(`/api/v1/people/hq-1/identities/${mapping}/retire`);
    await house.confirm(String(expectStatus(proposed, 202)['change_id']));
    expect(await isIn(person)).toBe(false);
    expect((await causes())[0]).toEqual({ end_cause: 'identity_retired' });
  });
});
