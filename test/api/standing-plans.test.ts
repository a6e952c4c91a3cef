import { Broker } from '../harness/broker.js';
import { meet } from '../harness/meeting.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { refusalOf } from '../laws/witnesses.js';
import { Person, type Answer } from '../stories/actors.js';
import { expectStatus, type Nomination, type Storm } from '../stories/storm.js';

type Json = Record<string, unknown>;
type Nominated = Nomination & {
  approved_by_plan: string | null;
  grants: { id: string; person_id: string }[];
};

const DAY = 86_400_000;
const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `operator-a-${String(from + n).padStart(2, '0')}`);

/** Proposing, changing and confirming standing plans, as officers do. */
class Planner {
  constructor(private readonly storm: Storm) {}

  body(more: Json = {}): Json {
    return {
      organization_id: 'retailer-a',
      field_profile: 'outage-call',
      people: names(1, 5),
      seats: 5,
      shift_hours_max: 4,
      valid_from: this.day(-1),
      valid_until: this.day(30),
      ...more,
    };
  }

  day(days: number): string {
    return new Date(this.storm.now() + days * DAY).toISOString();
  }

  async propose(method: string, path: string, body?: Json): Promise<Answer<Json>> {
    return (await this.storm.person('officer-1')).call(method, `/api/v1/standing-plans${path}`, body);
  }

  async confirm(proposal: Answer<Json>, by = 'officer-2'): Promise<Answer<Json>> {
    const change = String(expectStatus(proposal, 202)['change_id']);
    return (await this.storm.person(by)).post(`/api/v1/changes/${change}/confirm`);
  }

  async added(more: Json = {}): Promise<string> {
    const answer = await this.confirm(await this.propose('POST', '', this.body(more)));
    return (expectStatus(answer, 200)['resource'] as { id: string }).id;
  }

  async retired(id: string): Promise<void> {
    expectStatus(await this.confirm(await this.propose('POST', `/${id}/retire`)), 200);
  }

  async list(asOf = ''): Promise<Json[]> {
    const query = asOf === '' ? '' : `?as_of=${encodeURIComponent(asOf)}`;
    const auditor = await this.storm.person('auditor-1');
    return expectStatus(await auditor.get<{ items: Json[] }>(`/api/v1/standing-plans${query}`), 200).items;
  }
}

