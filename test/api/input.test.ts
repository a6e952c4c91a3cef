import fc from 'fast-check';
import { ACCESS_TABLE, type RouteAccess } from '../../src/contract/access-table.js';
import type { Role } from '../../src/contract/caller.js';
import { Broker } from '../harness/broker.js';
import { Operator, send, type Answer, type Person } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { mutantsOf } from './hostile-values.js';
import { checkedInText, operationOf, type ApiDocument } from './openapi-schema.js';

const document = JSON.parse(checkedInText()) as ApiDocument;
const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };
const PERSON: Record<Role, string> = {
  headquarters: 'hq-1',
  officer: 'officer-1',
  compliance_officer: 'compliance-1',
  supervisor: 'supervisor-a',
  operator: 'operator-a-01',
  auditor: 'auditor-1',
  regulator: 'regulator-1',
};
const named = ({ method, path }: RouteAccess): string => `${method} ${path}`;
const somewhere = (path: string): string => path.replaceAll(/:(\w+)/g, 'xx_nowhere');
const withBody = ACCESS_TABLE.flatMap((access) => {
  const content = operationOf(document, access.method, access.path).requestBody?.content ?? {};
  const media = content['application/json'];
  return media && !access.path.startsWith('/access/') ? [{ access, media }] : [];
});

