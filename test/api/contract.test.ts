import { randomUUID } from 'node:crypto';
import { Broker } from '../harness/broker.js';
import { Operator, Terminal, send, type Answer, type Person } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { checkedInText, undocumented, type ApiDocument } from './openapi-schema.js';

const document = JSON.parse(checkedInText()) as ApiDocument;
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
type Json = Record<string, unknown>;

/** The answer's body, after its status and its documented shape. */
function fits<T = Json>(answer: Answer<T>, status: number, route: string): T {
  const body = expectStatus(answer, status);
  const [method = '', path = ''] = route.split(' ');
  expect(undocumented(document, { method, path }, answer)).toEqual([]);
  return body;
}

function fitsProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body['code']]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: expect.any(String) as string,
    title: expect.any(String) as string,
    status,
    detail: expect.any(String) as string,
  });
}

describe('the contract, from the declaration to the lift', () => {
  let broker: Broker;
  let hq1: Person, hq2: Person, supervisor: Person, auditor: Person;
  let declaration: Json & { id: string };
  let call: Json & { id: string };
  let operator: Operator;
  let grantId: string;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    [hq1, hq2, supervisor, auditor] = await Promise.all([
      storm.person('hq-1'),
      storm.person('hq-2'),
      storm.person('supervisor-a'),
      storm.person('auditor-1'),
    ]);
    declaration = await storm.declare(hq1);
    expectStatus(await hq2.post(`/api/v1/declarations/${declaration.id}/confirm`), 200);
    call = await storm.called(declaration.id);
    const nomination = await storm.nominated(call.id, ['operator-a-01']);
    const [grant] = await storm.approved(nomination.id);
    grantId = grant?.id ?? '';
    const { terminal } = await storm.enrolled();
    operator = new Operator(await storm.person('operator-a-01'), terminal);
    await storm.acknowledged(operator.person, grantId);
    const points = await samplePoints(broker.wheelingUrl);
    const found = points.find((one) => one.outage_state === 'outage');
    if (!found) throw new Error('the sample has points in outage');
    point = found;
  });
  afterAll(() => broker.stop());

  describe('form', () => {
    it('answers errors as problem+json, Japanese first, English where it is preferred, with the next step', async () => {
      const path = `${broker.url}/api/v1/declarations/${declaration.id}/confirm`;
      const ask = (language?: string): Promise<Answer> =>
        hq1.post(path.slice(broker.url.length), undefined, language ? { 'accept-language': language } : {});
      const japanese = await ask();
      fitsProblem(japanese, 403, 'same_person');
      expect(japanese.body['detail']).toMatch(/\p{sc=Han}/u);
      expect(japanese.body['next']).toMatch(/\p{sc=Han}/u);
      for (const language of ['en', 'en-GB,en;q=0.9', 'ja;q=0.1, en;q=0.8']) {
        expect(String((await ask(language)).body['detail'])).toMatch(/^[\x20-\x7e]+$/);
      }
      for (const language of ['ja', 'fr', 'ja,en;q=0.5', '*', ';;;q=x']) {
        expect(String((await ask(language)).body['detail'])).toMatch(/\p{sc=Han}/u);
      }
    });

    it('writes times with an offset, and refuses times without one, and unknown members, with the place', async () => {
      const shown = fits(
        await hq1.get(`/api/v1/declarations/${declaration.id}`),
        200,
        'GET /api/v1/declarations/:id',
      );
      for (const name of ['declared_at', 'hard_end_at', 'expected_end_at'])
        expect(shown[name]).toMatch(RFC3339);
      for (const more of [{ expected_end_at: '2099-01-01T00:00:00' }, { colour: 'red' }]) {
        const refused = await hq1.post('/api/v1/declarations', broker.storm.declarationBody(more));
        fitsProblem(refused, 422, 'invalid_input');
        const [name] = Object.keys(more);
        expect(refused.body['faults']).toMatchObject([{ pointer: `/${name}` }]);
      }
    });

    it('pages lists by cursor: each item once, newest first, next null at the end', async () => {
      for (let n = 0; n < 4; n += 1) await broker.storm.declare(hq1, { name: `頁 ${n}` });
      const seen: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
        const answer = await hq1.get<{ items: { id: string }[]; next: string | null }>(
          `/api/v1/declarations?limit=2${cursor}`,
        );
        const page = fits(answer, 200, 'GET /api/v1/declarations');
        expect(Object.keys(page).sort()).toEqual(['items', 'next']);
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map((one) => one.id));
        next = page.next;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toHaveLength(5);
      expect(seen.at(-1)).toBe(declaration.id);
    });
  });

  describe('once', () => {
    it('gives the same answer to the same key and body, 409 to another body, and a person has keys of its own', async () => {
      const key = { 'idempotency-key': randomUUID() };
      const body = broker.storm.declarationBody({ name: '一度だけ' });
      const first = expectStatus(await hq1.post('/api/v1/declarations', body, key), 201);
      expect(expectStatus(await hq1.post('/api/v1/declarations', body, key), 201)).toEqual(first);
      fitsProblem(
        await hq1.post('/api/v1/declarations', { ...body, name: '別' }, key),
        409,
        'idempotency_conflict',
      );
      const others = expectStatus(await hq2.post('/api/v1/declarations', body, key), 201);
      expect(others['id']).not.toBe(first['id']);
      const withoutKey = expectStatus(await hq1.post('/api/v1/declarations', body), 201);
      expect(withoutKey['id']).not.toBe(first['id']);
    });

    it('never keeps the answer of a data call: the key is not honoured there', async () => {
      const key = { 'idempotency-key': 'one' };
      const path = `/api/v1/grants/${grantId}/credential`;
      const issue = (): Promise<Answer> =>
        operator.person.post(path, undefined, {
          dpop: operator.terminal.proof('POST', `${broker.url}${path}`),
          ...key,
        });
      const [one, two] = [expectStatus(await issue(), 200), expectStatus(await issue(), 200)];
      expect(one['access_token']).not.toBe(two['access_token']);
      const kept = await broker.database.asOwner<{ text: string }>(
        'select idempotency::text as text from idempotency',
      );
      expect(kept.filter(({ text }) => text.includes('access_token'))).toEqual([]);
    });
  });

  describe('callers', () => {
    it('sets a cookie that scripts and other sites cannot use', async () => {
      const answer = await send(`${broker.url}/api/v1/session`, 'POST', { person_id: 'hq-1' });
      const session = fits(answer, 200, 'POST /api/v1/session');
      expect(Object.keys(session).sort()).toEqual(['organization', 'person', 'roles', 'server_time']);
      expect(session).toMatchObject({ person: { id: 'hq-1' }, organization: { id: 'tdo' } });
      expect(session['server_time']).toMatch(RFC3339);
      const [cookie] = answer.headers.getSetCookie();
      expect(cookie).toMatch(/;\s*HttpOnly/i);
      expect(cookie).toMatch(/;\s*SameSite=Strict/i);
    });

    it('refuses a changing call from another origin, and takes one from its own', async () => {
      const path = `/api/v1/declarations/${declaration.id}/confirm`;
      for (const origin of [
        'https://evil.example',
        'null',
        `${broker.url}.evil.example`,
        broker.url.replace('http', 'https'),
      ]) {
        fitsProblem(await hq1.post(path, undefined, { origin }), 403, 'foreign_origin');
      }
      fitsProblem(await hq1.post(path, undefined, { origin: broker.url }), 403, 'same_person');
      const signIn = await send(
        `${broker.url}/api/v1/session`,
        'POST',
        { person_id: 'hq-1' },
        { origin: 'https://evil.example' },
      );
      fitsProblem(signIn, 403, 'foreign_origin');
      expect(
        (await hq1.call('GET', '/api/v1/session', undefined, { origin: 'https://evil.example' })).status,
      ).toBe(200);
    });

    it('ends a session at once, and asks to sign in afterwards', async () => {
      const person = await broker.storm.person('regulator-1');
      fits(await person.call('DELETE', '/api/v1/session'), 204, 'DELETE /api/v1/session');
      fitsProblem(await person.get('/api/v1/session'), 401, 'not_signed_in');
    });

    it('says how to show who one is (WWW-Authenticate)', async () => {
      const data = await send(`${broker.url}/api/v1/lookups`, 'POST', {});
      expect([data.status, data.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/^DPoP .*algs="ES256/),
      ]);
      const system = await send(`${broker.url}/oauth/introspect`, 'POST', { token: 'x' });
      expect([system.status, system.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/^Basic /),
      ]);
    });
  });

  describe('people', () => {
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
      const proposed = fits(
        await one.post('/api/v1/terminals', body('PC-C-1')),
        202,
        'POST /api/v1/terminals',
      );
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

  describe('data calls', () => {
    it('issues a credential to the enrolled terminal, and answers lookup, match and reveal', async () => {
      const issued = fits(await operator.credential(grantId), 200, 'POST /api/v1/grants/:id/credential');
      expect(issued).toMatchObject({
        token_type: 'DPoP',
        authorization_details: [{ declaration: declaration.id }],
      });
      expect(issued.expires_at).toMatch(RFC3339);
      expect(issued.expires_in).toBeLessThanOrEqual(300);

      const search = {
        supply_point_id: point.supply_point_id,
        second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
      };
      const found = fits(await operator.lookup(search), 200, 'POST /api/v1/lookups');
      expect(found).toMatchObject({
        outcome: 'found',
        results: [{ withheld: expect.any(Array) as unknown[] }],
      });
      const ref = found.results[0]?.ref ?? '';
      const matched = await operator.match(ref, 'contract_holder_name', point.contract_holder_name);
      expect(fits(matched, 200, 'POST /api/v1/lookups/:ref/match')).toEqual({
        record_id: expect.any(String) as string,
        match: true,
      });
      const revealed = await operator.reveal(ref, 'contact_phone');
      expect(fits(revealed, 200, 'POST /api/v1/lookups/:ref/reveal')).toMatchObject({
        field: 'contact_phone',
        value: point.contact_phone,
      });
      fitsProblem(
        await operator.data(`/api/v1/lookups/${ref}/reveal`, { field: 'contact_phone', reason: '再度' }),
        409,
        'already_revealed',
      );

      const missed = await operator.lookup({ ...search, second_factor: { contact_phone_last4: '0000' } });
      expect(fits(missed, 200, 'POST /api/v1/lookups')).toMatchObject({ outcome: 'no_result', results: [] });
    });

    it('shows auditors and the regulator the records, by filters', async () => {
      const regulator = await broker.storm.person('regulator-1');
      for (const who of [auditor, regulator]) {
        const page = fits(
          await who.get<{ items: Json[] }>(
            `/api/v1/records?grant=${grantId}&type=use.lookup&decision=permit`,
          ),
          200,
          'GET /api/v1/records',
        );
        expect(page.items).toHaveLength(1);
        expect(page.items[0]).toMatchObject({
          grant_id: grantId,
          declaration_id: declaration.id,
          person_id: 'operator-a-01',
        });
        const record = fits(
          await who.get(`/api/v1/records/${String(page.items[0]?.['id'])}`),
          200,
          'GET /api/v1/records/:id',
        );
        expect(JSON.stringify(record)).not.toContain(point.supply_point_id);
      }
      const none = await auditor.get<{ items: Json[] }>(
        '/api/v1/records?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z',
      );
      expect(fits(none, 200, 'GET /api/v1/records').items).toEqual([]);
    });
  });
});
