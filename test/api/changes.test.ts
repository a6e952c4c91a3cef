import { Broker } from '../harness/broker.js';
import { meet } from '../harness/meeting.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { refusalOf } from '../laws/witnesses.js';
import { Officers } from '../stories/officers.js';
import { expectStatus } from '../stories/storm.js';

type Json = Record<string, unknown>;
interface Listed extends Json {
  id: string;
  kind: string;
  state: string;
}

const DAY = 86_400_000;

describe('two persons', () => {
  let broker: Broker;
  let officers: Officers;
  beforeAll(async () => {
    broker = await Broker.start();
    officers = new Officers(broker.storm);
  });
  afterAll(() => broker.stop());

  const rename = (name: string, id = 'retailer-b'): Promise<string> =>
    officers.proposed('PATCH', `organizations/${id}`, { name });
  const nameOf = async (id = 'retailer-b'): Promise<unknown> =>
    (await officers.shown('organizations', id))?.['name'];
  const list = async (query = ''): Promise<Listed[]> => {
    const officer = await broker.storm.person('officer-1');
    const answer = await officer.get<{ items: Listed[] }>(`/api/v1/changes?limit=100${query}`);
    return expectStatus(answer, 200).items;
  };
  const shown = async (id: string): Promise<Listed | undefined> =>
    (await list()).find((one) => one.id === id);

  it('are two: the proposer neither confirms nor rejects, another officer or headquarters does', async () => {
    const change = await rename('標本エナジー二号');
    expect(refusalOf(await officers.confirm(change, 'officer-1'))).toEqual([403, 'same_person']);
    const proposer = await broker.storm.person('officer-1');
    expect(refusalOf(await proposer.post(`/api/v1/changes/${change}/reject`, {}))).toEqual([
      403,
      'same_person',
    ]);
    expect(await nameOf()).toBe('標本エナジー');

    expect(expectStatus(await officers.confirm(change, 'hq-1'), 200)).toEqual({
      resource: { type: 'organization', id: 'retailer-b' },
    });
    expect(await nameOf()).toBe('標本エナジー二号');
    expect(refusalOf(await officers.confirm(change, 'hq-2'))).toEqual([409, 'change_decided']);
  });

  it('keep the compliance officer out of changes that do not call for one', async () => {
    const change = await rename('法令遵守の名');
    const { storm } = broker;
    for (const id of ['compliance-1', 'auditor-1', 'supervisor-a', 'operator-a-01', 'regulator-1']) {
      const person = await storm.person(id);
      for (const act of ['confirm', 'reject'])
        expect([id, act, ...refusalOf(await person.post(`/api/v1/changes/${change}/${act}`, {}))]).toEqual([
          id,
          act,
          403,
          'role_not_allowed',
        ]);
    }
    expect((await shown(change))?.state).toBe('proposed');
  });

  it('see what would change, member by member, and nothing else', async () => {
    const change = await officers.proposed('PATCH', 'organizations/retailer-a', {
      name: '見本小売電気',
      is_affiliated: false,
      retailer_code: 'Z9199',
    });
    expect(await shown(change)).toMatchObject({
      kind: 'organization.change',
      state: 'proposed',
      body: { id: 'retailer-a', name: '見本小売電気', is_affiliated: false, retailer_code: 'Z9199' },
      difference: [
        { field: 'is_affiliated', before: true, after: false },
        { field: 'retailer_code', before: 'Z9101', after: 'Z9199' },
      ],
      proposed_by: 'officer-1',
      resource: null,
    });
    const idle = await officers.propose('PATCH', 'organizations/retailer-a', { name: '見本小売電気' });
    expect(refusalOf(idle)).toEqual([422, 'nothing_to_change']);
    expect(refusalOf(await officers.propose('PATCH', 'organizations/retailer-a', {}))).toEqual([
      422,
      'nothing_to_change',
    ]);
  });

  it('agree to what they saw: facts that changed meanwhile make a proposal outdated', async () => {
    const [first, second, other] = [
      await rename('先の名'),
      await rename('後の名'),
      await rename('別社の名', 'egc'),
    ];
    expectStatus(await officers.confirm(first), 200);
    expect(refusalOf(await officers.confirm(second))).toEqual([409, 'change_outdated']);
    expect(await nameOf()).toBe('先の名');
    expect((await shown(second))?.state).toBe('proposed');
    // The control: a proposal about another row is as good as it was.
    expectStatus(await officers.confirm(other), 200);
  });

  it('hear that a proposal is outdated also when both are confirmed at once', async () => {
    const changes = [await rename('同時の名'), await rename('同刻の名')];
    const answers = await meet(
      broker,
      'organization',
      changes.map((change) => () => officers.confirm(change)),
    );
    expect(answers.map(refusalOf).sort()).toEqual([
      [200, undefined],
      [409, 'change_outdated'],
    ]);
    const done = answers.findIndex((one) => one.status === 200);
    expect(await nameOf()).toBe(['同時の名', '同刻の名'][done]);
  });

  it('leave a record each of the proposal, of what took effect, and of the confirmation', async () => {
    const change = await rename('記録の名');
    expectStatus(await officers.confirm(change), 200);
    const kept = await broker.records<{ type: string; person_id: string; payload: string }>(
      `payload like $1 and type <> 'person.signed_in'`,
      [`%${change}%`],
    );
    const told = kept.map(({ type, person_id, payload }) => [
      type,
      person_id,
      (JSON.parse(payload) as { details: Json }).details,
    ]);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        [
          'change.proposed',
          'officer-1',
          { change, kind: 'organization.change', resources: ['retailer-b'], members: ['name', 'id'] },
        ],
        [
          'organization.changed',
          'officer-2',
          {
            id: 'retailer-b',
            change,
            difference: [{ field: 'name', before: expect.any(String) as string, after: '記録の名' }],
          },
        ],
        ['change.confirmed', 'officer-2', expect.objectContaining({ change, resource_id: 'retailer-b' })],
      ]),
    );
  });

  it('leave no value of a person in the clear, and show it to headquarters only while they decide', async () => {
    const key = 'np-nobody-knows';
    const body = {
      organization_id: 'retailer-b',
      people: [
        {
          id: 'operator-b-77',
          natural_person_key: key,
          name: '応対 ひみつ号',
          role: 'operator',
          employment: 'employee',
          has_conflict: true,
        },
      ],
    };
    const change = await officers.proposed('POST', 'people', body);
    const seenBy = async (id: string): Promise<Listed | undefined> => {
      const person = await broker.storm.person(id);
      const answer = await person.get<{ items: Listed[] }>('/api/v1/changes?limit=100');
      return expectStatus(answer, 200).items.find((one) => one.id === change);
    };
    expect((await seenBy('hq-1'))?.['body']).toEqual(body);
    expectStatus(await officers.confirm(change), 200);
    expect(await seenBy('hq-1')).toMatchObject({ state: 'confirmed', body: null, difference: [] });
    expect(await seenBy('officer-1')).toMatchObject({ state: 'confirmed', body });

    const kept = await broker.records<{ type: string; payload: string }>(`payload like '%${change}%'`);
    expect(kept.map(({ type }) => type).sort()).toEqual(['change.confirmed', 'change.proposed', 'staff.fed']);
    const clear = kept.map(({ payload }) => payload).join();
    expect(clear).toContain('operator-b-77');
    expect(clear).toContain('has_conflict');
    for (const value of [key, 'ひみつ']) expect(clear).not.toContain(value);
  });

  it('show headquarters what they rejected no more', async () => {
    const change = await rename('却下される名');
    const hq = await broker.storm.person('hq-1');
    const answer = await hq.post(`/api/v1/changes/${change}/reject`, { reason: '名称が違うため' });
    expect(expectStatus(answer, 200)).toMatchObject({ state: 'rejected', body: null, difference: [] });
    expect((await shown(change))?.['body']).toMatchObject({ name: '却下される名' });
  });

  it('are listed by state', async () => {
    const [open, rejected] = [await rename('開いている名'), await rename('却下の名')];
    const second = await broker.storm.person('officer-2');
    const answer = await second.post(`/api/v1/changes/${rejected}/reject`, {
      reason: '名称が登記と違うため',
    });
    expect(expectStatus(answer, 200)).toMatchObject({ state: 'rejected', reason: '名称が登記と違うため' });

    const everything = await list();
    for (const state of ['proposed', 'confirmed', 'rejected', 'lapsed']) {
      const expected = everything.filter((one) => one.state === state).map((one) => one.id);
      expect([state, (await list(`&state=${state}`)).map((one) => one.id)]).toEqual([state, expected]);
    }
    expect((await list('&state=proposed')).map((one) => one.id)).toContain(open);
    expect((await list('&state=rejected')).map((one) => one.id)).toContain(rejected);
    const officer = await broker.storm.person('officer-1');
    expect(refusalOf(await officer.get('/api/v1/changes?state=open'))).toEqual([422, 'invalid_input']);
  });

  describe('around the service', () => {
    const RENAME = (id: string, change: string): string =>
      `update organization set name = '偽', change_id = ${change} where id = '${id}'`;
    const PROPOSE = (id: string, kind = 'organization.change'): string => `
      insert into change (id, kind, body, proposed_by, proposed_at, lapses_at)
      values ('${id}', '${kind}', '{}', 'officer-1', broker_now(), broker_now() + interval '23 hours')`;
    const DECIDE = (id: string, resource: string, type = 'organization'): string => `
      update change set decision = 'confirmed', decided_by = 'officer-2', decided_at = broker_now(),
             resource_type = '${type}', resource_id = '${resource}' where id = '${id}'`;

    it('a row of master data changes by no forged, reused, unfinished or foreign change', async () => {
      const used = await rename('使用済みの名');
      expectStatus(await officers.confirm(used), 200);
      const before = await nameOf();
      const forged = [
        RENAME('retailer-b', 'null'),
        RENAME('retailer-b', 'change_id'),
        RENAME('retailer-b', `'${used}'`),
        `begin; ${PROPOSE('ch_unfinished')}; ${RENAME('retailer-b', "'ch_unfinished'")}; commit`,
        `begin; ${PROPOSE('ch_other')}; ${RENAME('retailer-b', "'ch_other'")}; ${DECIDE('ch_other', 'retailer-a')}; commit`,
        `begin; ${PROPOSE('ch_type')}; ${RENAME('retailer-b', "'ch_type'")}; ${DECIDE('ch_type', 'retailer-b', 'person')}; commit`,
        `begin; ${PROPOSE('ch_kind', 'person.change')}; ${RENAME('retailer-b', "'ch_kind'")}; ${DECIDE('ch_kind', 'retailer-b')}; commit`,
        `begin; ${PROPOSE('ch_prefix', 'organizations.change')}; ${RENAME('retailer-b', "'ch_prefix'")}; ${DECIDE('ch_prefix', 'retailer-b')}; commit`,
        // A feed dates the list of an organization; it renames none.
        `begin; ${PROPOSE('ch_feed', 'person.feed').replace("'{}'", `'{"people": []}'`)}; ${RENAME('retailer-b', "'ch_feed'")}; ${DECIDE('ch_feed', 'retailer-b')}; commit`,
        `insert into organization (id, kind, name) values ('retailer-x', 'retailer', '偽')`,
        `update entrustment_agreement set ended_at = null, valid_until = valid_until + interval '9 years'`,
        `update field_profile set retired_at = broker_now()`,
      ];
      const outcomes = [];
      for (const statement of forged) outcomes.push(...(await triedAsApp(broker, [statement])));
      expect(outcomes).toEqual(forged.map(() => SQLSTATE.restrict));
      expect(await nameOf()).toBe(before);
      // The control: two persons, about this row, in this transaction.
      const whole = `begin; ${PROPOSE('ch_whole')}; ${RENAME('retailer-b', "'ch_whole'")}; ${DECIDE('ch_whole', 'retailer-b')}; commit`;
      expect(await triedAsApp(broker, [whole])).toEqual(['done']);
      expect(await nameOf()).toBe('偽');
    });

    it('a standing plan that is retired stays so, whoever agrees', async () => {
      await broker.database.asOwner(`
        insert into standing_plan (id, organization_id, field_profile_id, people, seats, shift_hours_max, valid_from, valid_until, retired_at)
        values ('sp_gone', 'retailer-a', 'outage-call', array['operator-a-01'], 1, 8, broker_now(), broker_now() + interval '1 day', broker_now())`);
      const agreed = (
        change: string,
        set: string,
      ): string => `begin; ${PROPOSE(change, 'standing_plan.change')};
        update standing_plan set ${set}, change_id = '${change}' where id = 'sp_gone';
        ${DECIDE(change, 'sp_gone', 'standing_plan')}; commit`;
      expect(await triedAsApp(broker, [agreed('ch_seats', 'seats = 2')])).toEqual(['done']);
      expect(await triedAsApp(broker, [agreed('ch_again', 'retired_at = null')])).toEqual([
        SQLSTATE.restrict,
      ]);
    });

    it('nobody decides both ways, alone, or after the day', async () => {
      const { check } = SQLSTATE;
      const outcomes = await triedAsApp(broker, [
        PROPOSE('ch_alone'),
        DECIDE('ch_alone', 'retailer-b').replace('officer-2', 'officer-1'),
        DECIDE('ch_alone', 'retailer-b').replace('= broker_now()', `= broker_now() + interval '1 day'`),
      ]);
      expect(outcomes).toEqual(['done', check, check]);
    });
  });

  it('have a day: a proposal lapses after 24 hours, by itself', async () => {
    const change = await rename('翌日の名');
    await broker.moveClock(DAY - 60_000);
    expect((await shown(change))?.state).toBe('proposed');
    await broker.moveClock(60_000);
    expect(await shown(change)).toMatchObject({ state: 'lapsed', decided_by: null });
    expect((await list('&state=lapsed')).map((one) => one.id)).toContain(change);
    expect(refusalOf(await officers.confirm(change))).toEqual([409, 'change_lapsed']);
    const second = await broker.storm.person('officer-2');
    expect(refusalOf(await second.post(`/api/v1/changes/${change}/reject`, {}))).toEqual([
      409,
      'change_lapsed',
    ]);
    expect(await nameOf()).not.toBe('翌日の名');
  });
});