describe('a standing plan', () => {
  let broker: Broker;
  let planner: Planner;
  beforeAll(async () => {
    broker = await Broker.start();
    planner = new Planner(broker.storm);
  });
  afterAll(() => broker.stop());

  it('is added, changed and retired by two persons, and any past instant can be asked', async () => {
    const proposal = await planner.propose('POST', '', planner.body());
    expect(await planner.list()).toEqual([]);
    expect(refusalOf(await planner.confirm(proposal, 'officer-1'))).toEqual([403, 'same_person']);
    const { resource } = expectStatus(await planner.confirm(proposal, 'hq-1'), 200) as {
      resource: { id: string };
    };
    expect(await planner.list()).toMatchObject([
      { id: resource.id, seats: 5, version: 1, people: names(1, 5) },
    ]);

    const before = planner.day(0);
    await broker.moveClock(1_000);
    const more = { seats: 6, people: names(1, 6) };
    const change = await planner.propose('PATCH', `/${resource.id}`, more);
    const officer = await broker.storm.person('officer-2');
    const { items } = expectStatus(await officer.get<{ items: Json[] }>('/api/v1/changes'), 200);
    expect(items[0]?.['difference']).toEqual([
      { field: 'people', before: names(1, 5), after: names(1, 6) },
      { field: 'seats', before: 5, after: 6 },
    ]);
    expectStatus(await planner.confirm(change), 200);
    expect(await planner.list()).toMatchObject([{ seats: 6, version: 2 }]);
    expect(await planner.list(before)).toMatchObject([{ seats: 5, version: 1 }]);

    await planner.retired(resource.id);
    expect((await planner.list())[0]?.['retired_at']).not.toBeNull();
    for (const [method, path, body] of [
      ['PATCH', `/${resource.id}`, { seats: 7 }],
      ['POST', `/${resource.id}/retire`, undefined],
    ] as const) {
      expect(refusalOf(await planner.propose(method, path, body))).toEqual([409, 'already_retired']);
    }
    const records = await broker.records<{ type: string }>(`type like 'standing_plan.%'`);
    expect(records.map((record) => record.type)).toEqual([
      'standing_plan.added',
      'standing_plan.changed',
      'standing_plan.retired',
    ]);
  });

  it.each<[string, Json, string]>([
    [
      'for more than 90 days',
      { valid_until: new Date(Date.now() + 90 * DAY).toISOString() },
      'invalid_input',
    ],
    ['that is over already', { valid_until: new Date(Date.now() - 1).toISOString() }, 'invalid_input'],
    ['of people of another organization', { people: ['operator-a-01', 'operator-b-01'] }, 'invalid_input'],
    ['of people who are no operators', { people: ['supervisor-a'] }, 'invalid_input'],
    ['of nobody', { people: [] }, 'invalid_input'],
    ['of shifts that no shift may have', { shift_hours_max: 13 }, 'invalid_input'],
    ['of an unknown profile', { field_profile: 'everything' }, 'unknown_field_profile'],
    ['of the utility', { organization_id: 'tdo' }, 'unknown_organization'],
  ])('is refused %s', async (_, more, code) => {
    const answer = await planner.propose('POST', '', planner.body(more));
    expect([answer.status, answer.body['code']]).toEqual([422, code]);
  });

  it('is refused when one of the two is among its people, under another id', async () => {
    await broker.database.asOwner(
      `update person set natural_person_key = 'np-officer-2' where id = 'operator-a-20'`,
    );
    const proposal = await planner.propose('POST', '', planner.body({ people: ['operator-a-20'] }));
    expect(refusalOf(await planner.confirm(proposal))).toEqual([403, 'approver_nominated']);
    await broker.database.asOwner(
      `update person set natural_person_key = 'np-operator-a-20' where id = 'operator-a-20'`,
    );
  });

  /** An open incident in a declaration of its own, in which retailer-a has a grant. */
  async function reported(id: string, isDrill: boolean): Promise<void> {
    const { storm } = broker;
    const declaration = (await storm.declared({ is_drill: isDrill })).id;
    const call = await storm.called(declaration);
    await storm.approved((await storm.nominated(call.id, ['operator-a-36'])).id);
    await broker.database.asOwner(
      `insert into incident (id, at, field_id, declaration_id, is_drill)
       select $1, broker_now(), id, $2, $3 from field limit 1`,
      [id, declaration, isDrill],
    );
  }

  it('is neither added nor widened while a review of that organization is open; narrowed it may be', async () => {
    const id = await planner.added();
    const waiting = await planner.propose('POST', '', planner.body());
    await reported('in_drill', true);
    expectStatus(await planner.propose('PATCH', `/${id}`, { seats: 6 }), 202);
    await reported('in_real', false);
    expect(refusalOf(await planner.confirm(waiting))).toEqual([409, 'plan_not_renewable']);
    for (const more of [
      { valid_until: planner.day(60) },
      { people: names(1, 6) },
      { seats: 6 },
      { shift_hours_max: 5 },
    ]) {
      expect(refusalOf(await planner.propose('PATCH', `/${id}`, more))).toEqual([409, 'plan_not_renewable']);
    }
    expectStatus(
      await planner.confirm(await planner.propose('PATCH', `/${id}`, { people: names(1, 2), seats: 1 })),
      200,
    );
    await planner.retired(id);
    // Another organization is not under review.
    const people = ['operator-b-01'];
    const ofB = await planner.added({ organization_id: 'retailer-b', people });
    await planner.retired(ofB);
  });
});

