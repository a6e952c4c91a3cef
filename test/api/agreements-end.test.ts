import { Broker } from '../harness/broker.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { darkPoints, refOf, refusalOf, searchOf, Witnesses } from '../laws/witnesses.js';
import type { Operator } from '../stories/actors.js';
import { Officers } from '../stories/officers.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';

type Json = Record<string, unknown>;

/** Two persons end or narrow what a live grant stands on: it is over for everyone at the confirmation. */
describe('what two persons take away', () => {
  let broker: Broker;
  let officers: Officers;
  let point: SamplePoint;
  let witnesses: Witnesses;
  let declaration: string;
  let a: { operator: Operator; grantId: string };
  let b: { operator: Operator; grantId: string };
  beforeAll(async () => {
    broker = await Broker.start();
    officers = new Officers(broker.storm);
    const [found] = await darkPoints(broker);
    if (!found) throw new Error('the sample has points in outage');
    point = found;
    witnesses = new Witnesses(broker.storm, point);
    declaration = (await broker.storm.declared()).id;
    a = await broker.storm.operator('operator-a-01', declaration);
    b = await broker.storm.operator('operator-b-01', declaration);
  });
  afterAll(() => broker.stop());

  it.each<[string, string, Json | undefined]>([
    ['an agreement that ends', 'agreements/ag_retailer-a/retire', undefined],
    ['a clause that goes', 'agreements/:new', { clauses: ['tasks', 'confidentiality'] }],
  ])(
    '%s ends access at once, of its organization only; a proposal alone ends nothing',
    async (_, path, body) => {
      const change = await officers.proposed(
        body ? 'PATCH' : 'POST',
        path.replace(':new', await newestAgreement()),
        body,
      );
      await witnesses.sayYes(a);
      expectStatus(await officers.confirm(change), 200);
      await witnesses.sayNo(a, 'agreement_invalid');
      await witnesses.sayYes(b);
      await agreedAnew();
      // What was given on the agreement before is not given again by a new one.
      await witnesses.sayNo(a, 'agreement_invalid');
      const hq = await broker.storm.person('hq-2');
      expectStatus(await hq.post(`/api/v1/grants/${a.grantId}/revoke`, { reason: '契約の結び直し' }), 200);
      a = await broker.storm.operator('operator-a-01', declaration);
      await witnesses.sayYes(a);
    },
  );

  const newestAgreement = async (): Promise<string> =>
    String((await officers.list('agreements')).find((one) => one['ended_at'] === null)?.['id']);

  async function agreedAnew(): Promise<void> {
    const clauses = [
      'tasks',
      'confidentiality',
      'personal_data',
      'sub_contracting',
      'log_consent',
      'penalty',
    ];
    await officers.agreed('POST', 'agreements', {
      organization_id: 'retailer-a',
      number: `災害-A-${broker.now()}`,
      valid_from: broker.storm.in(-1),
      valid_until: broker.storm.in(24 * 30),
      clauses: [...clauses, 'no_group_sharing'],
      legal_ground: 'disaster',
      chosen_by: 'public_call',
      chosen_reason: '登録された小売電気事業者すべてに同じ条件で公募した',
      sub_contracting_permitted: false,
    });
  }

  it('a field that leaves the profile is seen by nobody from the confirmation on', async () => {
    const ref = refOf(await a.operator.lookup(searchOf(point)));
    const before = (await officers.shown('field-profiles', 'outage-call'))?.['fields'] as {
      field: string;
      mode: string;
    }[];
    const gone = ['outage_state', 'contact_phone', 'meter_number'];
    const fields = before.filter(({ field }) => !gone.includes(field));
    const change = await officers.proposed('PATCH', 'field-profiles/outage-call', { fields });
    expect(await shownTo(a.operator)).toContain('outage_state');
    expectStatus(await officers.confirm(change), 200);

    for (const { operator } of [a, b]) {
      const left = await shownTo(operator);
      expect(left.filter((field) => gone.includes(field))).toEqual([]);
      expect(left).toContain('service_pole_number');
    }
    // Also by a reference from before.
    const reveal = await a.operator.reveal(ref, 'contact_phone');
    expect(refusalOf(reveal)).toEqual([403, 'field_not_in_profile']);
    const match = await a.operator.match(ref, 'meter_number', point.meter_number);
    expect(refusalOf(match)).toEqual([403, 'field_not_in_profile']);
    await officers.agreed('PATCH', 'field-profiles/outage-call', { fields: before });
    expect(await shownTo(a.operator)).toContain('outage_state');
  });

  async function shownTo(operator: Operator): Promise<string[]> {
    const [result] = expectStatus(await operator.lookup(searchOf(point)), 200).results;
    return [...Object.keys(result?.fields ?? {}), ...(result?.withheld ?? []).map(({ field }) => field)];
  }

  describe('a frozen field', () => {
    const freeze = (id: string, field: string, isDrill = false): Promise<unknown> =>
      broker.database.asOwner(
        `insert into incident (id, at, field_id, declaration_id, is_drill) values ($1, broker_now(), $2, $3, $4)`,
        [id, field, declaration, isDrill],
      );
    const open = async (): Promise<string[]> => {
      const rows = await broker.database.asOwner<{ id: string }>(
        `select id from incident where released_at is null order by id`,
      );
      return rows.map(({ id }) => id);
    };
    const release = (more: Json = {}): Json => ({
      release: ['outage_state'],
      reason: '表示の誤りを直したため',
      ...more,
    });
    const PATH = 'field-profiles/outage-call';

    it('is released by two persons, with all that was reported of it, and no other', async () => {
      await freeze('in_1', 'outage_state');
      await freeze('in_2', 'outage_state');
      await freeze('in_3', 'outage_state', true);
      await freeze('in_other', 'danger_report');
      const change = await officers.proposed('PATCH', PATH, release());
      expect(refusalOf(await officers.confirm(change, 'officer-1'))).toEqual([403, 'same_person']);
      expect(await open()).toEqual(['in_1', 'in_2', 'in_3', 'in_other']);
      const frozen = await shownTo(a.operator);
      expect(frozen.filter((field) => ['outage_state', 'danger_report'].includes(field))).toEqual([]);
      expect(expectStatus(await officers.confirm(change), 200)).toEqual({
        resource: { type: 'field_profile', id: 'outage-call' },
      });
      expect(await open()).toEqual(['in_other']);
      const released = await shownTo(a.operator);
      expect(released).toContain('outage_state');
      expect(released).not.toContain('danger_report');

      const kept = await broker.records<{ type: string; is_drill: boolean; payload: string }>(
        `type like '%field.released'`,
      );
      const told = kept.map(({ type, is_drill, payload }) => {
        const { details } = JSON.parse(payload) as { details: Json };
        return [type, is_drill, details['incidents'], details['change']];
      });
      expect(told.sort()).toEqual([
        ['drill.field.released', true, ['in_3'], change],
        ['field.released', false, ['in_1', 'in_2'], change],
      ]);
    });

    it('stays frozen when it is reported again between the two', async () => {
      await freeze('in_4', 'outage_state');
      const change = await officers.proposed('PATCH', PATH, release());
      await freeze('in_5', 'outage_state');
      expect(refusalOf(await officers.confirm(change))).toEqual([409, 'change_outdated']);
      expect(await open()).toEqual(['in_4', 'in_5', 'in_other']);
      await officers.agreed('PATCH', PATH, release({ release: ['outage_state', 'danger_report'] }));
      expect(await open()).toEqual([]);
    });

    it('is released around the service by no two persons’ word about another field', async () => {
      await freeze('in_6', 'meter_number');
      const released = (change: string, field: string): string => `begin;
        insert into change (id, kind, body, proposed_by, proposed_at, lapses_at) values ('${change}', 'field.release',
          '{"id": "outage-call", "release": ["${field}"]}', 'officer-1', broker_now(), broker_now() + interval '23 hours');
        update incident set released_at = broker_now(), released_by_change = '${change}' where id = 'in_6';
        update change set decision = 'confirmed', decided_by = 'officer-2', decided_at = broker_now(),
          resource_type = 'field_profile', resource_id = 'outage-call' where id = '${change}'; commit`;
      const outcomes = await triedAsApp(broker, [
        released('ch_other', 'outage_state'),
        released('ch_own', 'meter_number'),
      ]);
      expect(outcomes).toEqual([SQLSTATE.restrict, 'done']);
    });

    it('is released with a reason, apart from other changes, and only if it is frozen', async () => {
      for (const body of [
        { release: ['outage_state'] },
        { reason: '理由だけ' },
        release({ label: '名称も' }),
        release({ release: ['outage_state', 'meter_number'] }),
        release({ release: [] }),
      ])
        expect([body, ...refusalOf(await officers.propose('PATCH', PATH, body))]).toEqual([
          body,
          422,
          'invalid_input',
        ]);
      expect(refusalOf(await officers.propose('PATCH', 'field-profiles/nowhere', release()))).toEqual([
        404,
        'not_found',
      ]);
    });
  });

  it('a profile that is retired ends every grant under it, and is called for no more', async () => {
    const other = await broker.storm.operator('operator-a-02', declaration);
    const fields = [{ field: 'outage_state', mode: 'show' }];
    await officers.agreed('POST', 'field-profiles', { id: 'second', label: '二つ目', fields });
    const change = await officers.proposed('POST', 'field-profiles/second/retire');
    expectStatus(await officers.confirm(change), 200);
    const hq = await broker.storm.person('hq-1');
    const call = (profile: string): Promise<[number, unknown]> =>
      hq
        .post(
          `/api/v1/declarations/${declaration}/support-calls`,
          broker.storm.callBody({ field_profile: profile }),
        )
        .then(refusalOf);
    expect(await call('second')).toEqual([422, 'unknown_field_profile']);
    await witnesses.sayYes(other);

    const own = await officers.proposed('POST', 'field-profiles/outage-call/retire');
    await witnesses.sayYes(other);
    expectStatus(await officers.confirm(own), 200);
    await witnesses.sayNo(other, 'profile_retired');
    await witnesses.sayNo(b, 'profile_retired');
    expect(await call('outage-call')).toEqual([422, 'unknown_field_profile']);
  });
});

