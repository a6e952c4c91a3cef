import { Broker } from '../harness/broker.js';
import { Terminal, type Answer, type Person } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';
import { fits, fitsProblem, RFC3339 } from './fits.js';

type Json = Record<string, unknown>;

describe('the contract with people', () => {
  let broker: Broker;
  let hq1: Person, hq2: Person, supervisor: Person, auditor: Person;
  let declaration: { id: string };
  let call: { id: string };

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    [hq1, hq2, supervisor, auditor] = await Promise.all([
      storm.person('hq-1'),
      storm.person('hq-2'),
      storm.person('supervisor-a'),
      storm.person('auditor-1'),
    ]);
    declaration = await storm.declared();
    call = await storm.called(declaration.id);
  });
  afterAll(() => broker.stop());

  it('declares with the members of the contract; unconfirmed, then confirmed by another, then lifted', async () => {
    const made = fits(
      await hq1.post('/api/v1/declarations', broker.storm.declarationBody()),
      201,
      'POST /api/v1/declarations',
    );
    expect(made).toMatchObject({ live: true, confirmed: false, is_drill: false, target_area: ['272035'] });
    const path = `/api/v1/declarations/${String(made['id'])}`;
    fitsProblem(await hq1.post(`${path}/confirm`), 403, 'same_person');
    const confirmed = fits(await hq2.post(`${path}/confirm`), 200, 'POST /api/v1/declarations/:id/confirm');
    expect(confirmed).toMatchObject({ live: true, confirmed: true });
    fitsProblem(await hq2.post(`${path}/confirm`), 409, 'already_confirmed');
    const lifted = fits(
      await hq1.post(`${path}/lift`, { reason: '復旧' }),
      200,
      'POST /api/v1/declarations/:id/lift',
    );
    expect(lifted).toMatchObject({ live: false });
  });

  it.each([
    ['operator-a-05', {}],
    ['operator-a-06', { 'content-type': 'application/json' }],
  ])('takes an empty body where none is needed: %s with %j', async (personId, headers) => {
    const made = await broker.storm.declare(hq1);
    expectStatus(await hq2.post(`/api/v1/declarations/${made.id}/confirm`, undefined, headers), 200);
    const own = await broker.storm.called(made.id);
    const taken = await broker.storm.nominated(own.id, [personId]);
    const withdrawn = await supervisor.post(`/api/v1/nominations/${taken.id}/withdraw`, undefined, headers);
    fits(withdrawn, 200, 'POST /api/v1/nominations/:id/withdraw');
    const { id } = await broker.storm.nominated(own.id, [personId]);
    const approve = `/api/v1/nominations/${id}/approve`;
    const approved = await hq2.post<{ grants: { id: string; person_id: string }[] }>(
      approve,
      undefined,
      headers,
    );
    const { grants } = fits(approved, 200, 'POST /api/v1/nominations/:id/approve');
    expect(grants.map((one) => one.person_id)).toEqual([personId]);
    const person = await broker.storm.person(personId);
    const handed = await person.post(`/api/v1/grants/${grants[0]?.id ?? ''}/hand-back`, undefined, headers);
    expect(fits(handed, 200, 'POST /api/v1/grants/:id/hand-back')['live']).toBe(false);
  });

  it('calls for support and answers with a verdict for each person', async () => {
    const path = `/api/v1/declarations/${declaration.id}/support-calls`;
    const made = fits(
      await hq1.post(path, broker.storm.callBody()),
      201,
      'POST /api/v1/declarations/:id/support-calls',
    );
    expect(made).toMatchObject({ id: expect.any(String) as string, number: expect.any(String) as string });
    for (const who of [hq1, supervisor, auditor]) {
      fits(
        await who.get(`/api/v1/support-calls/${String(made['id'])}`),
        200,
        'GET /api/v1/support-calls/:id',
      );
      fits(await who.get('/api/v1/support-calls'), 200, 'GET /api/v1/support-calls');
    }
    const nominate = {
      people: ['operator-a-07', 'operator-a-37', 'nobody'],
      ends_at: broker.storm.in(3),
      note: '',
    };
    const nominated = await supervisor.post(
      `/api/v1/support-calls/${String(made['id'])}/nominations`,
      nominate,
    );
    const { id, results } = fits(nominated, 201, 'POST /api/v1/support-calls/:id/nominations') as Json & {
      id: string;
    };
    expect(results).toEqual([
      { person_id: 'operator-a-07', verdict: 'eligible' },
      { person_id: 'operator-a-37', verdict: 'refused', code: 'training_expired' },
      { person_id: 'nobody', verdict: 'refused', code: 'person_unknown' },
    ]);
    fits(await hq1.get(`/api/v1/nominations/${id}`), 200, 'GET /api/v1/nominations/:id');
    fits(await supervisor.get('/api/v1/nominations'), 200, 'GET /api/v1/nominations');
    fits(
      await hq2.post(`/api/v1/nominations/${id}/deny`, { reason: '不要' }),
      200,
      'POST /api/v1/nominations/:id/deny',
    );
    fitsProblem(await hq2.post(`/api/v1/nominations/${id}/approve`, {}), 409, 'nomination_decided');
  });

  it('approves a part, shows grants as they are now, and revokes', async () => {
    const { id } = await broker.storm.nominated(call.id, ['operator-a-08', 'operator-a-09']);
    const answer = await hq2.post<{ grants: { id: string }[] }>(`/api/v1/nominations/${id}/approve`, {
      people: ['operator-a-09'],
    });
    const { grants } = fits(answer, 200, 'POST /api/v1/nominations/:id/approve');
    expect(grants).toMatchObject([{ person_id: 'operator-a-09' }]);
    const path = `/api/v1/grants/${grants[0]?.id ?? ''}`;
    for (const who of [hq1, supervisor, auditor, await broker.storm.person('operator-a-09')]) {
      const grant = fits(await who.get(path), 200, 'GET /api/v1/grants/:id');
      expect(grant).toMatchObject({ live: false, why_not: ['not_acknowledged'] });
      fits(await who.get('/api/v1/grants'), 200, 'GET /api/v1/grants');
    }
    const person = await broker.storm.person('operator-a-09');
    const notice = fits(
      await person.get<{ version: string; text: string }>('/api/v1/notice'),
      200,
      'GET /api/v1/notice',
    );
    const stale = await person.post(`${path}/acknowledge`, { notice_version: `${notice.version}x` });
    fitsProblem(stale, 409, 'notice_outdated');
    const acknowledged = await person.post(`${path}/acknowledge`, { notice_version: notice.version });
    expect(fits(acknowledged, 200, 'POST /api/v1/grants/:id/acknowledge')).toMatchObject({
      live: true,
      why_not: [],
    });
    const revoked = fits(
      await auditor.post(`${path}/revoke`, { reason: '誤り' }),
      200,
      'POST /api/v1/grants/:id/revoke',
    );
    expect(revoked).toMatchObject({ live: false, why_not: ['revoked'] });
  });

  it('enrols a terminal by two officers (202), rejects, and marks it lost at once', async () => {
    const [one, two] = [await broker.storm.person('officer-1'), await broker.storm.person('officer-2')];
    const body = (serial: string): object => ({
      serial,
      organization_id: 'retailer-a',
      custodian_person_id: 'supervisor-a',
      room: 'osaka-support-2',
      jwk: new Terminal().jwk,
    });
    const proposed = fits(await one.post('/api/v1/terminals', body('PC-C-1')), 202, 'POST /api/v1/terminals');
    expect(Object.keys(proposed)).toEqual(['change_id']);
    const path = `/api/v1/changes/${String(proposed['change_id'])}`;
    fitsProblem(await one.post(`${path}/confirm`), 403, 'same_person');
    const confirmed = fits(
      await two.post<{ resource: Json }>(`${path}/confirm`),
      200,
      'POST /api/v1/changes/:id/confirm',
    );
    expect(confirmed).toEqual({ resource: { type: 'terminal', id: expect.any(String) as string } });
    const other = expectStatus(await one.post('/api/v1/terminals', body('PC-C-2')), 202);
    const rejection = await hq1.post(`/api/v1/changes/${String(other['change_id'])}/reject`);
    expect(fits(rejection, 200, 'POST /api/v1/changes/:id/reject')['state']).toBe('rejected');
    fits(await two.get('/api/v1/changes'), 200, 'GET /api/v1/changes');
    fits(await supervisor.get('/api/v1/terminals'), 200, 'GET /api/v1/terminals');
    const lost = await supervisor.post(`/api/v1/terminals/${String(confirmed.resource['id'])}/lost`, {
      reason: '紛失',
    });
    expect(fits(lost, 200, 'POST /api/v1/terminals/:id/lost')['lost_at']).toMatch(RFC3339);
  });

  it('forgets a key after 24 hours, and lets a change lapse', async () => {
    const lapsing = await Broker.start({ acceptMovedClock: true });
    try {
      const key = { 'idempotency-key': 'of-a-day' };
      const declare = async (name: string): Promise<Answer> =>
        (await lapsing.storm.person('hq-1')).post(
          '/api/v1/declarations',
          lapsing.storm.declarationBody({ name }),
          key,
        );
      expectStatus(await declare('一日目'), 201);
      const officer = await lapsing.storm.person('officer-1');
      const body = {
        serial: 'PC-L-1',
        organization_id: 'retailer-a',
        custodian_person_id: 'supervisor-a',
        room: 'osaka-support-1',
      };
      const made = await officer.post('/api/v1/terminals', { ...body, jwk: new Terminal().jwk });
      await lapsing.moveClock(24 * 3_600_000 + 1_000);
      const second = await lapsing.storm.person('officer-2');
      const path = `/api/v1/changes/${String(expectStatus(made, 202)['change_id'])}/confirm`;
      fitsProblem(await second.post(path), 409, 'change_lapsed');
      expect(expectStatus(await declare('二日目'), 201)['name']).toBe('二日目');
    } finally {
      await lapsing.stop();
    }
  });
});
