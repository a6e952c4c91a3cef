import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCESS_TABLE, type RouteAccess } from '../../src/contract/access-table.js';
import { ROLES, type Role } from '../../src/contract/caller.js';
import { readLedgerKey } from '../../src/config/ledger-key.js';
import { readSecretKeys } from '../../src/config/secret-keys.js';
import { Settings } from '../../src/config/settings.js';
import type { Runtime } from '../../src/house.module.js';
import { HealthController } from '../../src/http/health.controller.js';
import { HttpModule } from '../../src/http/http.module.js';
import { createApp } from '../../src/http/server.js';
import { Broker } from '../harness/broker.js';
import { Operator, Terminal, send, type Answer, type Person } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';

/** One person of the demonstration for each role. */
const PERSON: Record<Role, string> = {
  headquarters: 'hq-1',
  officer: 'officer-1',
  compliance_officer: 'compliance-1',
  supervisor: 'supervisor-a',
  operator: 'operator-a-01',
  auditor: 'auditor-1',
  regulator: 'regulator-1',
};
const BASIC = `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}`;
/** A refusal for who one is; whatever else an answer says, the caller was let in. */
const SHUT_OUT = ['not_signed_in', 'role_not_allowed', 'foreign_origin'];
const isShutOut = ({ body }: Answer): boolean => SHUT_OUT.includes(String(body['code']));
const seen = ({ status, body }: Answer): string => `${status} ${String(body['code'])}`;
const people = ACCESS_TABLE.filter(({ entry }) => entry === 'person');
const named = ({ method, path }: RouteAccess): string => `${method} ${path}`;
/** A route with ids that nobody has: the role is looked at before the object. */
const somewhere = (path: string): string => path.replaceAll(/:(\w+)/g, 'xx_nowhere').replace('*', '0/000');

/** Open to anyone who has what they ask for: a passkey's answer, a code. */
const NEEDS_MORE: Record<string, number> = {
  'POST /api/v1/session/passkey': 422,
  'POST /api/v1/passkeys/first/options': 422,
  'POST /api/v1/passkeys/first': 422,
  'POST /api/v1/terminal-windows/:id/key': 422,
  // Of a provider that nobody has set there is nothing to see.
  'GET /api/v1/sign-in/:provider': 404,
  'GET /api/v1/sign-in/:provider/callback': 404,
  'POST /api/v1/sign-in/:provider/backchannel-logout': 404,
};