describe('what a grant was given on', () => {
  let broker: Broker;
  let officers: Officers;
  let witnesses: Witnesses;
  let declaration: string;
  beforeEach(async () => {
    broker = await Broker.start();
    officers = new Officers(broker.storm);
    const [point] = await darkPoints(broker);
    if (!point) throw new Error('the sample has points in outage');
    witnesses = new Witnesses(broker.storm, point);
    declaration = (await broker.storm.declared()).id;
  });
  afterEach(() => broker.stop());

  const verdict = async (person: string): Promise<unknown> => {
    const call = await broker.storm.called(declaration);
    const { results } = await broker.storm.nominated(call.id, [person]);
    return results[0]?.code ?? results[0]?.verdict;
  };

  it.each<[string, string, string, Json | undefined, string]>([
    [
      'an agreement names no more',
      'PATCH',
      'agreements/ag_retailer-a',
      { sub_contractors: [] },
      'sub_contractor_not_named',
    ],
    [
      'may be entrusted by the agreement no more',
      'PATCH',
      'agreements/ag_retailer-a',
      { sub_contracting_permitted: false, sub_contractors: [] },
      'sub_contractor_not_named',
    ],
    ['has ended', 'POST', 'organizations/answer-works/retire', undefined, 'agreement_invalid'],
  ])(
    'a contractor firm that %s has no people there, from the confirmation on',
    async (_, method, path, body, code) => {
      const contracted = await broker.storm.operator('operator-a-31', declaration);
      const own = await broker.storm.operator('operator-a-01', declaration);
      const change = await officers.proposed(method, path, body);
      await witnesses.sayYes(contracted);
      expectStatus(await officers.confirm(change), 200);
      await witnesses.sayNo(contracted, code);
      expect(await verdict('operator-a-32')).toBe(code);
      await witnesses.sayYes(own);
      expect(await verdict('operator-a-02')).toBe('eligible');
    },
  );

  it('comes back with nobody: who left and was taken in again needs a new grant', async () => {
    const back = await broker.storm.operator('operator-a-03', declaration);
    await officers.agreed('POST', 'people/operator-a-03/retire');
    await broker.moveClock(1000);
    const person = { id: 'operator-a-03', natural_person_key: 'np-operator-a-3', name: '応対 A03号' };
    const fed = { ...person, role: 'operator', employment: 'employee' };
    await officers.agreed('POST', 'people', { organization_id: 'retailer-a', people: [fed] });
    // A leaver's session is over; the token and its grant are tried with a new one.
    await back.operator.person.signIn();
    await witnesses.sayNo(back, 'person_left');

    const hq = await broker.storm.person('hq-2');
    expectStatus(await hq.post(`/api/v1/grants/${back.grantId}/revoke`, { reason: '再入社のため' }), 200);
    await witnesses.sayYes(await broker.storm.operator('operator-a-03', declaration));
  });
});

