import { Broker } from '../harness/broker.js';
import { Operator, type Person } from '../stories/actors.js';
import { Officers } from '../stories/officers.js';
import { expectStatus } from '../stories/storm.js';
import { refusalOf } from '../laws/witnesses.js';

type Json = Record<string, unknown>;

const HOUR = 3_600_000;

let broker: Broker;
let declarationId: string;
let callId: string;
let supervisor: Person;
let officers: Officers;

beforeAll(async () => {
  broker = await Broker.start();
  officers = new Officers(broker.storm);
  declarationId = (await broker.storm.declared()).id;
  callId = (await broker.storm.called(declarationId)).id;
  supervisor = await broker.storm.person('supervisor-a');
});
afterAll(() => broker.stop());

const later = (days: number): string => broker.storm.in(days * 24);
const newcomer = (id: string, more: Json = {}): Json => ({
  id,
  natural_person_key: `np-${id}`,
  role: 'operator',
  name: '応対 新人',
  employment: 'employee',
  duty: 'call_response',
  training_for: 'employee',
  training_content_version: '2026-1',
  training_completed_at: later(-10),
  training_valid_until: later(300),
  pledged_at: later(-10),
  pledge_version: '2026-1',
  recertified_until: later(80),
  ...more,
});
const feed = (person: Json, organization = 'retailer-a'): Json => ({
  organization_id: organization,
  people: [person],
});

describe('a supervisor under sales pressure', () => {
  it('gets no salesman in, nor whoever has a conflict, no training, no recertification, or another employer', async () => {
    const people = ['operator-a-37', 'operator-a-38', 'operator-a-39', 'operator-a-40'];
    const strangers = ['operator-b-01', 'hq-1', 'supervisor-a', 'nobody-at-all'];
    const { id, results } = await broker.storm.nominated(callId, [...people, ...strangers, 'operator-a-01']);
    const verdicts = results.map(({ person_id: who, verdict, code }) => [who, code ?? verdict]);
    expect(verdicts.slice(0, 4)).toEqual([
      ['operator-a-37', 'training_expired'],
      ['operator-a-38', 'conflict_flag'],
      ['operator-a-39', 'not_recertified'],
      ['operator-a-40', 'sales_duty'],
    ]);
    expect(results.slice(4, 8).every(({ verdict }) => verdict === 'refused')).toBe(true);
    expect(verdicts[8]).toEqual(['operator-a-01', 'eligible']);
    expect((await broker.storm.approved(id)).map((one) => one.person_id)).toEqual(['operator-a-01']);
  });

  it('approves nothing, asks for nothing, changes no one’s facts, and sees no customer', async () => {
    const { id } = await broker.storm.nominated(callId, ['operator-a-02']);
    const tries: [string, object][] = [
      [`/api/v1/nominations/${id}/approve`, {}],
      ['/api/v1/declarations', broker.storm.declarationBody()],
      [`/api/v1/declarations/${declarationId}/support-calls`, broker.storm.callBody()],
      [`/api/v1/declarations/${declarationId}/extend`, {}],
      ['/api/v1/people', feed(newcomer('operator-a-70'))],
      ['/api/v1/standing-plans', {}],
      ['/api/v1/records/search', {}],
      ['/api/v1/exports', {}],
    ];
    for (const [path, body] of tries)
      expect([path, refusalOf(await supervisor.post(path, body))]).toEqual([path, [403, 'role_not_allowed']]);
    const change = await supervisor.call('PATCH', '/api/v1/people/operator-a-40', { duty: 'call_response' });
    expect(refusalOf(change)).toEqual([403, 'role_not_allowed']);
    expect((await supervisor.post('/api/v1/lookups', {})).status).toBe(401);
    // Another retailer's call, nominations and people are not there for them.
    const other = await broker.storm.nominated(callId, ['operator-b-02'], {}, 'supervisor-b');
    expect(refusalOf(await supervisor.get(`/api/v1/nominations/${other.id}`))).toEqual([404, 'not_found']);
    expect(refusalOf(await supervisor.post(`/api/v1/nominations/${other.id}/withdraw`, {}))).toEqual([
      404,
      'not_found',
    ]);
  });

  it('does not renew for ever by handing back: the hours of a person are counted for the declaration', async () => {
    const { storm } = broker;
    const long = await storm.declared({ target_area: ['131130'], expected_end_at: storm.in(71) });
    const call = await storm.called(long.id);
    let hours = 0;
    for (;;) {
      const { id, results } = await storm.nominated(call.id, ['operator-a-03'], { ends_at: storm.in(7.5) });
      if (results[0]?.verdict === 'refused') {
        expect(results[0].code).toBe('hours_exceeded');
        break;
      }
      const [grant] = await storm.approved(id);
      await storm.acknowledged(await storm.person('operator-a-03'), grant?.id ?? '');
      await broker.moveClock(7 * HOUR);
      hours += 7;
      expect(hours).toBeLessThanOrEqual(60);
      const person = await storm.person('operator-a-03');
      expectStatus(await person.post(`/api/v1/grants/${grant?.id}/hand-back`), 200);
    }
    await broker.moveClock(-hours * HOUR);
    expect(hours).toBeGreaterThan(0);
    // Somebody else of the same organization has the own hours.
    const { results } = await storm.nominated(callId, ['operator-a-04']);
    expect(results[0]?.verdict).toBe('eligible');
  });
});

