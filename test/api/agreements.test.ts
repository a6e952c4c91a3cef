import { FIELD_IDS, fieldEntry } from '../../src/agreements/field-catalogue.js';
import { Broker } from '../harness/broker.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { refusalOf } from '../laws/witnesses.js';
import type { Answer } from '../stories/actors.js';
import { Officers } from '../stories/officers.js';

type Json = Record<string, unknown>;
interface Fault {
  pointer: string;
}

const DAY = 86_400_000;
const CLAUSES = ['tasks', 'confidentiality', 'personal_data', 'sub_contracting'];
const ALL_CLAUSES = [...CLAUSES, 'log_consent', 'penalty', 'no_group_sharing'];

let forged = 0;
/** The service's own role, with two persons' decision about this very row: what is still refused, the row itself refuses. */
function agreedInSql(kind: string, id: string, statement: string): string {
  forged += 1;
  const change = `ch_sql_${forged}`;
  return `begin;
    insert into change (id, kind, body, proposed_by, proposed_at, lapses_at)
      values ('${change}', '${kind}.change', '{}', 'officer-1', broker_now(), broker_now() + interval '23 hours');
    ${statement.replace(' where', `, change_id = '${change}' where`)};
    update change set decision = 'confirmed', decided_by = 'officer-2', decided_at = broker_now(), resource_type = '${kind}',
      resource_id = '${id}' where id = '${change}';
    commit`;
}

const pointersOf = (answer: Answer): string[] =>
  (answer.body['faults'] as Fault[] | undefined)?.map(({ pointer }) => pointer) ?? [];

