import { Broker } from '../harness/broker.js';
import { refusalOf } from '../laws/witnesses.js';
import { Officers } from '../stories/officers.js';
import { expectStatus, type Storm } from '../stories/storm.js';
import { fits } from './fits.js';

const ROUTE = 'GET /api/v1/declarations/:id/callable';
interface Callable {
  organization_id: string;
  name: string;
  has_agreement: boolean;
  why_not: { code: string; detail: string } | null;
}

interface Callables {
  items: Callable[];
  next: string | null;
}

describe('who can be called for support', () => {
  let broker: Broker;
  let storm: Storm;
  let declarationId: string;
  beforeAll(async () => {
    broker = await Broker.start();
    ({ storm } = broker);
    declarationId = (await storm.declared()).id;
  });
  afterAll(() => broker.stop());

  const callable = async (id: string, query = ''): Promise<Callables> => {
    const hq = await storm.person('hq-2');
    return fits<Callables>(await hq.get(`/api/v1/declarations/${id}/callable${query}`), 200, ROUTE);
  };

  it('is every registered retailer alike, by name, page by page, and nobody else (FAIR-1, FAIR-3)', async () => {
    const { items } = await callable(declarationId);
    const registered = await broker.database.asOwner<{ id: string }>(
      `select id from organization where kind = 'retailer' and ended_at is null`,
    );
    expect(items.map((one) => one.organization_id).sort()).toEqual(registered.map(({ id }) => id).sort());
    expect(new Set(items.map((one) => Object.keys(one).join())).size).toBe(1);
    expect(items.map((one) => [one.has_agreement, one.why_not])).toEqual(items.map(() => [true, null]));
    const first = await callable(declarationId, '?limit=1');
    const second = await callable(declarationId, `?limit=1&cursor=${String(first.next)}`);
    expect([...first.items, ...second.items]).toEqual(items.slice(0, 2));
  });

  it('is nothing of a declaration that is not there, and nothing for other roles', async () => {
    const hq = await storm.person('hq-2');
    expect(refusalOf(await hq.get('/api/v1/declarations/dc_none/callable'))).toEqual([404, 'not_found']);
    const path = `/api/v1/declarations/${declarationId}/callable`;
    for (const id of ['supervisor-a', 'auditor-1', 'officer-1'])
      expect(refusalOf(await (await storm.person(id)).get(path))).toEqual([403, 'role_not_allowed']);
  });

  it('says of whom no agreement is valid, and that nobody gets access under what is lifted', async () => {
    const body = { id: 'retailer-new', kind: 'retailer', name: '新参電力', is_affiliated: false };
    await new Officers(storm).agreed('POST', 'organizations', { ...body, retailer_code: 'Z9191' });
    const found = (await callable(declarationId)).items;
    expect(found.find((one) => one.organization_id === 'retailer-new')).toMatchObject({
      name: '新参電力',
      has_agreement: false,
      why_not: { code: 'agreement_invalid', detail: '有効な業務委託契約・協定がありません。' },
    });
    const hq = await storm.person('hq-1');
    const reason = '復旧が完了したため';
    expectStatus(await hq.post(`/api/v1/declarations/${declarationId}/lift`, { reason }), 200);
    const codes = (await callable(declarationId)).items.map((one) => one.why_not?.code);
    expect(codes).toEqual(found.map(() => 'declaration_not_live'));
  });

  it('a refused person’s verdict is told in words, in the reader’s language', async () => {
    const { id } = await storm.declared({ target_area: ['131130'] });
    const call = await storm.called(id);
    const nomination = await storm.nominated(call.id, ['operator-a-01', 'operator-a-37']);
    const hq = await storm.person('hq-2');
    const path = `/api/v1/nominations/${nomination.id}`;
    const results = async (language: string): Promise<unknown> => {
      const answer = await hq.call('GET', path, undefined, { 'accept-language': language });
      return fits(answer, 200, 'GET /api/v1/nominations/:id')['results'];
    };
    const refused = {
      person_id: 'operator-a-37',
      name: '応対 A37号',
      verdict: 'refused',
      code: 'training_expired',
    };
    const eligible = { person_id: 'operator-a-01', name: '応対 A01号', verdict: 'eligible' };
    expect(await results('ja')).toEqual([eligible, { ...refused, detail: '研修の有効期限が切れています。' }]);
    expect(await results('en')).toEqual([eligible, { ...refused, detail: 'The training has expired.' }]);
  });
});
