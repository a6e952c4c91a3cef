import { Browser } from './browser.js';
import { IdentityHouse } from './house.js';
import { expectStatus } from '../stories/storm.js';
import { send, type Person } from '../stories/actors.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { Broker } from '../harness/broker.js';

const MINUTE = 60_000;

let house: IdentityHouse;
beforeAll(async () => {
  house = await IdentityHouse.open({ sessionIdleMinutes: 30 });
}, 120_000);
afterAll(() => house.close(), 120_000);

const isIn = async (browser: Browser): Promise<boolean> =>
  (await house.call(browser, 'GET', '/api/v1/session')).status === 200;
const passkey = async (personId: string): Promise<Browser> =>
  (await house.session({ personId, method: 'passkey', steppedUp: false })).browser;

describe('a session', () => {
  it('ends when it is not used for a while, and goes on while it is', async () => {
    const [used, idle] = [await passkey('hq-1'), await passkey('hq-1')];
    for (let n = 0; n < 3; n += 1) {
      await house.broker.moveClock(20 * MINUTE);
      expect(await isIn(used)).toBe(true);
    }
    expect(await isIn(idle)).toBe(false);
    await house.broker.moveClock(30 * MINUTE);
    expect(await isIn(used)).toBe(false);
  });

  it('is written to at most once a minute, however busy it is', async () => {
    const { browser, started } = await house.session({
      personId: 'hq-1',
      method: 'passkey',
      steppedUp: false,
    });
    const version = async (): Promise<unknown> =>
      (
        await house.broker.database.asOwner(`select xmin::text, last_seen_at from session where id = $1`, [
          started.id,
        ])
      )[0];
    const first = await version();
    for (let n = 0; n < 5; n += 1) expect(await isIn(browser)).toBe(true);
    expect(await version()).toEqual(first);
    await house.broker.moveClock(MINUTE);
    expect(await isIn(browser)).toBe(true);
    expect(await version()).not.toEqual(first);
  });

  it('ends after twelve hours, however much it is used', async () => {
    const browser = await passkey('hq-1');
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      await house.broker.moveClock(20 * MINUTE);
      expect(await isIn(browser)).toBe(true);
    }
    await house.broker.moveClock(20 * MINUTE);
    expect(await isIn(browser)).toBe(false);
  });

  it('has another token after signing in again, and the old one is dead', async () => {
    const first = await send(`${house.url}/api/v1/session`, 'POST', { person_id: 'hq-1' });
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const second = await send(`${house.url}/api/v1/session`, 'POST', { person_id: 'hq-1' }, { cookie });
    const next = second.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(next).not.toBe(cookie);
    expect((await send(`${house.url}/api/v1/session`, 'GET', undefined, { cookie })).status).toBe(401);
    expect((await send(`${house.url}/api/v1/session`, 'GET', undefined, { cookie: next })).status).toBe(200);
  });
});

describe('the list of sessions', () => {
  interface Listed {
    items: { id: string; person_id: string; is_current: boolean; method: string }[];
  }
  const list = async (who: Person, query = ''): Promise<Listed['items']> =>
    expectStatus(await who.get<Listed>(`/api/v1/sessions${query}`), 200).items;

  it('shows the own ones, page by page, and an officer somebody’s', async () => {
    const person = await house.person('supervisor-b');
    await passkey('supervisor-b');
    const own = await list(person);
    expect(own.map(({ method, is_current }) => [method, is_current])).toEqual([
      ['passkey', false],
      ['demonstration', true],
    ]);
    const page = expectStatus(await person.get<Listed & { next: string }>('/api/v1/sessions?limit=1'), 200);
    expect(await list(person, `?limit=1&cursor=${page.next}`)).toEqual([own[1]]);
    const officer = await house.person('officer-1');
    expect((await list(officer, '?person=supervisor-b')).map(({ id }) => id)).toEqual(
      own.map(({ id }) => id),
    );
    const colleague = await house.person('supervisor-a');
    const refused = await colleague.get('/api/v1/sessions?person=supervisor-b');
    expect([refused.status, refused.body['code']]).toEqual([403, 'role_not_allowed']);
    expect(JSON.stringify(own)).not.toMatch(/token|hash/);
  });

  it('lets a person end one of the own, and nobody else’s', async () => {
    const person = await house.person('supervisor-b');
    const other = await passkey('supervisor-b');
    const [newest] = await list(person);
    const stranger = await house.person('officer-1');
    expect((await stranger.call('DELETE', `/api/v1/sessions/${newest?.id}`)).status).toBe(404);
    expect(await isIn(other)).toBe(true);
    expect((await person.call('DELETE', `/api/v1/sessions/${newest?.id}`)).status).toBe(204);
    expect(await isIn(other)).toBe(false);
    expect((await person.call('DELETE', `/api/v1/sessions/${newest?.id}`)).status).toBe(404);
    const [record] = await house.broker.records(`type = 'session.ended' and payload like $1`, [
      `%${newest?.id}%`,
    ]);
    expect(JSON.parse(String(record?.['payload']))).toMatchObject({ details: { cause: 'ended_by_person' } });
  });

  it('is emptied by an officer, at once', async () => {
    const sessions = [await passkey('operator-b-01'), await passkey('operator-b-01')];
    const officer = await house.person('officer-1');
    const answer = await officer.post('/api/v1/people/operator-b-01/end-sessions');
    expect(expectStatus(answer, 200)).toEqual({ ended: 2 });
    expect(await Promise.all(sessions.map(isIn))).toEqual([false, false]);
    expect((await officer.post('/api/v1/people/nobody/end-sessions')).status).toBe(404);
  });
});

