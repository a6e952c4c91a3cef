import { Broker } from '../harness/broker.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { darkPoints, refusalOf, Witnesses } from '../laws/witnesses.js';
import type { Answer } from '../stories/actors.js';
import { expectStatus, type Storm } from '../stories/storm.js';

type Json = Record<string, unknown>;
interface Person extends Json {
  id: string;
  eligible_now: boolean | null;
  why_not: string[] | null;
}
interface Change {
  id: string;
  difference: { field: string; before: unknown; after: unknown }[];
}

const DAY = 24;
const { restrict } = SQLSTATE;

describe('the roster of people', () => {
  let broker: Broker;
  let storm: Storm;
  beforeAll(async () => {
    broker = await Broker.start();
    ({ storm } = broker);
  });
  afterAll(() => broker.stop());

  const propose = async (method: string, path: string, body?: object, by = 'officer-1'): Promise<Answer> =>
    (await storm.person(by)).call(method, `/api/v1/people${path}`, body);
  const confirm = async (changeId: unknown, by = 'officer-2'): Promise<Answer> =>
    (await storm.person(by)).post(`/api/v1/changes/${String(changeId)}/confirm`);
  /** Proposed by officer-1, confirmed by officer-2. */
  const decided = async (method: string, path: string, body?: object): Promise<string> => {
    const { change_id: id } = expectStatus(await propose(method, path, body), 202);
    expectStatus(await confirm(id), 200);
    return String(id);
  };
  const feed = (people: Json[], more: Json = {}): Json => ({
    organization_id: 'retailer-a',
    people,
    ...more,
  });
  const newcomer = (id: string, more: Json = {}): Json => ({
    id,
    natural_person_key: `np-${id}`,
    role: 'operator',
    name: '応対 新人',
    employment: 'employee',
    training_for: 'employee',
    training_content_version: '2026-1',
    training_completed_at: storm.in(-DAY),
    training_valid_until: storm.in(300 * DAY),
    pledged_at: storm.in(-DAY),
    pledge_version: '2026-1',
    recertified_until: storm.in(80 * DAY),
    ...more,
  });
  const listed = async (id: string, query = '', by = 'officer-1'): Promise<Person | undefined> => {
    const reader = await storm.person(by);
    for (let cursor = ''; ;) {
      const path = `/api/v1/people?limit=100${query}${cursor}`;
      const page = expectStatus(await reader.get<{ items: Person[]; next: string | null }>(path), 200);
      const found = page.items.find((one) => one.id === id);
      if (found || page.next === null) return found;
      cursor = `&cursor=${page.next}`;
    }
  };
  const changeOf = async (id: unknown): Promise<Change | undefined> => {
    const officer = await storm.person('officer-2');
    const page = expectStatus(await officer.get<{ items: Change[] }>('/api/v1/changes?limit=100'), 200);
    return page.items.find((one) => one.id === id);
  };
  const faults = (answer: Answer): unknown => (answer.body as { faults?: { pointer: string }[] }).faults;

  it('takes a new person in by two persons, and by nobody twice', async () => {
    const body = feed([newcomer('operator-a-41')]);
    const { change_id: id } = expectStatus(await propose('POST', '', body), 202);
    expect(refusalOf(await confirm(id, 'officer-1'))).toEqual([403, 'same_person']);
    expect(await listed('operator-a-41')).toBeUndefined();

    expectStatus(await confirm(id), 200);
    expect(await listed('operator-a-41')).toMatchObject({ eligible_now: true, why_not: [], change_id: id });
    expect(
      await broker.records(`type = 'staff.fed' and payload like '%"added":["operator-a-41"]%'`),
    ).toHaveLength(1);
    expect(refusalOf(await propose('POST', '', body))).toEqual([422, 'nothing_to_change']);
  });

  it('shows what a feed would change, person by person and member by member, and dates the list', async () => {
    const until = storm.in(200 * DAY);
    const asOf = storm.in(0);
    const who = { natural_person_key: 'np-operator-a-5', role: 'operator', employment: 'employee' };
    const one = { id: 'operator-a-05', name: '応対 A05号', ...who, training_valid_until: until };
    const { change_id: id } = expectStatus(await propose('POST', '', feed([one], { feed_as_of: asOf })), 202);
    const before = await listed('operator-a-05');
    expect((await changeOf(id))?.difference).toEqual([
      { field: 'staff_feed_at', before: expect.any(String) as string, after: asOf },
      { field: 'operator-a-05.training_valid_until', before: before?.['training_valid_until'], after: until },
    ]);
    expectStatus(await confirm(id), 200);
    const [organization] = await broker.database.asOwner<{ staff_feed_at: Date; change_id: string }>(
      `select staff_feed_at, change_id from organization where id = 'retailer-a'`,
    );
    expect([organization?.staff_feed_at.toISOString(), organization?.change_id]).toEqual([asOf, id]);

    for (const wrong of [storm.in(1), storm.in(-48)]) {
      const answer = await propose(
        'POST',
        '',
        feed([{ ...one, training_valid_until: asOf }], { feed_as_of: wrong }),
      );
      expect(refusalOf(answer)).toEqual([422, 'invalid_input']);
      expect(faults(answer)).toMatchObject([{ pointer: '/feed_as_of' }]);
    }
  });

  it('answers whether the training was valid on a day that is past', async () => {
    const day = encodeURIComponent(storm.in(0));
    await decided('PATCH', '/operator-a-06', { training_valid_until: storm.in(-1) });
    const then = await listed('operator-a-06', `&as_of=${day}`, 'auditor-1');
    const now = await listed('operator-a-06', '', 'auditor-1');
    expect(now).toMatchObject({ eligible_now: false, why_not: ['training_expired'], version: 2 });
    expect(then).toMatchObject({ eligible_now: null, why_not: null, version: 1 });
    expect(Date.parse(String(then?.['training_valid_until']))).toBeGreaterThan(Date.parse(storm.in(0)));
    const long = encodeURIComponent(storm.in(-1000 * DAY));
    expect(await listed('operator-a-06', `&as_of=${long}`, 'auditor-1')).toBeUndefined();
  });

  it('ends the access of whoever leaves at once, and their session', async () => {
    const declaration = await storm.declared();
    const [point] = await darkPoints(broker);
    if (!point) throw new Error('the sample has points in outage');
    const witnesses = new Witnesses(storm, point);
    const subject = await storm.operator('operator-a-07', declaration.id);
    await witnesses.sayYes(subject);
    await decided('POST', '/operator-a-07/retire');
    await witnesses.sayNo(subject, 'person_left');
    expect((await subject.operator.person.get('/api/v1/session')).status).toBe(401);
    expect(await broker.records(`type = 'person.left' and payload like '%operator-a-07%'`)).toHaveLength(1);
    expect(refusalOf(await propose('POST', '/operator-a-07/retire'))).toEqual([409, 'already_retired']);
    expect(refusalOf(await propose('PATCH', '/operator-a-07', { name: '別名' }))).toEqual([
      409,
      'already_retired',
    ]);
    // A list from before the leaving does not bring them back; a later one can.
    const back = newcomer('operator-a-07', { natural_person_key: 'np-operator-a-7' });
    const old = await propose('POST', '', feed([back], { feed_as_of: storm.in(-1) }));
    const [left] = await broker.database.asOwner<{ left_at: Date }>(
      `select left_at from person where id = 'operator-a-07'`,
    );
    expect([old.status, left?.left_at === null]).toEqual([422, false]);
    await decided('POST', '', feed([back]));
    expect(await listed('operator-a-07')).toMatchObject({ left_at: null, eligible_now: true });
  });

  it.each<[string, Json, string]>([
    [
      'a contractor with the training of the staff',
      { employment: 'contractor', employer_id: 'answer-works', training_for: 'employee' },
      'training_not_own',
    ],
    ['somebody without a pledge', { pledged_at: undefined, pledge_version: undefined }, 'pledge_missing'],
    ['somebody in sales', { duty: 'outbound' }, 'sales_duty'],
    ['somebody whom no campaign recertified', { recertified_until: undefined }, 'not_recertified'],
  ])('holds %s for not eligible', async (_, more, code) => {
    const id = `operator-a-${code.replaceAll('_', '-')}`;
    await decided('POST', '', feed([newcomer(id, more)]));
    expect(await listed(id)).toMatchObject({ eligible_now: false, why_not: [code] });
  });

  it('lets a recertification lapse by itself for whoever the campaign did not answer for', async () => {
    await decided('POST', '', feed([newcomer('operator-a-50', { recertified_until: storm.in(1) })]));
    expect(await listed('operator-a-50')).toMatchObject({ eligible_now: true });
    await broker.moveClock(2 * 3_600_000);
    expect(await listed('operator-a-50')).toMatchObject({ why_not: ['not_recertified'] });
  });

  it('bars for 90 days from the moment in which a sales duty is left', async () => {
    const { change_id: id } = expectStatus(
      await propose('PATCH', '/operator-a-40', { duty: 'call_response' }),
      202,
    );
    expect((await changeOf(id))?.difference).toContainEqual({
      field: 'sales_duty_until',
      before: 'infinity',
      after: 'at_confirmation',
    });
    const earliest = broker.now();
    expectStatus(await confirm(id), 200);
    const person = await listed('operator-a-40');
    expect(person?.why_not).toEqual(['sales_duty']);
    expect(Date.parse(String(person?.['sales_duty_until']))).toBeGreaterThanOrEqual(earliest - 1);
    await decided('PATCH', '/operator-a-40', { duty: 'sales' });
    expect(await listed('operator-a-40')).toMatchObject({ sales_duty_until: 'infinity' });
  });

  it('does not forget who was utility staff: active in one organization, barred for a year after it', async () => {
    const moving = newcomer('operator-a-60', { natural_person_key: 'np-hq-3' });
    expect(refusalOf(await propose('POST', '', feed([moving])))).toEqual([409, 'person_active_elsewhere']);
    await decided('POST', '/hq-3/retire');
    await decided('POST', '', feed([{ ...moving, utility_staff_until: storm.in(-900 * DAY) }]));
    const [hq] = await broker.database.asOwner<{ left_at: Date }>(
      `select left_at from person where id = 'hq-3'`,
    );
    expect(await listed('operator-a-60')).toMatchObject({
      utility_staff_until: hq?.left_at.toISOString(),
      why_not: ['recent_utility_staff'],
    });
    const forgetful = await propose('PATCH', '/operator-a-60', { utility_staff_until: storm.in(-900 * DAY) });
    expect(refusalOf(forgetful)).toEqual([422, 'nothing_to_change']);
    const back = {
      id: 'hq-3',
      natural_person_key: 'np-hq-3',
      role: 'headquarters',
      name: '本部 三郎',
      employment: 'employee',
    };
    const again = await propose('POST', '', feed([back], { organization_id: 'tdo' }));
    expect(refusalOf(again)).toEqual([409, 'person_active_elsewhere']);
  });

  it.each<[string, string, Json, string | undefined, string]>([
    [
      'a role that the organization cannot give',
      'op-x1',
      { role: 'officer' },
      '/people/0/role',
      'invalid_input',
    ],
    [
      'a contractor of no firm',
      'op-x2',
      { employment: 'contractor' },
      '/people/0/employer_id',
      'invalid_input',
    ],
    [
      'a firm that is none',
      'op-x3',
      { employment: 'contractor', employer_id: 'retailer-b' },
      undefined,
      'unknown_organization',
    ],
    [
      'a pledge without its version',
      'op-x4',
      { pledge_version: undefined },
      '/people/0/pledge_version',
      'invalid_input',
    ],
    ['an id of another person', 'operator-a-01', {}, '/people/0/natural_person_key', 'invalid_input'],
    [
      'a second id for one person',
      'op-x5',
      { natural_person_key: 'np-operator-a-1' },
      '/people/0/natural_person_key',
      'invalid_input',
    ],
    [
      'an id of another organization',
      'operator-b-01',
      { natural_person_key: 'np-operator-b-1' },
      undefined,
      'id_taken',
    ],
  ])('refuses %s, and says where', async (_, id, more, pointer, code) => {
    const answer = await propose('POST', '', feed([newcomer(id, more)]));
    expect(refusalOf(answer)[1]).toBe(code);
    if (pointer !== undefined) expect(faults(answer)).toMatchObject([{ pointer }]);
  });

  it('refuses a list that names somebody twice, and a person of nowhere', async () => {
    const answer = await propose('POST', '', feed([newcomer('op-y'), newcomer('op-y')]));
    expect(faults(answer)).toMatchObject([
      { pointer: '/people/1/id' },
      { pointer: '/people/1/natural_person_key' },
    ]);
    const nowhere = await propose('POST', '', feed([newcomer('op-y')], { organization_id: 'nowhere' }));
    expect(refusalOf(nowhere)).toEqual([422, 'unknown_organization']);
    expect(refusalOf(await propose('PATCH', '/op-y', { duty: 'network' }))).toEqual([404, 'not_found']);
  });

  it('leaves two of headquarters: nobody else could lift', async () => {
    // hq-3 has left above; two are there.
    const last = [409, 'last_of_headquarters'];
    expect(refusalOf(await propose('POST', '/hq-1/retire'))).toEqual(last);
    expect(refusalOf(await propose('PATCH', '/hq-1', { role: 'auditor' }))).toEqual(last);
    const moved = { id: 'hq-2', natural_person_key: 'np-hq-2', role: 'officer', name: '本部 二葉' };
    const list = { ...feed([{ ...moved, employment: 'employee' }]), organization_id: 'tdo' };
    expect(refusalOf(await propose('POST', '', list))).toEqual(last);

    await decided('PATCH', '/auditor-2', { role: 'headquarters' });
    // With three, each of two may go; when one has gone, the other stays.
    const [one, two] = [await propose('POST', '/hq-1/retire'), await propose('POST', '/hq-2/retire')];
    expectStatus(await confirm(expectStatus(one, 202)['change_id']), 200);
    expect(refusalOf(await confirm(expectStatus(two, 202)['change_id']))).toEqual(last);
    const third = { id: 'hq-4', natural_person_key: 'np-hq-4', role: 'headquarters', name: '本部 四郎' };
    const whole = { ...feed([{ ...third, employment: 'employee' }]), organization_id: 'tdo' };
    await decided('POST', '', whole);
  });

  it('knows no time outside four digits of a year', async () => {
    for (const time of [
      '0000-01-01T00:00:00Z',
      '1899-12-31T23:59:59Z',
      '1900-01-01T00:00:00+00:01',
      '9999-01-01T00:00:00Z',
      '9999-12-31T23:59:59-09:00',
      '9998-12-31T23:59:59-00:01',
    ]) {
      const answer = await propose('PATCH', '/operator-a-30', { training_valid_until: time });
      expect([time, ...refusalOf(answer)]).toEqual([time, 422, 'invalid_input']);
    }
    for (const time of ['1900-01-01T00:00:00Z', '9998-12-31T23:59:59.999Z']) {
      await decided('PATCH', '/operator-a-30', { utility_staff_until: time });
      expect((await listed('operator-a-30'))?.['utility_staff_until']).toBe(new Date(time).toISOString());
    }
  });

  it('lets nobody confirm a role of their own', async () => {
    const { change_id: id } = expectStatus(await propose('PATCH', '/hq-2', { role: 'officer' }), 202);
    expect(refusalOf(await confirm(id, 'hq-2'))).toEqual([403, 'same_person']);
    expect(await listed('hq-2')).toMatchObject({ role: 'headquarters' });
  });

  it('shows a supervisor the own people only, and nobody’s key', async () => {
    const supervisor = await storm.person('supervisor-a');
    const { items } = expectStatus(
      await supervisor.get<{ items: Person[] }>('/api/v1/people?limit=100'),
      200,
    );
    expect(new Set(items.map((one) => one['organization_id']))).toEqual(new Set(['retailer-a']));
    expect(new Set(items.map((one) => one['natural_person_key']))).toEqual(new Set([null]));
    expect(await listed('operator-a-01')).toMatchObject({ natural_person_key: 'np-operator-a-1' });
  });

  it('takes 2,000 people with every member in one change', async () => {
    const people = Array.from({ length: 2_000 }, (_, n) =>
      newcomer(`operator-c-${String(n).padStart(4, '0')}`, {
        employment: 'contractor',
        employer_id: 'answer-works',
        training_for: 'contractor',
      }),
    );
    const { change_id: id } = expectStatus(await propose('POST', '', feed(people)), 202);
    expectStatus(await confirm(id), 200);
    const [row] = await broker.database.asOwner<{ people: string; versions: string }>(
      `select (select count(*) from person where change_id = $1) as people,
              (select count(*) from fact_version where change_id = $1) as versions`,
      [id],
    );
    expect([row?.people, row?.versions]).toEqual(['2000', '2000']);
    const many = await propose('POST', '', feed([...people, newcomer('one-too-many')]));
    expect(refusalOf(many)).toEqual([422, 'invalid_input']);
  });

  it('is changed by nobody’s SQL without two persons about that very person', async () => {
    const kept = (id: string): string =>
      `insert into change (id, kind, body, proposed_by, proposed_at, lapses_at) values ('${id}', 'person.feed',
         '{"people": [{"id": "operator-a-38"}]}', 'officer-1', broker_now(), broker_now() + interval '23 hours')`;
    const decide = (id: string): string =>
      `update change set decision = 'confirmed', decided_by = 'officer-2', decided_at = broker_now() where id = '${id}'`;
    const clear = (person: string, change: string): string =>
      `update person set has_conflict = not has_conflict, change_id = ${change} where id = '${person}'`;
    const once = (id: string, person: string): string =>
      `begin; ${kept(id)}; ${decide(id)}; ${clear(person, `'${id}'`)}; commit`;
    expect(
      await triedAsApp(broker, [
        clear('operator-a-38', 'change_id'),
        clear('operator-a-38', 'null'),
        `begin; ${kept('ch_p1')}; ${clear('operator-a-38', `'ch_p1'`)}; commit`,
        once('ch_p2', 'operator-a-39'),
        `insert into change_person values ('ch_p2', 'operator-a-39')`,
        // The control: the person whom the two decided about.
        once('ch_p3', 'operator-a-38'),
        // Decided in another transaction: it does not serve twice.
        clear('operator-a-38', `'ch_p3'`),
      ]),
    ).toEqual([restrict, restrict, restrict, restrict, SQLSTATE.insufficientPrivilege, 'done', restrict]);
    // Leaving and coming back have a kind each, and no other brings it about.
    const byKind = (id: string, kind: string, person: string, set: string): string =>
      `begin; insert into change (id, kind, body, proposed_by, proposed_at, lapses_at) values ('${id}', '${kind}',
         '{"people": [{"id": "${person}"}]}', 'officer-1', broker_now(), broker_now() + interval '23 hours');
       ${decide(id).replace(' where', `, resource_type = 'person', resource_id = '${person}' where`)};
       update person set ${set}, change_id = '${id}' where id = '${person}'; commit`;
    const [leave, back] = ['left_at = broker_now()', 'left_at = null'];
    expect(
      await triedAsApp(broker, [
        byKind('ch_l1', 'person.change', 'operator-a-36', leave),
        byKind('ch_l2', 'agreement.change', 'operator-a-36', 'has_conflict = true'),
        byKind('ch_l3', 'person.retire', 'operator-a-36', leave),
        byKind('ch_l4', 'person.change', 'operator-a-36', back),
        byKind('ch_l5', 'person.retire', 'operator-a-36', back),
        byKind('ch_l6', 'person.feed', 'operator-a-36', back),
      ]),
    ).toEqual([restrict, restrict, 'done', restrict, restrict, 'done']);
    const elsewhere = `insert into person (id, organization_id, organization_kind, natural_person_key, role, name, employment, change_id)
      values ('operator-b-99', 'retailer-b', 'retailer', 'np-operator-a-1', 'operator', '二社', 'employee', 'ch_p3')`;
    expect(await triedAsApp(broker, [elsewhere])).toEqual([restrict]);
  });
});