describe('the matrix of routes and roles', () => {
  let broker: Broker;
  const signedIn = new Map<Role, Person>();

  beforeAll(async () => {
    broker = await Broker.start();
    for (const role of ROLES) signedIn.set(role, await broker.storm.person(PERSON[role]));
  });
  afterAll(() => broker.stop());

  const as = (role: Role): Person => {
    const person = signedIn.get(role);
    if (!person) throw new Error(`nobody is ${role}`);
    return person;
  };
  const call = (who: Person, { method, path }: RouteAccess): Promise<Answer> =>
    who.call(method, somewhere(path), method === 'GET' || method === 'DELETE' ? undefined : {});

  it('has one person of the demonstration for each role', async () => {
    for (const role of ROLES) {
      const session = expectStatus(await as(role).get<{ roles: string[] }>('/api/v1/session'), 200);
      expect(session.roles).toEqual([role]);
    }
  });

  it.each(ROLES)('lets %s in where the table says so, and nowhere else', async (role) => {
    for (const access of people) {
      // Signing out ends the session that the others need.
      const who = access.method === 'DELETE' ? await broker.storm.person(PERSON[role]) : as(role);
      const answer = await call(who, access);
      const isLetIn = !isShutOut(answer);
      expect([named(access), role, isLetIn, seen(answer)]).toEqual([
        named(access),
        role,
        access.roles.includes(role),
        access.roles.includes(role) ? seen(answer) : '403 role_not_allowed',
      ]);
    }
  });

  it('asks everybody else to sign in', async () => {
    for (const access of ACCESS_TABLE.filter(({ entry }) => entry !== 'anyone')) {
      const body = access.method === 'POST' ? {} : undefined;
      const answer = await send(`${broker.url}${somewhere(access.path)}`, access.method, body);
      const code = {
        anyone: '',
        person: 'not_signed_in',
        terminal: 'invalid_token',
        system: 'invalid_client',
        'system-or-terminal': 'invalid_client',
      }[access.entry];
      expect([named(access), seen(answer)]).toEqual([named(access), `401 ${code}`]);
    }
  });

  it('takes a session for a session only: not at the data calls, not where systems come in', async () => {
    for (const access of ACCESS_TABLE.filter(({ entry }) => entry === 'terminal' || entry === 'system')) {
      for (const role of ROLES) {
        const answer = await call(as(role), access);
        expect([named(access), role, answer.status]).toEqual([named(access), role, 401]);
      }
    }
  });

  it('takes a client’s secret where systems come in, and nowhere else', async () => {
    for (const access of ACCESS_TABLE.filter(({ entry }) => entry !== 'anyone')) {
      const body = access.method === 'POST' || access.method === 'PATCH' ? {} : undefined;
      const answer = await send(`${broker.url}${somewhere(access.path)}`, access.method, body, {
        authorization: BASIC,
      });
      expect([named(access), answer.status === 401]).toEqual([
        named(access),
        !access.entry.startsWith('system'),
      ]);
    }
  });

  it('lets anyone call what is open, signed in or not', async () => {
    for (const access of ACCESS_TABLE.filter(({ entry }) => entry === 'anyone')) {
      const body = access.method === 'POST' ? { person_id: 'hq-1' } : undefined;
      const answer = await send(`${broker.url}${somewhere(access.path)}`, access.method, body);
      const expected = NEEDS_MORE[named(access)] ?? 200;
      expect([named(access), answer.status]).toEqual([named(access), expected]);
    }
  });

  it('knows no other method and no other path, whoever asks', async () => {
    // `GET /api/v1/records/search` reads as a record of that name, which is a listed route.
    const isListed = (method: string, path: string): boolean =>
      ACCESS_TABLE.some((one) => {
        const pattern = one.path.replaceAll(/:\w+/g, '[^/]+').replace('*', '.*');
        return one.method === method && new RegExp(`^${pattern}$`).test(somewhere(path));
      });
    const paths = [...new Set(ACCESS_TABLE.map(({ path }) => path))];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
        if (isListed(method, path)) continue;
        const { status } = await as('headquarters').call(method, somewhere(path));
        expect([`${method} ${path}`, [404, 405].includes(status)]).toEqual([`${method} ${path}`, true]);
      }
    }
    for (const path of [
      '/',
      '/api',
      '/api/v1',
      '/api/v2/grants',
      '/admin',
      '/metrics',
      '/api/v1/grants/x/y/z',
    ]) {
      expect([path, (await as('headquarters').get(path)).status]).toEqual([path, 404]);
    }
  });

  describe('with objects of others', () => {
    let ids: {
      declaration: string;
      call: string;
      nomination: string;
      grant: string;
      terminal: string;
      change: string;
    };
    let foreign: { call: string };

    beforeAll(async () => {
      const { storm } = broker;
      const declaration = await storm.declared();
      const onlyA = { organizations: [{ organization_id: 'retailer-a', seats: 5 }] };
      const onlyB = { organizations: [{ organization_id: 'retailer-b', seats: 5 }] };
      const call = await storm.called(declaration.id, onlyA);
      const other = await storm.called(declaration.id, onlyB);
      const nomination = await storm.nominated(call.id, ['operator-a-01']);
      const open = await storm.nominated(call.id, ['operator-a-03']);
      const [grant] = await storm.approved(nomination.id);
      const { id: terminal } = await storm.enrolled('retailer-a');
      const officer = await storm.person('officer-1');
      const proposal = await officer.post('/api/v1/terminals', {
        serial: 'PC-M-1',
        organization_id: 'retailer-a',
        custodian_person_id: 'supervisor-a',
        room: 'osaka-support-1',
        jwk: new Terminal().jwk,
      });
      const change = String(expectStatus(proposal, 202)['change_id']);
      ids = {
        declaration: declaration.id,
        call: call.id,
        nomination: open.id,
        grant: grant?.id ?? '',
        terminal,
        change,
      };
      foreign = { call: other.id };
    });

    const REASON = { reason: '試験のため' };

    it('shows a supervisor nothing of another organization, and lets it change nothing there', async () => {
      const stranger = await broker.storm.person('supervisor-b');
      const inHours = broker.storm.in(2);
      const refused: [string, string, object?][] = [
        ['GET', `/api/v1/support-calls/${ids.call}`],
        [
          'POST',
          `/api/v1/support-calls/${ids.call}/nominations`,
          { people: ['operator-b-01'], ends_at: inHours, note: '' },
        ],
        ['GET', `/api/v1/nominations/${ids.nomination}`],
        ['POST', `/api/v1/nominations/${ids.nomination}/withdraw`],
        ['GET', `/api/v1/grants/${ids.grant}`],
        ['POST', `/api/v1/terminals/${ids.terminal}/lost`, REASON],
      ];
      for (const [method, path, body] of refused) {
        expect([method, path, seen(await stranger.call(method, path, body))]).toEqual([
          method,
          path,
          '404 not_found',
        ]);
      }
      for (const list of ['nominations', 'grants', 'terminals']) {
        expect([list, await stranger.get(`/api/v1/${list}`)]).toMatchObject([list, { body: { items: [] } }]);
      }
      const calls = expectStatus(
        await stranger.get<{ items: { id: string }[] }>('/api/v1/support-calls'),
        200,
      );
      expect(calls.items.map((one) => one.id)).toEqual([foreign.call]);
    });

    it('shows a supervisor the declarations only that called its organization', async () => {
      const hidden = await broker.storm.declared({ name: '別の発令' });
      const stranger = await broker.storm.person('supervisor-b');
      expect((await stranger.get(`/api/v1/declarations/${hidden.id}`)).status).toBe(404);
      expect((await stranger.get(`/api/v1/declarations/${ids.declaration}`)).status).toBe(200);
    });

    it.each(['operator-a-02', 'operator-b-01'])(
      'keeps the grant of another person from %s',
      async (personId) => {
        const stranger = await broker.storm.person(personId);
        const notice = expectStatus(await stranger.get<{ version: string }>('/api/v1/notice'), 200);
        const refused: [string, string, object?][] = [
          ['GET', `/api/v1/grants/${ids.grant}`],
          ['POST', `/api/v1/grants/${ids.grant}/acknowledge`, { notice_version: notice.version }],
          ['POST', `/api/v1/grants/${ids.grant}/hand-back`],
        ];
        for (const [method, path, body] of refused) {
          expect([path, seen(await stranger.call(method, path, body))]).toEqual([path, '404 not_found']);
        }
        const credential = await new Operator(stranger, new Terminal()).credential(ids.grant);
        expect(seen(credential)).toBe('404 not_found');
        expect(await stranger.get('/api/v1/grants')).toMatchObject({ body: { items: [] } });
      },
    );

    it('shows the owners what is theirs (the control)', async () => {
      const supervisor = await broker.storm.person('supervisor-a');
      const operator = await broker.storm.person('operator-a-01');
      for (const path of [
        `/api/v1/declarations/${ids.declaration}`,
        `/api/v1/support-calls/${ids.call}`,
        `/api/v1/nominations/${ids.nomination}`,
        `/api/v1/grants/${ids.grant}`,
      ]) {
        expect([path, (await supervisor.get(path)).status]).toEqual([path, 200]);
      }
      expect((await operator.get(`/api/v1/grants/${ids.grant}`)).status).toBe(200);
      const lost = await supervisor.post(`/api/v1/terminals/${ids.terminal}/lost`, REASON);
      expect(lost.status).toBe(200);
    });

    it('lets nobody take both steps of one act', async () => {
      const proposer = await broker.storm.person('officer-1');
      expect(seen(await proposer.post(`/api/v1/changes/${ids.change}/confirm`))).toBe('403 same_person');
      const declared = await broker.storm.declare(await broker.storm.person('hq-3'));
      const declarer = await broker.storm.person('hq-3');
      expect(seen(await declarer.post(`/api/v1/declarations/${declared.id}/confirm`))).toBe(
        '403 same_person',
      );
    });
  });
});