describe('who somebody was when they signed in', () => {
  const confirmed = async (path: string, method: string, body?: object): Promise<void> => {
    const officer = await house.person('officer-1');
    const proposed = expectStatus(await officer.call(method, path, body), 202);
    await house.confirm(String(proposed['change_id']));
  };
  const causes = (personId: string): Promise<{ end_cause: string | null }[]> =>
    house.broker.database.asOwner(
      `select end_cause from session where person_id = $1 order by created_at desc limit 1`,
      [personId],
    );

  it('is who they are: leaving ends every session in that transaction (TYC3-1)', async () => {
    const browser = await passkey('operator-b-03');
    await confirmed('/api/v1/people/operator-b-03/retire', 'POST');
    expect(await isIn(browser)).toBe(false);
    expect(await causes('operator-b-03')).toEqual([{ end_cause: 'person_changed' }]);
  });

  it('is who they are: another role ends every session in that transaction', async () => {
    const browser = await passkey('operator-b-04');
    await confirmed('/api/v1/people/operator-b-04', 'PATCH', { role: 'supervisor' });
    expect(await isIn(browser)).toBe(false);
    expect(await causes('operator-b-04')).toEqual([{ end_cause: 'person_changed' }]);
  });

  it('is asked at each request as well, should a row have been left open', async () => {
    const browser = await passkey('operator-b-05');
    for (const statement of [
      'alter table person disable trigger person_change_ends_sessions',
      `update person set role = 'supervisor' where id = 'operator-b-05'`,
      'alter table person enable trigger person_change_ends_sessions',
    ])
      await house.broker.database.asOwner(statement);
    expect(await causes('operator-b-05')).toEqual([{ end_cause: null }]);
    expect(await isIn(browser)).toBe(false);
  });

  it('does not matter for another fact: a new training ends no session', async () => {
    const browser = await passkey('operator-b-06');
    await confirmed('/api/v1/people/operator-b-06', 'PATCH', { name: '改姓 花子' });
    expect(await isIn(browser)).toBe(true);
  });
});

