import { Broker } from '../harness/broker.js';
import { Operator, send, Terminal, type Answer } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { darkPoints, refOf, refusalOf, ResourceServer, searchOf } from '../laws/witnesses.js';

let broker: Broker;
let declarationId: string;
let points: SamplePoint[];
let next = 1;

beforeAll(async () => {
  broker = await Broker.start();
  declarationId = (await broker.storm.declared()).id;
  points = await darkPoints(broker, 200);
});
afterAll(() => broker.stop());

const point = (n: number): SamplePoint => points[n] as SamplePoint;
function holder(): ReturnType<typeof broker.storm.operator> {
  const id = `operator-a-${String(next).padStart(2, '0')}`;
  next += 1;
  return broker.storm.operator(id, declarationId);
}
const wrongly = (one: SamplePoint): object => ({
  ...searchOf(one),
  second_factor: { meter_number_last4: one.meter_number.endsWith('0000') ? '0001' : '0000' },
});

describe('a curious operator', () => {
  it('finds nobody by a name, by a part of a number, or by no second thing known', async () => {
    const { operator } = await holder();
    const { supply_point_id: id, contact_phone: phone, contract_holder_name: name } = point(0);
    const factor = { contact_phone_last4: phone.slice(-4) };
    const searches = [
      { contract_holder_name: name, second_factor: factor },
      { supply_point_id: id },
      { supply_point_id: id, second_factor: {} },
      { supply_point_id: `${id.slice(0, 20)}%%`, second_factor: factor },
      { phone, second_factor: factor },
      { municipality_code: '272035', address: '%', second_factor: { town_block: '1' } },
      { supply_point_id: id, phone, second_factor: factor },
    ];
    for (const search of searches) {
      expect([search, refusalOf(await operator.lookup(search))]).toEqual([search, [422, 'invalid_input']]);
    }
    for (const path of ['/api/v1/lookups', '/api/v1/supply-points', '/api/v1/customers?name=a'])
      expect((await operator.person.get(path)).status).toBe(404);
    for (const path of ['/api/v1/exports', '/api/v1/records/search', '/api/v1/desk/supply-points'])
      expect(refusalOf(await operator.person.post(path, {}))).toEqual([403, 'role_not_allowed']);
  });

  it('guesses three times at a neighbour, with all colleagues together, and not once more', async () => {
    const [one, other] = [await holder(), await holder()];
    const neighbour = point(1);
    for (const { operator } of [one, other, one])
      expect(expectStatus(await operator.lookup(wrongly(neighbour)), 200).outcome).toBe('no_result');
    for (const { operator } of [one, other])
      expect(refusalOf(await operator.lookup(searchOf(neighbour)))).toEqual([403, 'search_locked']);
    // By the other key to the same point the lock does not tell that there is anything.
    const byPhone = {
      phone: neighbour.contact_phone,
      second_factor: { meter_number_last4: neighbour.meter_number.slice(-4) },
    };
    expect(expectStatus(await other.operator.lookup(byPhone), 200).outcome).toBe('no_result');
  });

  it('leaves a name beside each look, which auditors find by the customer', async () => {
    const { operator } = await holder();
    refOf(await operator.lookup(searchOf(point(2))));
    const auditor = await broker.storm.person('auditor-1');
    const found = await auditor.post<{ items: { person_id: string; type: string }[] }>(
      '/api/v1/records/search',
      { supply_point_id: point(2).supply_point_id },
    );
    const looks = expectStatus(found, 200).items.filter(({ type }) => type === 'use.lookup');
    expect(looks.map(({ person_id: by }) => by)).toEqual([operator.person.id]);
  });

  it('goes on by no reference, token or session of a colleague, nor by the own ones of before', async () => {
    const [one, other] = [await holder(), await holder()];
    const ref = refOf(await one.operator.lookup(searchOf(point(3))));
    const borrowed = await other.operator.match(ref, 'contract_holder_name', 'x');
    expect(refusalOf(borrowed)).toEqual([404, 'ref_unknown']);
    const thief = new Operator(other.operator.person, other.operator.terminal);
    thief.token = one.operator.token;
    expect(refusalOf(await thief.lookup(searchOf(point(3))))).toEqual([401, 'invalid_dpop_proof']);
    await one.operator.person.post(`/api/v1/grants/${one.grantId}/hand-back`);
    expect(refusalOf(await one.operator.match(ref, 'contract_holder_name', 'x'))[0]).toBe(403);
    expect(refusalOf(await one.operator.lookup(searchOf(point(3))))).toEqual([403, 'handed_back']);
  });
});

