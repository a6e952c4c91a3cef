import { Broker } from '../harness/broker.js';
import { Operator, Terminal, type Answer, type Person } from '../stories/actors.js';
import { Officers } from '../stories/officers.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { darkPoints, refOf, refusalOf, searchOf } from '../laws/witnesses.js';

const MINUTE = 60_000;
const HOURS = 3_600_000;

let broker: Broker;
let hq: Person;
let officers: Officers;
let point: SamplePoint;

beforeAll(async () => {
  broker = await Broker.start();
  officers = new Officers(broker.storm);
  hq = await broker.storm.person('hq-1');
  point = (await darkPoints(broker))[0] as SamplePoint;
});
afterAll(() => broker.stop());

describe('an HQ member colluding with the affiliated retailer', () => {
  it('opens no value alone: no approval, no reveal, and thirty minutes in a day', async () => {
    const { storm } = broker;
    const declaration = await storm.declare(hq);
    const path = `/api/v1/declarations/${declaration.id}`;
    expect(refusalOf(await hq.post(`${path}/confirm`))).toEqual([403, 'same_person']);
    const call = await storm.called(declaration.id);
    const { id } = await storm.nominated(call.id, ['operator-a-01']);
    expect(refusalOf(await hq.post(`/api/v1/nominations/${id}/approve`, {}))[0]).toBe(403);

    // With a second one who approves and does not confirm: search and match, no reveal, until the half hour is over.
    const [grant] = await storm.approved(id);
    const { terminal } = await storm.enrolled();
    const operator = new Operator(await storm.person('operator-a-01'), terminal);
    await storm.acknowledged(operator.person, grant?.id ?? '');
    expectStatus(await operator.credential(grant?.id ?? ''), 200);
    const ref = refOf(await operator.lookup(searchOf(point)));
    expect(refusalOf(await operator.reveal(ref, 'contact_phone'))).toEqual([403, 'reveal_unconfirmed']);
    await broker.moveClock(31 * MINUTE);
    expect((await operator.lookup(searchOf(point))).status).not.toBe(200);

    // The same area again, also as another shape of it, waits for the second person.
    const again = await storm.declare(hq, { target_area: ['27'] });
    expect([again['live'], again['waits_for_confirmation']]).toEqual([false, true]);
    const lifted = await hq.post(`/api/v1/declarations/${again.id}/lift`, { reason: '取下げのため' });
    expectStatus(lifted, 200);
    await broker.moveClock(-31 * MINUTE);
  });

  it('gives no grant to their own choice: nominating is the retailer’s, checking is the broker’s', async () => {
    const { storm } = broker;
    const declaration = await storm.declared({ target_area: ['131130'] });
    const call = await storm.called(declaration.id);
    const body = { people: ['operator-a-40'], ends_at: storm.in(2), note: '応援' };
    const own = await hq.post(`/api/v1/support-calls/${call.id}/nominations`, body);
    expect(refusalOf(own)).toEqual([403, 'role_not_allowed']);
    const { id } = await storm.nominated(call.id, ['operator-a-40']);
    expect(refusalOf(await hq.post(`/api/v1/nominations/${id}/approve`, {}))).toEqual([
      409,
      'nobody_eligible',
    ]);
    expect((await hq.post('/api/v1/lookups', {})).status).toBe(401);
    const agreement = await hq.call('PATCH', '/api/v1/people/operator-a-40', { duty: 'call_response' });
    expect(refusalOf(agreement)).toEqual([403, 'role_not_allowed']);
    expectStatus(await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '終了' }), 200);
  });

  it('extends nothing alone, no longer than 72 hours at a time, and beyond 14 days not without compliance', async () => {
    const { storm } = broker;
    const declaration = await storm.declared({ target_area: ['131130'], expected_end_at: storm.in(71) });
    const path = `/api/v1/declarations/${declaration.id}`;
    const extend = (hours: number): Promise<Answer> =>
      hq.post(`${path}/extend`, {
        hard_end_at: storm.in(hours),
        reason: '停電が続いているため',
        outage_households: 1200,
      });
    const change = expectStatus(await extend(100), 202)['change_id'];
    expect(refusalOf(await hq.post(`/api/v1/changes/${String(change)}/confirm`))).toEqual([
      403,
      'same_person',
    ]);
    expect((await extend(71 + 73)).status).toBeGreaterThanOrEqual(400);
    await broker.moveClock(72 * HOURS);
    // Nobody confirmed it in time: the declaration is over, and the proposal revives nothing.
    const later = await storm.person('hq-2');
    expect((await later.post(`/api/v1/changes/${String(change)}/confirm`)).status).toBe(409);
    expect(expectStatus(await later.get(path), 200)['live']).toBe(false);
    await broker.moveClock(-72 * HOURS);
  });

  it('makes no standing plan: officers propose it, and no one of its people decides it', async () => {
    const plan = {
      organization_id: 'retailer-a',
      field_profile: 'outage-call',
      people: ['operator-a-01'],
      seats: 1,
      shift_hours_max: 4,
      valid_from: broker.storm.in(-1),
      valid_until: broker.storm.in(24 * 91),
    };
    expect(refusalOf(await hq.post('/api/v1/standing-plans', plan))).toEqual([403, 'role_not_allowed']);
    // Nor does an officer make one for longer than 90 days.
    expect(refusalOf(await officers.propose('POST', 'standing-plans', plan))).toEqual([422, 'invalid_input']);
  });

  it('what remains: two of headquarters together can declare; each step has their names, told to others', async () => {
    const declaration = await broker.storm.declared({ target_area: ['131016'] });
    const records = await broker.records<{ type: string; person_id: string }>(`declaration_id = $1`, [
      declaration.id,
    ]);
    expect(records.map((one) => one.person_id)).toEqual(expect.arrayContaining(['hq-1', 'hq-2']));
    const compliance = await broker.storm.person('compliance-1');
    const inbox = expectStatus(await compliance.get<{ items: object[] }>('/api/v1/inbox'), 200);
    expect(JSON.stringify(inbox.items)).toContain(declaration.id);
    expectStatus(await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '終了' }), 200);
  });
});