describe('a contractor working for both sides', () => {
  it('holds no administration and no export, in whichever organization', async () => {
    const firm = { id: 'answer-works', name: '応対受託', kind: 'contractor' };
    const made = await officers.propose('POST', 'organizations', firm);
    // A firm is no organization of its own here: it stands in agreements, and people name it as their employer.
    expect(made.status).toBe(422);
    for (const role of ['officer', 'headquarters', 'auditor', 'compliance_officer']) {
      const tried = await officers.propose('POST', 'people', feed(newcomer('operator-a-71', { role })));
      expect([role, tried.status]).toEqual([role, 422]);
    }
  });

  it('comes in by no firm that nobody registered, and is on no list then', async () => {
    const employed = newcomer('operator-a-72', { employment: 'contractor', employer_id: 'unnamed-firm' });
    const tried = await officers.propose('POST', 'people', feed(employed));
    expect(refusalOf(tried)).toEqual([422, 'unknown_organization']);
    const { results } = await broker.storm.nominated(callId, ['operator-a-72']);
    expect(results[0]?.verdict).toBe('refused');
  });

  it('is one person under two names: the second grant of the same hours is refused', async () => {
    await broker.database.asOwner(`
      update person set natural_person_key = (select natural_person_key from person where id = 'operator-a-31')
       where id = 'operator-b-05'`);
    await broker.storm.approved((await broker.storm.nominated(callId, ['operator-a-31'])).id);
    const { results } = await broker.storm.nominated(callId, ['operator-b-05'], {}, 'supervisor-b');
    expect(results[0]).toMatchObject({ verdict: 'refused', code: 'other_live_grant' });
  });
});

describe('a former utility employee', () => {
  it('with a colleague’s session has no terminal, and with the terminal nobody’s session', async () => {
    const { operator, grantId } = await broker.storm.operator('operator-a-10', declarationId);
    const { Terminal } = await import('../stories/actors.js');
    const atHome = new Operator(operator.person, new Terminal(broker.storm.now));
    expect(refusalOf(await atHome.credential(grantId))).toEqual([403, 'unknown_terminal']);
    const other = new Operator(await broker.storm.person('operator-a-11'), operator.terminal);
    expect(refusalOf(await other.credential(grantId))).toEqual([404, 'not_found']);
  });

  it('is signed out in the moment of leaving, with every credential', async () => {
    const { operator, grantId } = await broker.storm.operator('operator-a-12', declarationId);
    await officers.agreed('POST', 'people/operator-a-12/retire');
    expect((await operator.person.get('/api/v1/session')).status).toBe(401);
    expect((await operator.credential(grantId)).status).toBe(401);
    const lookup = await operator.lookup({
      supply_point_id: '9900000000000000000000',
      second_factor: { contact_phone_last4: '0000' },
    });
    expect(refusalOf(lookup)).toEqual([403, 'person_left']);
  });

  it('is the same natural person in the next firm: not while active in the old one, nor for a year after', async () => {
    const second = newcomer('operator-a-73', { natural_person_key: 'np-hq-3' });
    const early = await officers.propose('POST', 'people', feed(second));
    expect(refusalOf(early)).toEqual([409, 'person_active_elsewhere']);
    await officers.agreed('POST', 'people/hq-3/retire');
    await officers.agreed('POST', 'people', feed(second));
    const { results } = await broker.storm.nominated(callId, ['operator-a-73']);
    expect(results[0]).toMatchObject({ verdict: 'refused', code: 'recent_utility_staff' });
  });

  it('has no second identity in one organization; what remains: whoever the roster’s source gives two keys is two people here', async () => {
    const twice = newcomer('operator-a-74', { natural_person_key: 'np-operator-a-12' });
    expect(refusalOf(await officers.propose('POST', 'people', feed(twice)))).toEqual([422, 'invalid_input']);
  });
});