describe('an organization that two persons retire', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start();
  });
  afterAll(() => broker.stop());

  it('is out at once, with all its people, and is called no more; the others go on', async () => {
    const { storm } = broker;
    const officers = new Officers(storm);
    const [point] = await darkPoints(broker);
    if (!point) throw new Error('the sample has points in outage');
    const witnesses = new Witnesses(storm, point);
    const declaration = (await storm.declared()).id;
    const a = await storm.operator('operator-a-01', declaration);
    const b = await storm.operator('operator-b-01', declaration);
    const change = await officers.proposed('POST', 'organizations/retailer-b/retire');
    await witnesses.sayYes(b);
    expectStatus(await officers.confirm(change, 'hq-2'), 200);
    await witnesses.sayNo(b, 'agreement_invalid');
    await witnesses.sayYes(a);

    const hq = await storm.person('hq-1');
    const call = (organization: string): Promise<[number, unknown]> =>
      hq
        .post(
          `/api/v1/declarations/${declaration}/support-calls`,
          storm.callBody({ organizations: [{ organization_id: organization, seats: 1 }] }),
        )
        .then(refusalOf);
    expect(await call('retailer-b')).toEqual([422, 'organization_not_callable']);
    expect(await call('retailer-a')).toEqual([201, undefined]);
  });

  it('is no utility while a declaration lasts, never the last one, and leaves two of headquarters', async () => {
    const { storm } = broker;
    const officers = new Officers(storm);
    const retire = (id: string): Promise<[number, unknown]> =>
      officers.propose('POST', `organizations/${id}/retire`).then(refusalOf);
    const needed = [409, 'organization_needed'];
    expect(await retire('tdo')).toEqual(needed);
    await officers.agreed('POST', 'organizations', {
      id: 'tdo-2',
      kind: 'utility',
      name: '見本第二送配電',
      is_affiliated: false,
    });
    // Confirmed, and lasting.
    expect(await retire('tdo')).toEqual(needed);
    expect(await retire('tdo-2')).toEqual(needed);
    await broker.moveClock(13 * 3_600_000);
    expect(await retire('tdo')).toEqual([409, 'last_of_headquarters']);
    // Declared between the two persons: refused at the confirmation as well.
    const change = await officers.proposed('POST', 'organizations/tdo-2/retire');
    const declaration = await storm.declare(await storm.person('hq-1'));
    expect(refusalOf(await officers.confirm(change))).toEqual(needed);
    const hq = await storm.person('hq-2');
    expectStatus(
      await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '試験の終わり' }),
      200,
    );
    expectStatus(await officers.confirm(change), 200);
    expect(await retire('tdo')).toEqual(needed);
  });
});
