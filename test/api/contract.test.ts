import { randomUUID } from 'node:crypto';
import { Broker } from '../harness/broker.js';
import { Operator, send, type Answer, type Person } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { fits, fitsProblem, RFC3339 } from './fits.js';

type Json = Record<string, unknown>;

describe('the contract: form, once, callers, data calls', () => {
  let broker: Broker;
  let hq1: Person, hq2: Person, auditor: Person;
  let declaration: Json & { id: string };
  let operator: Operator;
  let grantId: string;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    [hq1, hq2, auditor] = await Promise.all([
      storm.person('hq-1'),
      storm.person('hq-2'),
      storm.person('auditor-1'),
    ]);
    declaration = await storm.declare(hq1);
    expectStatus(await hq2.post(`/api/v1/declarations/${declaration.id}/confirm`), 200);
    const call = await storm.called(declaration.id);
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