describe('a nomination under a standing plan', () => {
  let broker: Broker;
  let storm: Storm;
  let planner: Planner;
  let call: string;
  let plan: string;
  beforeAll(async () => {
    broker = await Broker.start({ instances: 2 });
    ({ storm } = broker);
    planner = new Planner(storm);
  });
  afterAll(() => broker.stop());
  beforeEach(async () => {
    plan = await planner.added();
    call = (await storm.called((await storm.declared()).id)).id;
  });
  afterEach(async () => {
    await planner.retired(plan);
    await broker.database.asOwner(
      `update access_grant set revoked_at = broker_now(), revoked_by = 'hq-1', revoke_reason = '片付け' where revoked_at is null`,
    );
  });

  const nominate = async (people: string[], more: Json = {}, callId = call): Promise<Nominated> =>
    (await storm.nominated(callId, people, more)) as Nominated;

  it('is approved in the same instant: nobody decides, and the records say which plan did', async () => {
    const answer = await nominate(['operator-a-01', 'operator-a-02']);
    expect(answer.approved_by_plan).toBe(plan);
    expect(answer.grants.map((grant) => grant.person_id)).toEqual(['operator-a-01', 'operator-a-02']);

    const hq = await storm.person('hq-1');
    const nomination = expectStatus(await hq.get(`/api/v1/nominations/${answer.id}`), 200);
    expect(nomination).toMatchObject({ decision: 'approved', decided_by: null, standing_plan_id: plan });
    expect(nomination['decided_at']).toBe(nomination['nominated_at']);
    const grant = answer.grants[0]?.id ?? '';
    const view = expectStatus(await hq.get(`/api/v1/grants/${grant}`), 200);
    expect(view).toMatchObject({ approved_by: null, standing_plan_id: plan, why_not: ['not_acknowledged'] });

    const records = await broker.records<{
      type: string;
      person_id: string | null;
      payload: string;
      at: Date;
    }>(`payload like '%${answer.id}%'`);
    const [made, ...given] = ['nomination.made', 'nomination.approved', 'grant.given'].map((type) =>
      records.filter((record) => record.type === type),
    );
    expect(made).toMatchObject([{ person_id: 'supervisor-a' }]);
    for (const record of given.flat()) {
      expect(record).toMatchObject({ person_id: null, at: made?.[0]?.at });
      expect(JSON.parse(record.payload)).toMatchObject({ details: { standing_plan: plan } });
    }
    expect(given.map((some) => some.length)).toEqual([1, 2]);

    // It opens what any grant opens: after 本人確認, at a terminal.
    await storm.acknowledged(await storm.person('operator-a-01'), grant);
    expect(expectStatus(await hq.get(`/api/v1/grants/${grant}`), 200)).toMatchObject({ live: true });
  });

  it('is approved once for one Idempotency-Key', async () => {
    const supervisor = await storm.person('supervisor-a');
    const body = { people: ['operator-a-01'], ends_at: storm.in(2), note: '' };
    const nominated = (): Promise<Answer<Nominated>> =>
      supervisor.post(`/api/v1/support-calls/${call}/nominations`, body, {
        'idempotency-key': `plan-${call}`,
      });
    const first = expectStatus(await nominated(), 201);
    expect(first.grants).toHaveLength(1);
    expect(expectStatus(await nominated(), 201)).toEqual(first);
  });

  it('bypasses no check: who is refused gets no grant', async () => {
    await broker.database.asOwner(`update person set has_conflict = true where id = 'operator-a-03'`);
    const answer = await nominate(['operator-a-03', 'operator-a-04', 'nobody']);
    expect(answer.results.map((one) => one.code)).toEqual(['conflict_flag', undefined, 'person_unknown']);
    expect(answer.grants.map((grant) => grant.person_id)).toEqual(['operator-a-04']);
    await broker.database.asOwner(`update person set has_conflict = false where id = 'operator-a-03'`);
    const again = await nominate(['operator-a-04']);
    expect([again.results[0]?.code, again.approved_by_plan]).toEqual(['other_live_grant', null]);
  });

  const none = async (people: string[], more: Json = {}, callId = call): Promise<void> => {
    const answer = await nominate(people, more, callId);
    expect(answer.results.map((one) => one.verdict)).toEqual(people.map(() => 'eligible'));
    expect([answer.approved_by_plan, answer.grants]).toEqual([null, []]);
    // It waits for headquarters, like any other.
    expect(await storm.approved(answer.id)).toHaveLength(people.length);
  };

  it('waits for headquarters with one person whom the plan does not name', () =>
    none(['operator-a-01', 'operator-a-06']));

  it('waits for headquarters when the shift is longer than the plan’s', () =>
    none(['operator-a-01'], { ends_at: storm.in(4.1) }));

  it('waits for headquarters when the plan’s seats are taken during the shift', async () => {
    const change = await planner.propose('PATCH', `/${plan}`, { seats: 2 });
    expectStatus(await planner.confirm(change), 200);
    const other = await storm.called((await storm.declared({ target_area: ['27'] })).id);
    expect((await nominate(['operator-a-01'], {}, other.id)).approved_by_plan).toBe(plan);
    await none(['operator-a-02', 'operator-a-03']);
    expect((await nominate(['operator-a-04'])).approved_by_plan).toBe(plan);
    await none(['operator-a-05']);
    const later = { starts_at: storm.in(5), ends_at: storm.in(7) };
    expect((await nominate(['operator-a-05'], later)).approved_by_plan).toBe(plan);
  });

  it('waits for headquarters with whom somebody suspended or revoked in this declaration', async () => {
    const [first, second] = (await nominate(['operator-a-01', 'operator-a-02'])).grants;
    const auditor = await storm.person('auditor-1');
    const reason = '確認のため';
    expectStatus(await auditor.post(`/api/v1/grants/${first?.id}/suspend`, { reason }), 200);
    expectStatus(
      await (await storm.person('operator-a-01')).post(`/api/v1/grants/${first?.id}/hand-back`),
      200,
    );
    expectStatus(await auditor.post(`/api/v1/grants/${second?.id}/revoke`, { reason }), 200);
    // Of all or none: a colleague does not take them along.
    await none(['operator-a-01']);
    await none(['operator-a-02', 'operator-a-03']);
    expect((await nominate(['operator-a-04'])).approved_by_plan).toBe(plan);

    // It is about this declaration: in the next disaster the plan stands as it was agreed to.
    expectStatus(
      await auditor.post(`/api/v1/declarations/${await declarationOf(call)}/revoke-all`, {
        reason,
        organization_id: 'retailer-a',
      }),
      200,
    );
    await none(['operator-a-04']);
    await broker.database.asOwner(
      `update access_grant set handed_back_at = broker_now() where handed_back_at is null`,
    );
    const next = (await storm.called((await storm.declared({ target_area: ['27'] })).id)).id;
    expect((await nominate(['operator-a-01', 'operator-a-02'], {}, next)).approved_by_plan).toBe(plan);
  });

  it('is approved again after the suspension was resumed', async () => {
    const [grant] = (await nominate(['operator-a-01'])).grants;
    for (const [by, what] of [
      ['auditor-1', 'suspend'],
      ['hq-1', 'resume'],
    ] as const) {
      const person = await storm.person(by);
      expectStatus(await person.post(`/api/v1/grants/${grant?.id}/${what}`, { reason: '確認のため' }), 200);
    }
    const later = { starts_at: storm.in(5), ends_at: storm.in(7) };
    expect((await nominate(['operator-a-01'], later)).approved_by_plan).toBe(plan);
  });

  const declarationOf = async (callId: string): Promise<string> => {
    const [row] = await broker.database.asOwner<{ id: string }>(
      `select declaration_id as id from support_call where id = $1`,
      [callId],
    );
    return row?.id ?? '';
  };

  it('waits for headquarters when the shift ends after the plan', async () => {
    const short = await planner.added({ people: ['operator-a-13'], valid_until: storm.in(2) });
    await none(['operator-a-13'], { ends_at: storm.in(2.1) });
    await planner.retired(short);
  });

  it('that is retired or narrowed takes along what it approved for later, and nothing under way', async () => {
    const running = (await nominate(['operator-a-01'])).grants[0]?.id ?? '';
    const later = { starts_at: storm.in(5), ends_at: storm.in(7) };
    const [left, long] = (await nominate(['operator-a-02', 'operator-a-03'], later)).grants;
    const soon = (await nominate(['operator-a-04'], { starts_at: storm.in(2), ends_at: storm.in(3) })).grants;
    const revoked = async (): Promise<string[]> => {
      const rows = await broker.database.asOwner<{ id: string }>(
        `select id from access_grant where standing_plan_id = $1 and revoked_at is not null and revoked_by = 'officer-2' order by id`,
        [plan],
      );
      return rows.map((row) => row.id);
    };
    const change = async (more: Json): Promise<void> => {
      expectStatus(await planner.confirm(await planner.propose('PATCH', `/${plan}`, more)), 200);
    };
    await change({ people: ['operator-a-01', 'operator-a-03', 'operator-a-04'] });
    expect(await revoked()).toEqual([left?.id]);
    await change({ valid_until: storm.in(6) });
    expect(await revoked()).toEqual([left?.id, long?.id].sort());
    const last = plan;
    await planner.retired(plan);
    expect(await revoked()).toEqual([left?.id, long?.id, soon[0]?.id].sort());
    const records = await broker.records(`type = 'grant.revoked' and declaration_id = $1`, [
      await declarationOf(call),
    ]);
    expect(records.map((record) => record['person_id'])).toEqual(Array(3).fill('officer-2'));
    const view = (await (await storm.person('hq-1')).get<Json>(`/api/v1/grants/${running}`)).body;
    expect(view).toMatchObject({ revoked_at: null, why_not: ['not_acknowledged'], standing_plan_id: last });
    plan = await planner.added();
  });

  it('around the service: an officer revokes nothing without having narrowed the plan', async () => {
    const later = { starts_at: storm.in(5), ends_at: storm.in(7) };
    const [grant] = (await nominate(['operator-a-01'], later)).grants;
    const end = `update access_grant set revoked_at = broker_now(), revoked_by = 'officer-2', revoke_reason = '廃止' where id = '${grant?.id}'`;
    expect(await triedAsApp(broker, [end])).toEqual([SQLSTATE.restrict]);
  });

  it('waits for a person while the declaration is unconfirmed', async () => {
    const { id } = await storm.declare(await storm.person('hq-1'), { target_area: ['131130'] });
    await none(['operator-a-01'], {}, (await storm.called(id)).id);
  });

  it('waits for headquarters before the plan begins, and after it is over or retired', async () => {
    const [begin, end] = [planner.day(1), planner.day(2)];
    const other = await planner.added({ people: ['operator-a-10'], valid_from: begin, valid_until: end });
    await none(['operator-a-10']);
    const short = await planner.added({ people: ['operator-a-11'], valid_until: storm.in(0.5) });
    await broker.moveClock(3_600_000 / 2);
    await none(['operator-a-11']);
    await planner.retired(other);
    await planner.retired(short);
    const retired = await planner.added({ people: ['operator-a-12'] });
    await planner.retired(retired);
    await none(['operator-a-12']);
  });

  it('waits for headquarters when it would interrupt a drill; a plan approves drills too', async () => {
    const drill = await storm.called((await storm.declared({ is_drill: true })).id);
    expect((await nominate(['operator-a-01'], {}, drill.id)).approved_by_plan).toBe(plan);
    await none(['operator-a-01', 'operator-a-02']);
    expect(await broker.records(`type = 'drill.grant.revoked' and person_id = 'hq-2'`)).toHaveLength(1);
  });

  it('two at once share the plan’s last seat: one is approved, the other waits', async () => {
    const change = await planner.propose('PATCH', `/${plan}`, { seats: 1 });
    expectStatus(await planner.confirm(change), 200);
    const at = (instance: number): Promise<Person> =>
      new Person(broker.instances[instance]?.address ?? '', 'supervisor-a').signIn();
    const supervisors = [await at(0), await at(1)];
    const answers = await meet(
      broker,
      'nomination',
      supervisors.map(
        (supervisor, n) => () =>
          supervisor.post<Nominated>(`/api/v1/support-calls/${call}/nominations`, {
            people: [`operator-a-0${n + 1}`],
            ends_at: storm.in(2),
            note: '',
          }),
      ),
    );
    const plans = answers.map((answer) => expectStatus(answer, 201).approved_by_plan);
    expect([...plans].sort()).toEqual([null, plan].sort());
  });

  /** As the service's own role: what the tables themselves refuse. */
  const DECIDE = (planId: string, nomination: string): string =>
    `update nomination set decision = 'approved', decided_at = broker_now(), standing_plan_id = '${planId}' where id = '${nomination}'`;
  const GIVE = (planId: string, personId: string, nomination: string): string => `
    insert into access_grant (id, nomination_id, support_call_id, declaration_id, person_id, natural_person_key, organization_id,
        field_profile_id, is_drill, starts_at, ends_at, nominated_by, standing_plan_id, approved_at)
    select 'gr_forged' || n.id, n.id, c.id, c.declaration_id, p.id, p.natural_person_key, p.organization_id, c.field_profile_id, false,
           n.starts_at, n.ends_at, n.nominated_by, '${planId}', broker_now()
      from nomination n join support_call c on c.id = n.support_call_id, person p
     where n.id = '${nomination}' and p.id = '${personId}'`;

  it('around the service: no plan approves a stranger, a longer shift, more than its seats, or an unconfirmed declaration', async () => {
    const unconfirmed = await storm.declare(await storm.person('hq-1'), { target_area: ['28'] });
    const outside = await storm.called(unconfirmed.id);
    await refused('operator-a-06', (await nominate(['operator-a-06'])).id);
    await refused('operator-a-01', (await nominate(['operator-a-01'], { ends_at: storm.in(5) })).id);
    await refused('operator-a-02', (await nominate(['operator-a-02'], {}, outside.id)).id);

    const change = await planner.propose('PATCH', `/${plan}`, { seats: 1 });
    expectStatus(await planner.confirm(change), 200);
    expect((await nominate(['operator-a-03'])).approved_by_plan).toBe(plan);
    await refused('operator-a-04', (await nominate(['operator-a-04'])).id);
  });

  it('around the service: no plan approves a shift beyond its end, nor whom somebody stopped', async () => {
    const until = await planner.propose('PATCH', `/${plan}`, { valid_until: storm.in(2.5) });
    expectStatus(await planner.confirm(until), 200);
    await refused('operator-a-01', (await nominate(['operator-a-01'], { ends_at: storm.in(2.6) })).id);
    const [grant] = (await nominate(['operator-a-02'], { ends_at: storm.in(2) })).grants;
    const auditor = await storm.person('auditor-1');
    expectStatus(await auditor.post(`/api/v1/grants/${grant?.id}/revoke`, { reason: '確認のため' }), 200);
    await refused('operator-a-02', (await nominate(['operator-a-02'], { ends_at: storm.in(2) })).id);
  });

  async function refused(personId: string, nomination: string): Promise<void> {
    const outcomes = await triedAsApp(broker, [DECIDE(plan, nomination), GIVE(plan, personId, nomination)]);
    expect([personId, ...outcomes]).toEqual([personId, 'done', SQLSTATE.restrict]);
  }

  it('around the service, the control: what a plan covers goes through', async () => {
    const change = await planner.propose('PATCH', `/${plan}`, { seats: 1 });
    expectStatus(await planner.confirm(change), 200);
    const waiting = await nominate(['operator-a-01', 'operator-a-02']);
    expect(
      await triedAsApp(broker, [DECIDE(plan, waiting.id), GIVE(plan, 'operator-a-01', waiting.id)]),
    ).toEqual(['done', 'done']);
  });
});