describe('master data', () => {
  let broker: Broker;
  let officers: Officers;
  beforeAll(async () => {
    broker = await Broker.start();
    officers = new Officers(broker.storm);
  });
  afterAll(() => broker.stop());

  /** The database's time just now, as `as_of` takes it, with a moment on both sides of it. */
  async function instant(): Promise<string> {
    await broker.moveClock(1000);
    const at = new Date(broker.now()).toISOString();
    await broker.moveClock(1000);
    return at;
  }

  const recordOf = async (type: string, id: string): Promise<Json[]> => {
    const rows = await broker.records<{ payload: string }>(`type = $1 and payload like $2`, [
      type,
      `%"${id}"%`,
    ]);
    return rows.map(({ payload }) => (JSON.parse(payload) as { details: Json }).details);
  };

  describe('organizations', () => {
    const retailer = (more: Json = {}): Json => ({
      id: 'retailer-c',
      kind: 'retailer',
      name: '第三エナジー',
      is_affiliated: false,
      retailer_code: 'Z9103',
      ...more,
    });

    it('are added, changed and retired by two persons, and any past instant can be asked', async () => {
      const unborn = await instant();
      const change = await officers.proposed('POST', 'organizations', retailer());
      expect(await officers.shown('organizations', 'retailer-c')).toBeUndefined();
      expect(refusalOf(await officers.confirm(change, 'officer-1'))).toEqual([403, 'same_person']);
      expect((await officers.confirm(change)).body).toEqual({
        resource: { type: 'organization', id: 'retailer-c' },
      });
      const young = await instant();
      await officers.agreed('PATCH', 'organizations/retailer-c', { name: '第三電力', is_affiliated: true });
      const grown = await instant();
      await officers.agreed('POST', 'organizations/retailer-c/retire');

      expect(await officers.shown('organizations', 'retailer-c', unborn)).toBeUndefined();
      expect(await officers.shown('organizations', 'retailer-c', young)).toMatchObject({
        name: '第三エナジー',
        is_affiliated: false,
        is_legally_separated: true,
        works_for: [],
        ended_at: null,
        change_id: change,
        version: 1,
      });
      expect(await officers.shown('organizations', 'retailer-c', grown)).toMatchObject({
        name: '第三電力',
        is_affiliated: true,
        retailer_code: 'Z9103',
        ended_at: null,
        version: 2,
      });
      const now = await officers.shown('organizations', 'retailer-c');
      expect(now).toMatchObject({ name: '第三電力', version: 3 });
      expect(String(now?.['ended_at']) > grown).toBe(true);

      expect(await recordOf('organization.added', 'retailer-c')).toMatchObject([
        { id: 'retailer-c', change },
      ]);
      expect(await recordOf('organization.changed', 'retailer-c')).toMatchObject([
        {
          difference: [
            { field: 'name', before: '第三エナジー', after: '第三電力' },
            { field: 'is_affiliated', before: false, after: true },
          ],
        },
      ]);
      expect(await recordOf('organization.retired', 'retailer-c')).toHaveLength(1);
    });

    it('have an end that nothing takes back', async () => {
      const again = { name: 'また' };
      expect(refusalOf(await officers.propose('PATCH', 'organizations/retailer-c', again))).toEqual([
        409,
        'already_retired',
      ]);
      expect(refusalOf(await officers.propose('POST', 'organizations/retailer-c/retire'))).toEqual([
        409,
        'already_retired',
      ]);
      expect(refusalOf(await officers.propose('POST', 'organizations', retailer()))).toEqual([
        409,
        'id_taken',
      ]);
      expect(refusalOf(await officers.propose('POST', 'organizations/nobody/retire'))).toEqual([
        404,
        'not_found',
      ]);
      const row = (change: string, id: string): string =>
        agreedInSql('organization', id, `update organization set ${change} where id = '${id}'`);
      for (const change of ['ended_at = null', 'ended_at = broker_now()'])
        expect(await triedAsApp(broker, [row(change, 'retailer-c')])).toEqual([SQLSTATE.restrict]);
      // The control: the same of a row that has not ended.
      expect(await triedAsApp(broker, [row('ended_at = null', 'egc')])).toEqual(['done']);
    });

    it('are refused where kind and members do not fit', async () => {
      const add = (more: Json): Promise<Answer> =>
        officers.propose(
          'POST',
          'organizations',
          retailer({ id: 'retailer-d', retailer_code: 'Z9104', ...more }),
        );
      const code = await add({ kind: 'contractor' });
      expect([...refusalOf(code), pointersOf(code)]).toEqual([422, 'invalid_input', ['/retailer_code']]);
      const principal = await add({ works_for: ['retailer-a'] });
      expect(pointersOf(principal)).toEqual(['/works_for']);
      const firm = { kind: 'contractor', retailer_code: undefined };
      const strangers = await add({
        ...firm,
        works_for: ['retailer-a', 'answer-works', 'retailer-c', 'nobody'],
      });
      expect(pointersOf(strangers)).toEqual(['/works_for/1', '/works_for/2', '/works_for/3']);
      const taken = await add({ retailer_code: 'Z9101' });
      expect([...refusalOf(taken), pointersOf(taken)]).toEqual([409, 'id_taken', ['/retailer_code']]);
      expect(refusalOf(await add({ staff_feed_at: broker.storm.in(0) }))).toEqual([422, 'invalid_input']);
      expect(refusalOf(await add({}))).toEqual([202, undefined]);
    });

    it('that work for both sides employ operators only', async () => {
      const both = { works_for: ['retailer-a', 'tdo'] };
      const change = await officers.proposed('PATCH', 'organizations/answer-works', both);
      await broker.database.asOwner(`
        insert into person (id, organization_id, organization_kind, natural_person_key, role, name, employment, employer_id)
        values ('supervisor-c', 'retailer-a', 'retailer', 'np-supervisor-c', 'supervisor', '統括 ちはる', 'contractor', 'answer-works')`);
      const again = await officers.propose('PATCH', 'organizations/answer-works', both);
      expect(refusalOf(again)).toEqual([403, 'both_sides']);
      // Hired between proposal and confirmation.
      expect(refusalOf(await officers.confirm(change))).toEqual([403, 'both_sides']);
      const works = agreedInSql(
        'organization',
        'answer-works',
        `update organization set works_for = array['retailer-a', 'tdo'] where id = 'answer-works'`,
      );
      expect(await triedAsApp(broker, [works])).toEqual([SQLSTATE.restrict]);

      await broker.database.asOwner(`update person set left_at = broker_now() where id = 'supervisor-c'`);
      expect((await officers.confirm(change)).status).toBe(200);
    });
  });

  describe('agreements', () => {
    const agreement = (more: Json = {}): Json => ({
      organization_id: 'retailer-b',
      number: '災害-B-100',
      valid_from: broker.storm.in(-24),
      valid_until: broker.storm.in(24 * 90),
      clauses: ALL_CLAUSES,
      legal_ground: 'disaster',
      chosen_by: 'negotiated',
      chosen_reason: '離島の電話を受けられるのが同社だけのため',
      sub_contracting_permitted: true,
      sub_contractors: ['answer-works'],
      ...more,
    });

    it('are added, changed and ended by two persons, and any past instant can be asked', async () => {
      const id = await officers.agreed('POST', 'agreements', agreement());
      expect(id).toMatch(/^ag_/);
      const whole = await instant();
      const change = await officers.proposed('PATCH', `agreements/${id}`, {
        clauses: CLAUSES.toReversed(),
        sub_contracting_permitted: false,
        sub_contractors: [],
      });
      const officer = await broker.storm.person('officer-2');
      const { body } = await officer.get<{ items: Json[] }>('/api/v1/changes?limit=1');
      expect(body.items[0]).toMatchObject({
        id: change,
        difference: [
          { field: 'clauses', before: ALL_CLAUSES, after: CLAUSES },
          { field: 'is_complete', before: true, after: false },
          { field: 'sub_contracting_permitted', before: true, after: false },
          { field: 'sub_contractors', before: ['answer-works'], after: [] },
        ],
      });
      expect((await officers.confirm(change)).status).toBe(200);
      const narrowed = await instant();
      await officers.agreed('POST', `agreements/${id}/retire`);

      expect(await officers.shown('agreements', id, whole)).toMatchObject({
        organization_id: 'retailer-b',
        is_complete: true,
        legal_ground: 'disaster',
        chosen_by: 'negotiated',
        chosen_reason: '離島の電話を受けられるのが同社だけのため',
        sub_contracting_permitted: true,
        sub_contractors: ['answer-works'],
        ended_at: null,
      });
      expect(await officers.shown('agreements', id, narrowed)).toMatchObject({
        is_complete: false,
        sub_contractors: [],
        change_id: change,
        ended_at: null,
      });
      expect((await officers.shown('agreements', id))?.['ended_at']).toEqual(expect.any(String));
      expect(refusalOf(await officers.propose('POST', `agreements/${id}/retire`))).toEqual([
        409,
        'already_retired',
      ]);
      expect(await recordOf('agreement.retired', id)).toHaveLength(1);
    });

    it('are refused without a retailer, a time to come, or firms that may be named', async () => {
      const add = (more: Json): Promise<Answer> =>
        officers.propose('POST', 'agreements', agreement({ number: '災害-B-101', ...more }));
      for (const stranger of ['nobody', 'tdo', 'answer-works', 'retailer-c'])
        expect(refusalOf(await add({ organization_id: stranger }))).toEqual([422, 'unknown_organization']);
      expect(pointersOf(await add({ valid_until: broker.storm.in(-1) }))).toEqual(['/valid_until']);
      expect(pointersOf(await add({ valid_from: broker.storm.in(24 * 91) }))).toEqual(['/valid_until']);
      expect(pointersOf(await add({ sub_contracting_permitted: false }))).toEqual(['/sub_contractors']);
      expect(pointersOf(await add({ sub_contractors: ['answer-works', 'retailer-a'] }))).toEqual([
        '/sub_contractors/1',
      ]);
      expect(pointersOf(await add({ legal_ground: 'custom' }))).toEqual(['/legal_ground']);
      const taken = await add({ number: '災害-A-001' });
      expect([...refusalOf(taken), pointersOf(taken)]).toEqual([409, 'id_taken', ['/number']]);
      expect(refusalOf(await add({}))).toEqual([202, undefined]);
    });
  });

  describe('field profiles', () => {
    const LEAN = [
      { field: 'meter_number', mode: 'match' },
      { field: 'outage_state', mode: 'show' },
    ];
    const profile = (more: Json = {}): Json => ({ id: 'lean', label: '最小', fields: LEAN, ...more });

    it('are added, changed by versions and retired by two persons; the past shows the fields of its version', async () => {
      await officers.agreed('POST', 'field-profiles', profile());
      const first = await instant();
      await officers.agreed('PATCH', 'field-profiles/lean', { label: '最小（新）' });
      const renamed = await instant();
      const fields = [
        { field: 'outage_state', mode: 'dispatch' },
        { field: 'service_pole_number', mode: 'show' },
      ];
      const change = await officers.proposed('PATCH', 'field-profiles/lean', { fields });
      expect((await officers.confirm(change)).status).toBe(200);
      const second = await instant();
      await officers.agreed('POST', 'field-profiles/lean/retire');

      const shown = (asOf?: string): Promise<Json | undefined> =>
        officers.shown('field-profiles', 'lean', asOf);
      expect(await shown(first)).toMatchObject({
        label: '最小',
        fields: LEAN,
        fields_version: 1,
        version: 1,
      });
      expect(await shown(renamed)).toMatchObject({ label: '最小（新）', fields: LEAN, fields_version: 1 });
      expect(await shown(second)).toMatchObject({
        fields,
        fields_version: 2,
        change_id: change,
        retired_at: null,
      });
      expect(await shown()).toMatchObject({ fields, retired_at: expect.any(String) as string });
      const kept = await recordOf('field_profile.changed', 'lean');
      expect(kept.at(-1)?.['difference']).toEqual([
        { field: 'fields.meter_number', before: 'match', after: null },
        { field: 'fields.outage_state', before: 'show', after: 'dispatch' },
        { field: 'fields.service_pole_number', before: null, after: 'show' },
      ]);

      expect(refusalOf(await officers.propose('PATCH', 'field-profiles/lean', { label: '再び' }))).toEqual([
        409,
        'already_retired',
      ]);
      expect(refusalOf(await officers.propose('POST', 'field-profiles', profile()))).toEqual([
        409,
        'id_taken',
      ]);
      const same = { fields: (await officers.shown('field-profiles', 'outage-call'))?.['fields'] };
      expect(refusalOf(await officers.propose('PATCH', 'field-profiles/outage-call', same))).toEqual([
        422,
        'nothing_to_change',
      ]);
    });

    it('stay under the ceiling: no never-field, no mode above it, no unknown field, and where the fault lies', async () => {
      const add = (fields: Json[]): Promise<Answer> =>
        officers.propose('POST', 'field-profiles', profile({ id: 'greedy', fields }));
      const never = FIELD_IDS.filter((id) => fieldEntry(id).modes.length === 0);
      expect(never.length).toBeGreaterThan(28);
      const asked = [LEAN[0], ...never.map((field) => ({ field, mode: 'match' })), LEAN[1]] as Json[];
      const answer = await add(asked);
      expect(refusalOf(answer)).toEqual([422, 'above_ceiling']);
      expect(pointersOf(answer)).toEqual(never.map((_, index) => `/fields/${index + 1}`));

      for (const above of [
        { field: 'contract_holder_name', mode: 'show' },
        { field: 'contact_phone', mode: 'show' },
        { field: 'has_generation_hazard', mode: 'derived' },
        { field: 'a_field_of_tomorrow', mode: 'show' },
        { field: 'constructor', mode: 'show' },
      ]) {
        const refused = await add([above]);
        expect([above, ...refusalOf(refused), pointersOf(refused)]).toEqual([
          above,
          422,
          'above_ceiling',
          ['/fields/0'],
        ]);
        const changed = await officers.propose('PATCH', 'field-profiles/outage-call', { fields: [above] });
        expect(refusalOf(changed)).toEqual([422, 'above_ceiling']);
      }
      expect(pointersOf(await add([...LEAN, { field: 'outage_state', mode: 'dispatch' }]))).toEqual([
        '/fields/2/field',
      ]);
      expect(refusalOf(await add([{ field: 'outage_state', mode: 'peek' }]))).toEqual([422, 'invalid_input']);
      expect(refusalOf(await add([]))).toEqual([422, 'invalid_input']);
      expect(refusalOf(await add(LEAN))).toEqual([202, undefined]);
    });

    it('stay under it around the service too, and go back to no earlier version', async () => {
      const { foreignKey, restrict } = SQLSTATE;
      expect(
        await triedAsApp(broker, [
          `insert into field_profile_field values ('outage-call', 9, 'retailer_name', 'show')`,
          `insert into field_profile_field values ('outage-call', 9, 'contract_holder_name', 'show')`,
          `insert into field_profile_field values ('outage-call', 1, 'site_map_ref', 'show')`,
          agreedInSql(
            'field_profile',
            'lean',
            `update field_profile set current_version = 1 where id = 'lean'`,
          ),
        ]),
      ).toEqual([foreignKey, foreignKey, restrict, restrict]);
    });
  });

  it('as of a time before the house stood, is nothing', async () => {
    const before = new Date(broker.now() - 400 * DAY).toISOString();
    for (const path of ['organizations', 'agreements', 'field-profiles'])
      expect([path, await officers.list(path, before)]).toEqual([path, []]);
  });
});