describe('an officer', () => {
  const person = {
    id: 'operator-a-90',
    natural_person_key: 'np-operator-a-90',
    role: 'operator',
    name: '応対 幽霊',
    employment: 'employee',
  };

  it('makes nobody alone, and confirms nothing of the own', async () => {
    const feed = { organization_id: 'retailer-a', people: [person] };
    const change = await officers.proposed('POST', 'people', feed);
    expect(refusalOf(await officers.confirm(change, 'officer-1'))).toEqual([403, 'same_person']);
    const stranger = await broker.storm.person('officer-2');
    const { items } = expectStatus(await stranger.get<{ items: { id: string }[] }>('/api/v1/people'), 200);
    expect(items.map(({ id }) => id)).not.toContain('operator-a-90');
    const answer = await fetch(`${broker.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ person_id: 'operator-a-90' }),
    });
    expect(answer.status).toBe(401);
  });

  it('clears no flag alone, and no role, session or passkey of the own', async () => {
    const cleared = await officers.proposed('PATCH', 'people/operator-a-38', { has_conflict: false });
    const { storm } = broker;
    const call = await storm.called((await storm.declared({ target_area: ['131016'] })).id);
    const { results } = await storm.nominated(call.id, ['operator-a-38']);
    expect(results[0]?.code).toBe('conflict_flag');
    expect(refusalOf(await officers.confirm(cleared, 'officer-1'))).toEqual([403, 'same_person']);
    const promoted = await officers.proposed('PATCH', 'people/officer-2', { role: 'headquarters' });
    expect(refusalOf(await officers.confirm(promoted, 'officer-2'))[0]).toBe(403);
    const identity = { provider: 'utility', subject: 'E-thief' };
    expect((await officers.propose('POST', 'people/officer-1/identities', identity)).status).not.toBe(200);
  });

  it('enrols no terminal alone', async () => {
    const { storm } = broker;
    const declaration = await storm.declared({ target_area: ['272035'] });
    const { operator, grantId } = await storm.operator('operator-b-01', declaration.id);
    await operator.person.post('/oauth/revoke', { token: operator.token });
    const terminal = new Terminal(storm.now);
    await officers.proposed('POST', 'terminals', {
      serial: 'PC-OWN',
      organization_id: 'retailer-b',
      custodian_person_id: 'supervisor-b',
      room: 'osaka-support-1',
      jwk: terminal.jwk,
    });
    const mine = new Operator(operator.person, terminal);
    expect(refusalOf(await mine.credential(grantId))).toEqual([403, 'unknown_terminal']);
  });

  it('grants, monitors and looks up nothing', async () => {
    const officer = await broker.storm.person('officer-1');
    const paths = [
      'declarations',
      'exports',
      'records/search',
      'findings',
      'attestations',
      'replays',
      'grants/gr_x/revoke',
    ];
    for (const path of paths)
      expect([path, refusalOf(await officer.post(`/api/v1/${path}`, {}))]).toEqual([
        path,
        [403, 'role_not_allowed'],
      ]);
    expect((await officer.post('/api/v1/lookups', {})).status).toBe(401);
  });

  it('what remains: two officers together; both names stand beside every version, and any past day can be asked', async () => {
    const before = broker.storm.in(0);
    await broker.moveClock(1_000);
    await officers.agreed('PATCH', 'people/operator-a-38', { has_conflict: false });
    const [changed] = await broker.records<{ payload: string }>(
      `type = 'person.changed' and payload like '%operator-a-38%'`,
    );
    const { details } = JSON.parse(changed?.payload ?? '{}') as { details: { change: string } };
    const steps = await broker.records<{ person_id: string }>(`payload like '%' || $1 || '%'`, [
      details.change,
    ]);
    expect(new Set(steps.map((one) => one.person_id))).toEqual(new Set(['officer-1', 'officer-2']));
    expect(await officers.shown('people', 'operator-a-38', before)).toMatchObject({ has_conflict: true });
    expect(await officers.shown('people', 'operator-a-38')).toMatchObject({ has_conflict: false });
    await broker.moveClock(-1_000);
  });
});
