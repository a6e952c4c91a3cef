import { Broker } from '../harness/broker.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { refusalOf } from '../laws/witnesses.js';
import type { Answer, Person } from '../stories/actors.js';
import { Officers } from '../stories/officers.js';
import { expectStatus, type Storm } from '../stories/storm.js';
import { fits } from './fits.js';

const DECLINE = 'POST /api/v1/support-calls/:id/decline';
const REASON = '自社の停電対応で席が埋まっているため';

interface Call {
  id: string;
  live: boolean;
  organizations: { organization_id: string; seats: number; declined: boolean }[];
  offers: { organization_id: string; called: boolean; agreement_valid: boolean }[];
  guidance: string | null;
  response_pattern: number;
}
interface Kept {
  type: string;
  is_drill: boolean;
  person_id: string;
  organization_id: string;
  declaration_id: string;
  payload: string;
}

const onlyA = [{ organization_id: 'retailer-a', seats: 40 }];

describe('support calls: whom the utility asks, and who says no', () => {
  let broker: Broker;
  let storm: Storm;
  let supervisors: { a: Person; b: Person };
  let declarationId: string;

  beforeAll(async () => {
    broker = await Broker.start();
    ({ storm } = broker);
    supervisors = { a: await storm.person('supervisor-a'), b: await storm.person('supervisor-b') };
    declarationId = (await storm.declared()).id;
  });
  afterAll(() => broker.stop());

  const called = async (more: object = {}, declaration = declarationId): Promise<Call> =>
    (await storm.called(declaration, more as Record<string, unknown>)) as unknown as Call;
  const shown = async (by: Person | string, id: string): Promise<Call> => {
    const person = typeof by === 'string' ? await storm.person(by) : by;
    return expectStatus(await person.get<Call>(`/api/v1/support-calls/${id}`), 200);
  };
  const decline = (by: Person, id: string): Promise<Answer> =>
    by.post(`/api/v1/support-calls/${id}/decline`, { reason: REASON });
  const nominate = (by: Person, id: string, people: string[]): Promise<Answer> =>
    by.post(`/api/v1/support-calls/${id}/nominations`, { people, ends_at: storm.in(4), note: '夜間班' });
  const declines = (id: string): Promise<Kept[]> =>
    broker.records<Kept>(`type like '%support_call.declined' and payload like $1`, [`%${id}%`]);
  const lift = async (id: string): Promise<void> => {
    const hq = await storm.person('hq-1');
    expectStatus(await hq.post(`/api/v1/declarations/${id}/lift`, { reason: '復旧が完了したため' }), 200);
  };

  describe('the call', () => {
    it('says why, by what measure, and what was tried before; it is not made without (NEC-1 to NEC-3)', async () => {
      const hq = await storm.person('hq-1');
      const path = `/api/v1/declarations/${declarationId}/support-calls`;
      for (const lacking of ['necessity', 'capacity_evidence', 'alternatives_tried', 'organizations'])
        expect([lacking, (await hq.post(path, storm.callBody({ [lacking]: undefined }))).status]).toEqual([
          lacking,
          422,
        ]);
      expect(refusalOf(await hq.post(path, storm.callBody({ necessity: '必要のため' })))).toEqual([
        422,
        'invalid_input',
      ]);
      const { id } = await called();
      const [kept] = await broker.records<Kept>(`type = 'support_call.called' and payload like $1`, [
        `%${id}%`,
      ]);
      const { necessity, capacity_evidence, alternatives_tried } = storm.callBody();
      const why = { necessity, capacity_evidence, alternatives_tried };
      expect(JSON.parse(kept?.payload ?? '')).toMatchObject({ details: { call: id, ...why } });
      expect(await shown('regulator-1', id)).toMatchObject(why);
    });

    it('rests on a disaster in the law’s own words, under a version of the rule (SCOPE-7, ART-3)', async () => {
      const hq = await storm.person('hq-1');
      for (const word of ['その他', '日常停電', '停電', 'システム障害']) {
        const body = storm.declarationBody({ hazard_types: [word] });
        expect([word, (await hq.post('/api/v1/declarations', body)).status]).toEqual([word, 422]);
      }
      const version = expectStatus(await hq.get(`/api/v1/declarations/${declarationId}`), 200)[
        'rule_version'
      ];
      expect(version).toMatch(/./);
      const [kept] = await broker.records<Kept>(`type = 'declaration.declared' and declaration_id = $1`, [
        declarationId,
      ]);
      expect(JSON.parse(kept?.payload ?? '')).toMatchObject({ details: { rule_version: version } });
    });
  });

  describe('declining', () => {
    it('is one organization’s answer, once: its nominations are refused from then on, the other’s are not', async () => {
      const { id } = await called();
      expect(fits(await decline(supervisors.a, id), 200, DECLINE)).toMatchObject({
        id,
        organizations: [{ organization_id: 'retailer-a', seats: 40, declined: true }],
      });
      expect(refusalOf(await decline(supervisors.a, id))).toEqual([409, 'call_declined']);
      expect(refusalOf(await nominate(supervisors.a, id, ['operator-a-01']))).toEqual([409, 'call_declined']);
      expect((await shown('hq-1', id)).organizations).toMatchObject([
        { organization_id: 'retailer-a', seats: 40, declined: true },
        { organization_id: 'retailer-b', seats: 20, declined: false },
      ]);
      expectStatus(await nominate(supervisors.b, id, ['operator-b-01']), 201);
    });

    it('stands on record once: who, of which organization, of which call and why (ART-6)', async () => {
      const { id } = await called();
      expectStatus(await decline(supervisors.b, id), 200);
      await decline(supervisors.b, id);
      const kept = await declines(id);
      expect(kept).toMatchObject([
        {
          type: 'support_call.declined',
          is_drill: false,
          person_id: 'supervisor-b',
          organization_id: 'retailer-b',
          declaration_id: declarationId,
        },
      ]);
      expect(JSON.parse(kept[0]?.payload ?? '')).toMatchObject({ details: { call: id, reason: REASON } });
    });

    it('is the called organization’s alone', async () => {
      const { id } = await called({ organizations: onlyA });
      expect(refusalOf(await decline(supervisors.b, id))).toEqual([404, 'not_found']);
      expect(refusalOf(await decline(supervisors.a, 'sc_none'))).toEqual([404, 'not_found']);
      for (const by of ['hq-1', 'officer-1', 'auditor-1', 'operator-a-01'])
        expect(refusalOf(await decline(await storm.person(by), id))).toEqual([403, 'role_not_allowed']);
      expect((await shown('hq-1', id)).organizations).toMatchObject([{ declined: false }]);
      expect(await declines(id)).toEqual([]);
    });

    it('is nobody else’s around the service either, says who and why, and is never taken back', async () => {
      const { id } = await called();
      const set = (organization: string, by: string): string =>
        `update support_call_organization set declined_by = '${by}', declined_at = broker_now(), decline_reason = 'x'
          where support_call_id = '${id}' and organization_id = '${organization}'`;
      const { insufficientPrivilege, restrict } = SQLSTATE;
      const others = ['supervisor-b', 'hq-1', 'operator-a-01'].map((by) => set('retailer-a', by));
      expect(await triedAsApp(broker, others)).toEqual([restrict, restrict, restrict]);
      expectStatus(await decline(supervisors.a, id), 200);
      expect(
        await triedAsApp(broker, [
          set('retailer-a', 'supervisor-a'),
          `update support_call_organization set declined_by = null, declined_at = null, decline_reason = null
            where support_call_id = '${id}' and organization_id = 'retailer-a'`,
          `update support_call_organization set seats = 10000 where support_call_id = '${id}'`,
          `delete from support_call_organization where support_call_id = '${id}'`,
        ]),
      ).toEqual([restrict, restrict, insufficientPrivilege, insufficientPrivilege]);
      // The control: the own supervisor's word is taken.
      expect(await triedAsApp(broker, [set('retailer-b', 'supervisor-b')])).toEqual(['done']);
    });

    it('ends no grant that was given, and lets nobody in who was only nominated', async () => {
      const { id } = await called();
      const [given] = await storm.approved((await storm.nominated(id, ['operator-a-02'])).id);
      const waiting = await storm.nominated(id, ['operator-a-03']);
      expectStatus(await decline(supervisors.a, id), 200);
      const auditor = await storm.person('auditor-1');
      const grant = expectStatus(await auditor.get(`/api/v1/grants/${given?.id}`), 200);
      expect(grant['why_not']).toEqual(['not_acknowledged']);
      const approval = await (
        await storm.person('hq-2')
      ).post(`/api/v1/nominations/${waiting.id}/approve`, {});
      expect(refusalOf(approval)).toEqual([409, 'call_declined']);
      const grants = await broker.database.asOwner('select from access_grant where nomination_id = $1', [
        waiting.id,
      ]);
      expect(grants).toEqual([]);
    });

    it('comes too late after the lift', async () => {
      const { id: declaration } = await storm.declared();
      const { id } = await called({}, declaration);
      await lift(declaration);
      expect(refusalOf(await decline(supervisors.a, id))).toEqual([409, 'declaration_not_live']);
      expect((await shown('hq-1', id)).organizations).toMatchObject([
        { declined: false },
        { declined: false },
      ]);
      expect(await declines(id)).toEqual([]);
    });

    it('of a drill is a record of the drill', async () => {
      const { id } = await called({}, (await storm.declared({ is_drill: true })).id);
      expectStatus(await decline(supervisors.a, id), 200);
      expect(await declines(id)).toMatchObject([{ type: 'drill.support_call.declined', is_drill: true }]);
    });

    it('wants a reason', async () => {
      const { id } = await called();
      for (const body of [{}, { reason: '' }, { reason: REASON, seats: 1 }])
        expect((await supervisors.a.post(`/api/v1/support-calls/${id}/decline`, body)).status).toBe(422);
      expect(await declines(id)).toEqual([]);
    });
  });

  describe('offers (FAIR-3)', () => {
    const line = (id: string, isCalled: boolean, isValid = true): Call['offers'][number] => ({
      organization_id: id,
      called: isCalled,
      agreement_valid: isValid,
    });

    it('keep every registered retailer, called or not, with an agreement or without, as it stood at the call', async () => {
      const before = await called({ organizations: onlyA });
      const officers = new Officers(storm);
      const newcomer = {
        id: 'retailer-new',
        kind: 'retailer',
        name: '新参電力',
        is_affiliated: false,
        retailer_code: 'Z9191',
      };
      await officers.agreed('POST', 'organizations', newcomer);
      const after = await called({ organizations: onlyA });
      const old = [line('retailer-a', true), line('retailer-b', false)];
      expect(before.offers).toEqual(old);
      expect(after.offers).toEqual([...old, line('retailer-new', false, false)]);
      expect((await shown('auditor-1', before.id)).offers).toEqual(before.offers);
      const [kept] = await broker.records<Kept>(`type = 'support_call.called' and payload like $1`, [
        `%${after.id}%`,
      ]);
      expect(JSON.parse(kept?.payload ?? '')).toMatchObject({ details: { offers: after.offers } });
      // Who has no agreement may be called on the same terms as anybody else; what it lacks is said.
      const invited = [...onlyA, { organization_id: 'retailer-new', seats: 5 }];
      expect((await called({ organizations: invited })).offers).toContainEqual(
        line('retailer-new', true, false),
      );
      await officers
        .agreed('POST', 'organizations/retailer-new/end', { reason: '廃業' })
        .catch(() => undefined);
    });

    it('show a supervisor the own line only, and no call to others', async () => {
      const { id } = await called();
      const own = await shown(supervisors.b, id);
      expect(own.offers).toEqual([line('retailer-b', true)]);
      expect(own.organizations).toEqual([
        { organization_id: 'retailer-b', name: '標本エナジー', seats: 20, declined: false },
      ]);
      const foreign = await called({ organizations: onlyA });
      expect((await supervisors.b.get(`/api/v1/support-calls/${foreign.id}`)).status).toBe(404);
      const { items } = expectStatus(
        await supervisors.b.get<{ items: Call[] }>('/api/v1/support-calls?limit=100'),
        200,
      );
      expect(items.map((one) => one.id)).toContain(id);
      expect(items.map((one) => one.id)).not.toContain(foreign.id);
      expect(JSON.stringify(items)).not.toContain('retailer-a');
    });
  });

  describe('pattern 0 (NEC-4)', () => {
    it('says what to do without any grant, and gives none', async () => {
      const none = await called({ response_pattern: 0 });
      expect(none.guidance).toMatch(/自社のデータ.*公表.*転送.*付与しません/);
      expect((await shown(supervisors.a, none.id)).guidance).toBe(none.guidance);
      expect(refusalOf(await nominate(supervisors.a, none.id, ['operator-a-04']))).toEqual([
        409,
        'no_grants_in_pattern_0',
      ]);
      expect(
        await broker.database.asOwner('select from nomination where support_call_id = $1', [none.id]),
      ).toEqual([]);
      expectStatus(await decline(supervisors.a, none.id), 200);
      for (const pattern of [1, 2]) expect((await called({ response_pattern: pattern })).guidance).toBeNull();
    });
  });
});