@Controller('api/v1/back-door')
class BackDoorController {
  @Get()
  open(): string {
    return 'open';
  }
}

describe('the start', () => {
  const CONTROLLERS = 'controllers';
  const listed = Reflect.getMetadata(CONTROLLERS, HttpModule) as object[];
  afterEach(() => Reflect.defineMetadata(CONTROLLERS, listed, HttpModule));

  const startWith = async (controllers: object[]): Promise<NestFastifyApplication> => {
    Reflect.defineMetadata(CONTROLLERS, controllers, HttpModule);
    const folder = await mkdtemp(join(tmpdir(), 'kashikagi-keys-'));
    try {
      const settings = Settings.read({});
      const keys = await readSecretKeys({ folder }, true);
      const ledgerKey = await readLedgerKey({ folder }, true);
      // Nothing behind it is called: the routes alone are looked at.
      const wheelings = {};
      const runtime = { settings, keys, ledgerKey, wheelings, connections: {} } as Runtime;
      return await createApp(runtime, false);
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it('is refused to a route that the table does not list', async () => {
    await expect(startWith([...listed, BackDoorController])).rejects.toThrow(
      'GET /api/v1/back-door stands in the access table',
    );
  });

  it('is refused to a table that lists a route nobody serves', async () => {
    await expect(startWith(listed.filter((one) => one !== HealthController))).rejects.toThrow(
      'GET /healthz of the access table has a route',
    );
  });

  it('is open to the routes of the table (the control)', async () => {
    const app = await startWith(listed);
    await app.close();
  });
});