describe('input', () => {
  let broker: Broker;
  let operator: Operator;
  let point: SamplePoint;
  const people = new Map<Role, Person>();

  beforeAll(async () => {
    broker = await Broker.start();
    for (const [role, id] of Object.entries(PERSON)) people.set(role as Role, await broker.storm.person(id));
    const declaration = await broker.storm.declared();
    ({ operator } = await broker.storm.operator('operator-a-01', declaration.id));
    const found = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
    if (!found) throw new Error('the sample has points in outage');
    point = found;
  });
  afterAll(() => broker.stop());
  afterEach(() => {
    // Nothing that anybody sends is a defect of ours.
    expect(broker.log.lines.filter((line) => line.includes('internal_error'))).toEqual([]);
  });

  /** Sends as somebody whom the route lets in, so that what is refused is the input. */
  const sendAs = (
    access: RouteAccess,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    if (access.entry === 'terminal') {
      const token = operator.token ?? '';
      const proof = operator.terminal.proof('POST', `${broker.url}${path}`, token);
      return send(`${broker.url}${path}`, 'POST', body, {
        authorization: `DPoP ${token}`,
        dpop: proof,
        ...headers,
      });
    }
    if (access.entry !== 'person')
      return send(`${broker.url}${path}`, access.method, body, { ...BASIC, ...headers });
    const [role = 'headquarters'] = access.roles;
    const person = people.get(role);
    if (!person) throw new Error(`nobody is ${role}`);
    return person.call(access.method, path, body, headers);
  };

  describe('members of bodies', () => {
    it.each(withBody.map((one) => [named(one.access), one] as const))(
      'are each read strictly by %s',
      async (_, { access, media }) => {
        const mutants = mutantsOf(media.schema, media.example, document);
        expect(mutants.length).toBeGreaterThan(10);
        for (const { label, pointer, body } of mutants) {
          const { status, body: problem } = await sendAs(access, somewhere(access.path), body);
          const faults = (problem['faults'] ?? []) as { pointer: string }[];
          const isTold = faults.some(
            (fault) => pointer.startsWith(fault.pointer) || fault.pointer.startsWith(pointer),
          );
          expect([label, pointer, status, problem['code'], isTold]).toEqual([
            label,
            pointer,
            422,
            'invalid_input',
            true,
          ]);
        }
      },
    );

    it('are taken where they are right (the control): each example passes as far as its object', async () => {
      for (const { access, media } of withBody.filter(({ access: { path } }) => path.includes('/:'))) {
        const answer = await sendAs(access, somewhere(access.path), media.example);
        expect([named(access), answer.status, answer.body['code']]).toEqual([
          named(access),
          404,
          access.entry === 'terminal' ? 'ref_unknown' : 'not_found',
        ]);
      }
    });
  });

  describe('bodies', () => {
    const DECLARE = '/api/v1/declarations';
    const raw = async (
      path: string,
      body: string | Uint8Array<ArrayBuffer>,
      type: string | null,
    ): Promise<number> => {
      const session = await send(`${broker.url}/api/v1/session`, 'POST', { person_id: 'hq-1' });
      const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const headers = { cookie, ...(type !== null && { 'content-type': type }) };
      const answer = await fetch(`${broker.url}${path}`, { method: 'POST', body, headers });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      return answer.status;
    };
    const JSON_TYPE = 'application/json';
    const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
      new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part)));

    it('that are cut off, or no JSON, are 400', async () => {
      const whole = JSON.stringify(broker.storm.declarationBody());
      for (const text of [
        whole.slice(0, -1),
        whole.slice(0, 20),
        '{',
        '"',
        `${whole}}`,
        '{"a":1,}',
        "{'a':1}",
        'NaN',
        '\u0000',
        '\ufeff{}x',
      ]) {
        expect([text.slice(0, 20), await raw(DECLARE, text, JSON_TYPE)]).toEqual([text.slice(0, 20), 400]);
      }
    });

    it('that are no object are refused', async () => {
      for (const text of ['[]', '[{}]', 'null', 'true', '5', '"text"', '""', '[[[[]]]]']) {
        expect([text, [400, 422]]).toEqual([
          text,
          expect.arrayContaining([await raw(DECLARE, text, JSON_TYPE)]),
        ]);
      }
    });

    it('that are no UTF-8 are 400, wherever the bytes stand', async () => {
      for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
        expect([bad, await raw(DECLARE, bytes('{"name":"', bad, '"}'), JSON_TYPE)]).toEqual([bad, 400]);
        expect(await raw('/api/v1/session', bytes('{"person_id":"hq-1', bad, '"}'), JSON_TYPE)).toBe(400);
      }
    });

    it('that reach for JavaScript’s machinery are refused, also written with escapes', async () => {
      for (const text of [
        '{"__proto__":{"is_drill":true}}',
        '{"constructor":{"prototype":{"x":1}}}',
        '{"constructor":"x"}',
        '{"name":{"__proto__":1}}',
        '{"\\u005f\\u005fproto\\u005f\\u005f":{}}',
        '{"\\u0063onstructor":1}',
      ]) {
        expect([text, await raw(DECLARE, text, JSON_TYPE)]).toEqual([text, 400]);
      }
      expect(({} as Record<string, unknown>)['is_drill']).toBeUndefined();
    });

    it('that name a member twice are read as their last, as JSON is, and never break anything', async () => {
      expect(await raw('/api/v1/session', '{"person_id":"hq-1","person_id":5}', JSON_TYPE)).toBe(422);
      expect(await raw('/api/v1/session', '{"person_id":5,"person_id":"nobody"}', JSON_TYPE)).toBe(401);
    });

    it('of another type are 415: also forms, which another site could send', async () => {
      const whole = JSON.stringify(broker.storm.declarationBody());
      for (const type of [
        'text/plain',
        'application/xml',
        'multipart/form-data; boundary=x',
        'application/octet-stream',
        'application/jsonx',
        'x',
        '',
      ]) {
        expect([type, await raw(DECLARE, whole, type)]).toEqual([type, 415]);
      }
      expect(await raw('/api/v1/session', 'person_id=hq-1', 'application/x-www-form-urlencoded')).toBe(415);
      expect(await raw('/access/v1/evaluation', 'subject=x', 'application/x-www-form-urlencoded')).toBe(415);
      expect(await raw(DECLARE, '{}', 'application/json; charset=utf-8')).toBe(422);
    });

    it('of 600 KB are 413, at every route, before anybody is asked who they are', async () => {
      const huge = JSON.stringify({ name: 'x'.repeat(600 * 1024) });
      for (const { path } of ACCESS_TABLE.filter(({ method, isLater }) => method === 'POST' && !isLater)) {
        expect([path, await raw(somewhere(path), huge, JSON_TYPE)]).toEqual([path, 413]);
      }
    });

    it('of great depth are refused', async () => {
      const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
      for (const path of [DECLARE, '/access/v1/evaluation', '/oauth/introspect']) {
        expect([path, (await raw(path, deep, JSON_TYPE)) < 500]).toEqual([path, true]);
      }
    });

    it('of OAuth name each parameter once', async () => {
      const form = 'application/x-www-form-urlencoded';
      expect(await raw('/oauth/introspect', 'token=a&token=b', form)).toBe(400);
      for (const text of [
        'token[]=a',
        '__proto__=x',
        'token=%zz',
        '%',
        '&&&=',
        `token=${'a'.repeat(100_000)}`,
      ]) {
        const answer = await send(`${broker.url}/oauth/introspect`, 'POST', text, {
          ...BASIC,
          'content-type': form,
        });
        expect([text.slice(0, 20), answer.status < 500]).toEqual([text.slice(0, 20), true]);
      }
    });
  });

  describe('places', () => {
    const IDS = [
      '%00', '%0a', '%2e%2e', '%2e%2e%2fetc%2fpasswd', '..%2f..', '%5c..%5c', 'x'.repeat(300), '%F0%9F%92%A3', '%E8%B1%8A%E4%B8%AD',
      "'%20or%201=1--", '%25', '%3Cscript%3E', '*', '%20', '%ff', '%zz', '%', '-', '0', 'null', '__proto__', 'constructor',
    ]; // prettier-ignore

    it('that nobody has are 404 on every route, whatever they are written like', async () => {
      const routes = ACCESS_TABLE.filter(({ path, isLater }) => path.includes('/:') && !isLater);
      expect(routes.length).toBeGreaterThan(18);
      for (const access of routes) {
        const example = withBody.find((one) => one.access === access)?.media.example;
        const isCredential = access.path.endsWith('/credential');
        for (const id of IDS) {
          const path = access.path.replace(/:\w+/, id);
          const dpop = operator.terminal.proof('POST', `${broker.url}${path}`);
          const answer = await sendAs(access, path, example, isCredential ? { dpop } : {});
          const isProofOfAnother = answer.status === 401 && answer.body['code'] === 'invalid_dpop_proof';
          expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
          expect([named(access), id, answer.status === 404 || isProofOfAnother]).toEqual([
            named(access),
            id,
            true,
          ]);
        }
      }
    });
  });

  describe('questions', () => {
    const LISTS = ACCESS_TABLE.filter(
      ({ method, path }) =>
        method === 'GET' &&
        operationOf(document, method, path).parameters.some((one) => one.name === 'cursor'),
    );
    const of = (text: string): string => `cursor=${Buffer.from(text).toString('base64url')}`;

    it('to lists are read strictly, each list in the same way', async () => {
      expect(LISTS.length).toBeGreaterThanOrEqual(7);
      const refused = [
        ...[
          'limit=0',
          'limit=-1',
          'limit=101',
          'limit=abc',
          'limit=',
          'limit=1.5',
          'limit=1e400',
          'limit=1&limit=2',
          'limit[]=1',
        ],
        ...[
          'cursor=garbage',
          'cursor=',
          'cursor=%00',
          `cursor=${'a'.repeat(201)}`,
          'cursor=a&cursor=b',
          'cursor=%F0%9F%92%A3',
        ],
        ...[
          of('x y'),
          of('1 '),
          of('1'),
          of('1 a b'),
          of('Infinity a'),
          of('-8640000000000000 a'),
          of("1 '"),
          of('1 a\u0000'),
        ],
        ...['stranger=1', 'take=5', 'after=1', '__proto__=1', 'constructor=1', 'toString=1', 'Limit=5'],
      ];
      for (const access of LISTS) {
        for (const query of refused) {
          const { status, body } = await sendAs(access, `${access.path}?${query}`, undefined);
          const isRefused =
            status === 422 && ['invalid_input', 'invalid_cursor'].includes(String(body['code']));
          expect([named(access), query, status, isRefused]).toEqual([named(access), query, 422, true]);
        }
        for (const query of ['', 'limit=1', 'limit=100', of('1 a'), of('8640000000000000 zz')]) {
          const { status } = await sendAs(access, `${access.path}?${query}`, undefined);
          expect([named(access), query, status]).toEqual([named(access), query, 200]);
        }
      }
    });

    it('to records are read strictly too', async () => {
      for (const query of [
        'declaration=%00',
        "person='",
        'type=A',
        'decision=maybe',
        'from=yesterday',
        'to=2026-01-01',
        'grant=a&grant=b',
        'supply_point_id=99',
        'from=2026-02-30T00:00:00Z',
      ]) {
        const { status } = await sendAs(
          LISTS.find(({ path }) => path === '/api/v1/records') as RouteAccess,
          `/api/v1/records?${query}`,
          undefined,
        );
        expect([query, status]).toEqual([query, 422]);
      }
    });
  });

  it('in headers does no harm', async () => {
    const long = 'x'.repeat(6_000);
    const tokens = [
      'DPoP',
      'DPoP a.b.c',
      `DPoP ${long}`,
      'DPoP ..',
      'Basic',
      'Basic !!!',
      'Basic Og==',
      `Basic ${Buffer.from('a:b:c').toString('base64')}`,
      'Bearer x',
      'é',
      `DPoP ${operator.token ?? ''}`,
    ];
    const cookies = [
      'kashikagi_session',
      'kashikagi_session=',
      'kashikagi_session=%00',
      'kashikagi_session="x"',
      `kashikagi_session=${long}`,
      'a=b; kashikagi_session=%zz; ;;=',
    ];
    const proofs = [
      '',
      'x',
      'a.b.c',
      long,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
      `${Buffer.from('null').toString('base64url')}.bnVsbA.AA`,
    ];
    for (const path of [
      '/api/v1/lookups',
      '/oauth/introspect',
      '/oauth/revoke',
      '/access/v1/evaluation',
      '/api/v1/declarations',
    ]) {
      for (const headers of [
        ...tokens.map((authorization) => ({ authorization })),
        ...cookies.map((cookie) => ({ cookie })),
        ...proofs.map((dpop) => ({ dpop, authorization: `DPoP ${operator.token ?? ''}` })),
      ]) {
        const answer = await send(`${broker.url}${path}`, 'POST', {}, headers as Record<string, string>);
        expect([path, headers, answer.status]).toEqual([path, headers, 401]);
      }
    }
    const hq = await broker.storm.person('hq-1');
    for (const language of ['', ',,,', 'en;q=zzz', 'q=1;en', long, 'ja;q=9999999999999999999', '*;q=0']) {
      expect(
        (await hq.call('GET', '/api/v1/notices', undefined, { 'accept-language': language })).status,
      ).toBe(404);
    }
    for (const key of [' ', 'x'.repeat(201), 'a b', 'é']) {
      const answer = await hq.post('/api/v1/declarations', broker.storm.declarationBody(), {
        'idempotency-key': key,
      });
      expect([key.slice(0, 5), answer.status]).toEqual([key.slice(0, 5), 422]);
    }
  });

  it('of any shape whatever never makes the service fail', async () => {
    const routes = ACCESS_TABLE.filter(
      ({ method, entry, isLater }) => method === 'POST' && entry !== 'anyone' && !isLater,
    );
    const near = fc.constantFrom(...withBody.map(({ media }) => media.example as Record<string, unknown>));
    const bent = fc.tuple(near, fc.dictionary(fc.constantFrom(...withBody.flatMap(({ media }) => Object.keys(media.example as object))), fc.jsonValue({ maxDepth: 3 })))
      .map(([example, other]) => ({ ...example, ...other })); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        fc.oneof(fc.jsonValue({ maxDepth: 4 }), bent),
        async (access, body) => {
          const { status } = await sendAs(access, somewhere(access.path), body);
          return status < 500;
        },
      ),
      { numRuns: 300, seed: 20261123 },
    );
  });

  describe('as people write it', () => {
    const wide = (digits: string): string =>
      digits.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
    const isFound = async (search: object): Promise<string> => {
      const { status, body } = await operator.lookup(search);
      return status === 200 ? body.outcome : `${status} ${JSON.stringify(body)}`;
    };

    it('finds the same point: full-width digits, hyphens and spaces in its number', async () => {
      const number = point.supply_point_id;
      const factor = { second_factor: { contact_phone_last4: point.contact_phone.slice(-4) } };
      const grouped = number.replace(/^(..)(....)(....)(....)(....)(....)$/, '$1-$2-$3-$4-$5-$6');
      for (const written of [
        number,
        wide(number),
        grouped,
        wide(grouped).replaceAll('-', 'ー'),
        grouped.replaceAll('-', ' '),
        ` ${number} `,
        grouped.replaceAll('-', '‐'),
        grouped.replaceAll('-', '－'),
      ]) {
        expect([written, await isFound({ supply_point_id: written, ...factor })]).toEqual([written, 'found']);
      }
      expect(
        await isFound({
          supply_point_id: number,
          second_factor: { contact_phone_last4: wide(point.contact_phone.slice(-4)) },
        }),
      ).toBe('found');
    });

    it('finds the same point: a telephone with country code, hyphens, brackets, full-width', async () => {
      const national = point.contact_phone.replace(/\D/g, '');
      const factor = { second_factor: { meter_number_last4: point.meter_number.slice(-4) } };
      const answers = new Set<string>();
      const ways = [
        national,
        wide(national),
        `+81${national.slice(1)}`,
        `+81-${national.slice(1, 3)}-${national.slice(3)}`,
        `(${national.slice(0, 3)})${national.slice(3)}`,
        `＋81 ${wide(national.slice(1))}`,
      ];
      for (const written of ways) answers.add(await isFound({ phone: written, ...factor }));
      expect([...answers]).toEqual([expect.stringMatching(/^(found|no_result)$/)]);
    });

    it('finds the same point: a municipality of five digits, full-width', async () => {
      const factor = { second_factor: { meter_number_last4: point.meter_number.slice(-4) } };
      const answers = new Set<string>();
      for (const code of ['272035', '27203', wide('272035'), wide('27203')]) {
        answers.add(await isFound({ municipality_code: code, address: point.supply_address, ...factor }));
      }
      expect([...answers]).toEqual([expect.stringMatching(/^(found|no_result)$/)]);
      const wrong = await operator.lookup({
        municipality_code: '272036',
        address: point.supply_address,
        ...factor,
      });
      expect(expectStatus(wrong, 422)).toMatchObject({ code: 'invalid_input' });
    });
  });
});