describe('malware and a camera at the terminal', () => {
  it('a token that leaves the machine opens nothing, nor does a proof made for another call', async () => {
    const { operator } = await holder();
    const token = operator.token ?? '';
    const lookup = (dpop: string): Promise<Answer> => {
      const call = { id: 'call-1', direction: 'inbound', started_at: broker.storm.in(0) };
      const body = { call, purpose: 'outage_enquiry', search: searchOf(point(4)) };
      return send(`${broker.url}/api/v1/lookups`, 'POST', body, { authorization: `DPoP ${token}`, dpop });
    };
    const url = `${broker.url}/api/v1/lookups`;
    expect((await lookup(new Terminal(broker.storm.now).proof('POST', url, token))).status).toBe(401);
    expect((await lookup(operator.terminal.proof('POST', `${url}/x/match`, token))).status).toBe(401);
    const stolen = operator.terminal.proof('POST', url, token);
    await broker.moveClock(10 * 60_000);
    expect((await lookup(stolen)).status).toBe(401);
    await broker.moveClock(-10 * 60_000);
  });

  it('one word that the terminal is lost ends what it holds, its sessions as well', async () => {
    const { operator, terminalId } = await holder();
    const supervisor = await broker.storm.person('supervisor-a');
    const reason = { reason: '不審なソフトウェアを見つけたため' };
    expectStatus(await supervisor.post(`/api/v1/terminals/${terminalId}/lost`, reason), 200);
    expect((await operator.lookup(searchOf(point(5)))).status).not.toBe(200);
    expect((await operator.person.get('/api/v1/session')).status).toBe(401);
  });

  it('what remains: who may see a value can photograph it. The record says who, when, and which fields', async () => {
    const { operator } = await holder();
    const { record_id: id } = expectStatus(await operator.lookup(searchOf(point(6))), 200);
    const auditor = await broker.storm.person('auditor-1');
    const record = expectStatus(await auditor.get(`/api/v1/records/${id}`), 200);
    expect(record['person_id']).toBe(operator.person.id);
    expect(JSON.stringify(record)).toContain('outage_state');
    for (const value of [point(6).contact_phone, point(6).contract_holder_name])
      expect(JSON.stringify(record)).not.toContain(value);
  });
});

describe('oracles', () => {
  it('a wrong factor, nobody’s number and a place outside the area are one answer', async () => {
    const { operator } = await holder();
    const [outside] = await samplePoints(broker.wheelingUrl, '131130', 1);
    const nobody = { ...searchOf(point(7)), supply_point_id: '9900000000000000000000' };
    const heard = [];
    for (const search of [wrongly(point(7)), nobody, searchOf(outside as SamplePoint)]) {
      const { body, status, headers } = await operator.lookup(search);
      heard.push([status, { ...body, record_id: '' }, headers.get('content-length')]);
    }
    expect(heard[1]).toEqual(heard[0]);
    expect(heard[2]).toEqual(heard[0]);
  });

  it('what is withheld is the profile’s, and says nothing of the customer', async () => {
    const { operator } = await holder();
    const withheld = new Set<string>();
    for (const n of [8, 9, 10, 11])
      withheld.add(JSON.stringify((await operator.lookup(searchOf(point(n)))).body.results[0]?.withheld));
    expect(withheld.size).toBe(1);
    expect([...withheld][0]).toContain('contract_holder_name');
  });

  it('a grant of somebody else and one of nobody are one answer, and so are dead and unknown tokens', async () => {
    const [one, other] = [await holder(), await holder()];
    const told = async (id: string): Promise<unknown> => {
      const { status, body } = await one.operator.person.get(`/api/v1/grants/${id}`);
      return [status, { ...body, record_id: '' }];
    };
    expect(await told(other.grantId)).toEqual(await told('gr_none'));
    await other.operator.person.post('/oauth/revoke', { token: other.operator.token });
    const server = new ResourceServer(broker.url);
    expect((await server.introspect(other.operator.token ?? '')).body).toEqual({ active: false });
    expect((await server.introspect('e30.e30.e30')).body).toEqual({ active: false });
    expect((await server.revoke('e30.e30.e30')).status).toBe(200);
  });

  it('a repeated key gives no value a second time, and matching is guessed at three times', async () => {
    const { operator } = await holder();
    const ref = refOf(await operator.lookup(searchOf(point(12))));
    for (let n = 0; n < 3; n += 1)
      expect(expectStatus(await operator.match(ref, 'contract_holder_name', `誰か${n}`), 200).match).toBe(
        false,
      );
    const right = await operator.match(ref, 'contract_holder_name', point(12).contract_holder_name);
    expect(refusalOf(right)).toEqual([403, 'search_locked']);
    const rows = await broker.database.asOwner(`select 1 from idempotency where answer like '%results%'`);
    expect(rows).toEqual([]);
  });

  it('references of the ledger are keyed: no list of numbers gives them, and no kind gives another’s', async () => {
    const { operator } = await holder();
    const { record_id: id } = expectStatus(await operator.lookup(searchOf(point(13))), 200);
    const [record] = await broker.records<{ supply_point_ref: string; payload: string }>('id = $1', [id]);
    const { createHash } = await import('node:crypto');
    const number = point(13).supply_point_id;
    for (const form of ['hex', 'base64', 'base64url'] as const)
      expect(record?.supply_point_ref).not.toContain(
        createHash('sha256').update(number).digest(form).slice(0, 12),
      );
    const sought = await broker.database.asOwner<{ sought: string }>('select sought from search_failure');
    expect(sought.map((row) => row.sought)).not.toContain(record?.supply_point_ref);
  });
});