describe('around the service', () => {
  const insert = (more: Record<string, string> = {}): string => {
    const row = {
      id: `'se_forged'`,
      token_hash: `'\\x01'`,
      person_id: `'hq-1'`,
      organization_id: `'tdo'`,
      role: `'headquarters'`,
      method: `'passkey'`,
      record_id: `'rc_none'`,
      created_at: 'broker_now()',
      last_seen_at: 'broker_now()',
      expires_at: `broker_now() + interval '1 hour'`,
      ...more,
    };
    return `insert into session (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`;
  };

  it('nobody has a session whose sign-in is not on record, nor with another’s record', async () => {
    await passkey('hq-1');
    const real = `(select record_id from session where person_id = 'hq-1' order by created_at desc limit 1)`;
    expect(await triedAsApp(house.broker, [insert(), insert({ record_id: real })])).toEqual([
      SQLSTATE.restrict,
      SQLSTATE.restrict,
    ]);
  });

  it('nobody prolongs one, proves presence in it, brings it back or gives it to another', async () => {
    const last = `where id = (select id from session where ended_at is null order by created_at desc limit 1)`;
    expect(
      await triedAsApp(house.broker, [
        `update session set expires_at = expires_at + interval '1 hour' ${last}`,
        `update session set stepped_up_at = broker_now() ${last}`,
        `update session set person_id = 'hq-2' ${last}`,
        `update session set last_seen_at = created_at - interval '1 second' ${last}`,
        `update session set ended_at = null, end_cause = null where id = (select id from session where ended_at is not null limit 1)`,
        `delete from session`,
      ]),
    ).toEqual([
      SQLSTATE.insufficientPrivilege,
      SQLSTATE.insufficientPrivilege,
      SQLSTATE.insufficientPrivilege,
      SQLSTATE.restrict,
      SQLSTATE.restrict,
      SQLSTATE.restrict,
    ]);
  });

  it('nobody maps an identity, or changes one, without two persons', async () => {
    const mapping = `insert into person_identity (id, provider, subject, person_id, change_id) values ('pi_y', 'utility', 'x', 'hq-1', null)`;
    expect(await triedAsApp(house.broker, [mapping, `delete from person_identity`])).toEqual([
      SQLSTATE.restrict,
      SQLSTATE.insufficientPrivilege,
    ]);
  });
});

describe('what a browser is told', () => {
  const PATHS = [
    '/api/v1/sign-in',
    '/api/v1/session',
    '/nowhere',
    '/healthz',
    '/openapi.json',
    '/oauth/introspect',
    '/%zz',
  ];

  it('is the same for every answer: no script inside a page, no frame, no referrer, no guessing', async () => {
    for (const path of PATHS) {
      const { headers } = await fetch(`${house.url}${path}`);
      const csp = headers.get('content-security-policy') ?? '';
      expect([path, csp]).toEqual([path, expect.stringContaining("default-src 'self'") as string]);
      expect(csp).toContain("script-src 'self'");
      expect(csp).toContain("frame-ancestors 'none'");
      expect(csp).not.toContain('unsafe');
      expect([path, headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual([
        path,
        'nosniff',
        'no-referrer',
      ]);
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });

  it('is to keep nothing of an answer with data, and the ledger’s tiles as the ledger says', async () => {
    const hq = await house.person('hq-1');
    for (const path of ['/api/v1/session', '/api/v1/declarations', '/api/v1/inbox', '/api/v1/nowhere']) {
      expect([path, (await hq.get(path)).headers.get('cache-control')]).toEqual([path, 'no-store']);
    }
    expect((await fetch(`${house.url}/ledger/vkey`)).headers.get('cache-control')).not.toBe('no-store');
  });
});

describe('over https', () => {
  const PUBLIC = 'https://kashikagi.example';
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start({ environment: { KASHIKAGI_PUBLIC_URL: PUBLIC } });
  });
  afterAll(() => broker.stop());

  it('the cookie is the host’s alone, and the plain one is not looked at', async () => {
    const { PublicUrl } = await import('../../src/contract/public-url.js');
    broker.instances[0]?.app.get(PublicUrl, { strict: false }).set(PUBLIC);
    const headers = { origin: PUBLIC };
    const answer = await send(`${broker.url}/api/v1/session`, 'POST', { person_id: 'hq-1' }, headers);
    const [line = ''] = answer.headers.getSetCookie();
    expect(line).toMatch(/^__Host-kashikagi_session=/);
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/'])
      expect(line).toContain(attribute);
    expect(line).not.toMatch(/Domain=/i);
    const pair = line.split(';')[0] ?? '';
    const ask = (cookie: string): Promise<{ status: number }> =>
      send(`${broker.url}/api/v1/session`, 'GET', undefined, { cookie });
    expect((await ask(pair)).status).toBe(200);
    expect((await ask(pair.replace('__Host-', ''))).status).toBe(401);
    expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=31536000/);
    const out = await send(`${broker.url}/api/v1/session`, 'DELETE', undefined, { ...headers, cookie: pair });
    expect(out.headers.getSetCookie()[0]).toMatch(/^__Host-kashikagi_session=;.*Secure/);
    expect((await ask(pair)).status).toBe(401);
  });
});
