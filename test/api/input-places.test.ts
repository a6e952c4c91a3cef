import { ACCESS_TABLE, type RouteAccess } from '../../src/contract/access-table.js';
import { send } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { document, InputGround, named, withBody } from './input-ground.js';
import { operationOf } from './openapi-schema.js';

describe('input in paths, questions and headers', () => {
  let ground: InputGround;
  beforeAll(async () => {
    ground = await InputGround.start();
  });
  afterAll(() => ground.broker.stop());
  afterEach(() => {
    expect(ground.defects).toEqual([]);
  });

  describe('places', () => {
    const IDS = [
      '%00', '%0a', '%2e%2e', '%2e%2e%2fetc%2fpasswd', '..%2f..', '%5c..%5c', 'x'.repeat(300), '%F0%9F%92%A3', '%E8%B1%8A%E4%B8%AD',
      "'%20or%201=1--", '%25', '%3Cscript%3E', '*', '%20', '%ff', '%zz', '%', '-', '0', 'null', '__proto__', 'constructor',
    ]; // prettier-ignore

    it('that nobody has are 404 on every route, whatever they are written like', async () => {
      const routes = ACCESS_TABLE.filter(({ path }) => path.includes('/:'));
      expect(routes.length).toBeGreaterThan(18);
      for (const access of routes) {
        const example = withBody.find((one) => one.access === access)?.media.example;
        const isCredential = access.path.endsWith('/credential');
        for (const id of IDS) {
          const path = access.path.replace(/:\w+/, id);
          const dpop = ground.operator.terminal.proof('POST', `${ground.broker.url}${path}`);
          const answer = await ground.sendAs(access, path, example, isCredential ? { dpop } : {});
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
        const id = access.path.startsWith('/api/v1/declarations/') ? ground.declarationId : 'operator-a-01';
        const path = access.path.replace(':id', id).replace(':ref', 'Xk3v9Qm2aWb0T1xPq8sJm2');
        for (const query of refused) {
          const { status, body } = await ground.sendAs(access, `${path}?${query}`, undefined);
          const isRefused =
            status === 422 && ['invalid_input', 'invalid_cursor'].includes(String(body['code']));
          expect([named(access), query, status, isRefused]).toEqual([named(access), query, 422, true]);
        }
        for (const query of ['', 'limit=1', 'limit=100', of('1 a'), of('8640000000000000 zz')]) {
          const { status } = await ground.sendAs(access, `${path}?${query}`, undefined);
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
        const { status } = await ground.sendAs(
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
      `DPoP ${ground.operator.token ?? ''}`,
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
        ...proofs.map((dpop) => ({ dpop, authorization: `DPoP ${ground.operator.token ?? ''}` })),
      ]) {
        const answer = await send(
          `${ground.broker.url}${path}`,
          'POST',
          {},
          headers as Record<string, string>,
        );
        expect([path, headers, answer.status]).toEqual([path, headers, 401]);
      }
    }
    const hq = await ground.broker.storm.person('hq-1');
    for (const language of ['', ',,,', 'en;q=zzz', 'q=1;en', long, 'ja;q=9999999999999999999', '*;q=0']) {
      expect(
        (await hq.call('GET', '/api/v1/notices', undefined, { 'accept-language': language })).status,
      ).toBe(404);
    }
    for (const key of [' ', 'x'.repeat(201), 'a b', 'é']) {
      const answer = await hq.post('/api/v1/declarations', ground.broker.storm.declarationBody(), {
        'idempotency-key': key,
      });
      expect([key.slice(0, 5), answer.status]).toEqual([key.slice(0, 5), 422]);
    }
  });

  describe('as people write it', () => {
    const wide = (digits: string): string =>
      digits.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
    const isFound = async (search: object): Promise<string> => {
      const { status, body } = await ground.operator.lookup(search);
      return status === 200 ? body.outcome : `${status} ${JSON.stringify(body)}`;
    };

    it('finds the same point: full-width digits, hyphens and spaces in its number', async () => {
      const number = ground.point.supply_point_id;
      const factor = { second_factor: { contact_phone_last4: ground.point.contact_phone.slice(-4) } };
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
          second_factor: { contact_phone_last4: wide(ground.point.contact_phone.slice(-4)) },
        }),
      ).toBe('found');
    });

    /** A point that this way of searching finds: what several points share names none of them. */
    const findable = async (search: (one: SamplePoint) => object): Promise<SamplePoint> => {
      for (const one of await samplePoints(ground.broker.wheelingUrl)) {
        if (one.contact_phone && one.meter_number && (await isFound(search(one))) === 'found') return one;
      }
      throw new Error('the sample has a point to be found this way');
    };
    const byMeter = (one: SamplePoint): object => ({
      second_factor: { meter_number_last4: one.meter_number.slice(-4) },
    });

    it('finds the same point: a telephone with country code, hyphens, brackets, full-width', async () => {
      const own = await findable((one) => ({ phone: one.contact_phone, ...byMeter(one) }));
      const national = own.contact_phone.replace(/\D/g, '');
      const [head, tail] = [national.slice(0, 3), national.slice(3)];
      for (const written of [
        national,
        wide(national),
        `+81${national.slice(1)}`,
        `+81-${head.slice(1)}-${tail}`,
        `(${head})${tail}`,
        `＋81 ${wide(national.slice(1))}`,
      ]) {
        expect([written, await isFound({ phone: written, ...byMeter(own) })]).toEqual([written, 'found']);
      }
    });

    it('finds the same point: a municipality of five digits, full-width', async () => {
      const address = (one: SamplePoint, code: string): object => ({
        municipality_code: code,
        address: one.supply_address,
        ...byMeter(one),
      });
      const own = await findable((one) => address(one, '272035'));
      for (const code of ['272035', '27203', wide('272035'), wide('27203')]) {
        expect([code, await isFound(address(own, code))]).toEqual([code, 'found']);
      }
      const wrong = await ground.operator.lookup(address(own, '272036'));
      expect(expectStatus(wrong, 422)).toMatchObject({ code: 'invalid_input' });
    });
  });
});
