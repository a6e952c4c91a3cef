import { randomUUID } from 'node:crypto';
import { AttestationsRepository } from '../../src/review/attestations.repository.js';
import { Database } from '../../src/database/database.js';
import { whyNotLive } from '../../src/grants/grant.js';
import { AdoptionService } from '../../src/review/replay/adoption.service.js';
import { ReplayJob } from '../../src/review/replay/replay.job.js';
import { ReplayService } from '../../src/review/replay/replay.service.js';
import { Broker } from '../harness/broker.js';
import { send, type Operator, type Person } from '../stories/actors.js';
import { Officers } from '../stories/officers.js';
import { expectStatus, samplePoints, type SamplePoint, type Storm } from '../stories/storm.js';
import { forge, openMismatches, replay } from './forgery.js';

const BASIC = `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}`;

describe('Law 7: a row that decides access and is not what the ledger says is found, and denied', () => {
  let broker: Broker;
  let storm: Storm;
  let auditor: Person;
  let declaration: { id: string };
  let operator: Operator;
  let grantId: string;
  let terminalId: string;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start({ instances: 2 });
    ({ storm } = broker);
    auditor = await storm.person('auditor-1');
    expect((await replay(broker, auditor)).open).toEqual([]);
    declaration = await storm.declared();
    ({ operator, grantId, terminalId } = await storm.operator('operator-a-01', declaration.id));
    const found = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
    if (!found) throw new Error('the sample has points in outage');
    point = found;
  });
  afterAll(() => broker.stop());

  const service = <T>(type: new (...given: never[]) => T, instance = 0): T => {
    const app = broker.instances[instance]?.app;
    if (!app) throw new Error('no such instance');
    return app.get<T>(type, { strict: false });
  };
  /** What the operator gets at the gate, by introspection and by evaluation. */
  const tried = async (): Promise<[string, boolean, boolean]> => {
    const search = {
      supply_point_id: point.supply_point_id,
      second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
    };
    const found = await operator.lookup(search);
    const form = new URLSearchParams({ token: operator.token ?? '' }).toString();
    const headers = { authorization: BASIC, 'content-type': 'application/x-www-form-urlencoded' };
    const introspected = await send(`${broker.url}/oauth/introspect`, 'POST', form, headers);
    const evaluated = await send<{ decision: boolean }>(
      `${broker.url}/access/v1/evaluation`,
      'POST',
      {
        subject: { type: 'access_token', id: operator.token },
        action: { name: 'view' },
        resource: {
          type: 'supply_point',
          id: point.supply_point_id,
          properties: { fields: ['service_area_code'] },
        },
        context: {
          call: { id: `call-${randomUUID()}`, direction: 'inbound', started_at: storm.in(0) },
          purpose: 'outage_enquiry',
        },
      },
      { authorization: BASIC },
    );
    const outcome = found.status === 200 ? 'found' : String(found.body.code);
    return [outcome, introspected.body['active'] === true, evaluated.body.decision];
  };
  const OPEN = ['found', true, true];
  const SHUT = ['record_mismatch', false, false];

  it('the control: a grant that was handed back, brought back by the owner of the tables, opens everything again', async () => {
    expect(await tried()).toEqual(OPEN);
    expectStatus(await operator.person.post(`/api/v1/grants/${grantId}/hand-back`), 200);
    expect(await tried()).toEqual(['handed_back', false, false]);
    await forge(broker, 'access_grant', `update access_grant set handed_back_at = null where id = $1`, [
      grantId,
    ]);
    expect(await tried()).toEqual(OPEN);
  });

  it('the look of each minute finds it, denies it, and says it once', async () => {
    const looked = await service(ReplayService).ofWhatIsInForce();
    expect(looked).toEqual({ found: 1, cleared: 0, open: 1 });
    expect(await openMismatches(broker)).toEqual([`grant ${grantId}: handed_back_at`]);
    expect(await tried()).toEqual(SHUT);
    expect(await service(ReplayService, 1).ofWhatIsInForce()).toBeUndefined();
    expect(await broker.records(`type = 'mismatch.found'`)).toHaveLength(1);
    const shown = expectStatus(await auditor.get(`/api/v1/grants/${grantId}`), 200);
    expect([shown['live'], shown['why_not']]).toEqual([false, ['record_mismatch']]);
  });

  it('both counts of the daily attestation know of it', async () => {
    const attestations = service(AttestationsRepository);
    await service(Database).transaction('none', async (tx) => {
      const facts = await attestations.facts(tx);
      expect(facts.map((one) => whyNotLive(one, tx.now))).toEqual([['record_mismatch']]);
      expect(await attestations.countLive(tx)).toBe(0);
    });
  });

  it('is told to monitors and officers, and the service stays ready', async () => {
    for (const id of ['auditor-1', 'officer-1']) {
      type Inbox = { items: { kind: string; title: string }[] };
      const { items } = expectStatus(await (await storm.person(id)).get<Inbox>('/api/v1/inbox'), 200);
      const [line] = items.filter((one) => one.kind === 'mismatch.open');
      expect(line?.title).toContain(grantId);
    }
    expect((await send(`${broker.url}/readyz`, 'GET')).body['ready']).toBe(true);
  });

  it('is cleared when the row is again what the ledger says', async () => {
    await forge(
      broker,
      'access_grant',
      `update access_grant set handed_back_at = (select at from record where grant_id = $1 and type = 'grant.handed_back')
        where id = $1`,
      [grantId],
    );
    const { made, open } = await replay(broker, auditor);
    expect([open, made.found, made.cleared, made.open]).toEqual([[], 0, 1, 0]);
    expect(await broker.records(`type = 'mismatch.cleared'`)).toHaveLength(1);
    expect((await tried())[0]).toBe('handed_back');
  });

  describe('whatever a live grant stands on', () => {
    beforeAll(async () => {
      ({ operator, grantId, terminalId } = await storm.operator('operator-a-02', declaration.id));
      expect(await tried()).toEqual(OPEN);
    });

    const support = (): string => `(select support_call_id from access_grant where id = '${grantId}')`;
    const nomination = (): string => `(select nomination_id from access_grant where id = '${grantId}')`;
    const rows: [string, () => { table: string; where: string; set: string }, string][] = [
      ['a declaration made longer', () => ({ table: 'declaration', where: `id = '${declaration.id}'`, set: `hard_end_at = hard_end_at - interval '1 hour'` }), 'declaration *: hard_end_at'],
      ['an area made wider', () => ({ table: 'declaration', where: `id = '${declaration.id}'`, set: `target_area = target_area || array['131130']` }), 'declaration *: target_area'],
      ['a call with more seats', () => ({ table: 'support_call_organization', where: `support_call_id = ${support()} and organization_id = 'retailer-b'`, set: `seats = 900` }), 'support_call *: organizations'],
      ['a nomination approved by another', () => ({ table: 'nomination', where: `id = ${nomination()}`, set: `decided_by = 'hq-3'` }), 'nomination *: decided_by'],
      ['a person without the flag', () => ({ table: 'person', where: `id = 'operator-a-02'`, set: `training_valid_until = training_valid_until + interval '1 year'` }), 'person *: training_valid_until'],
      ['an organization under another code', () => ({ table: 'organization', where: `id = 'retailer-a'`, set: `retailer_code = 'Z9109'` }), 'organization *: retailer_code'],
      ['an agreement that ends later', () => ({ table: 'entrustment_agreement', where: `organization_id = 'retailer-a'`, set: `valid_until = valid_until + interval '1 year'` }), 'agreement *: valid_until'],
      ['another version of the profile', () => ({ table: 'field_profile', where: `id = 'outage-call'`, set: `label = '別の名'` }), 'field_profile *: label'],
      ['a terminal with another keeper', () => ({ table: 'terminal', where: `id = '${terminalId}'`, set: `custodian_person_id = 'supervisor-b'` }), 'terminal *: custodian_person_id'],
      ['a credential that lasts', () => ({ table: 'credential', where: `grant_id = '${grantId}'`, set: `expires_at = expires_at - interval '1 second'` }), 'credential *: expires_at'],
    ]; // prettier-ignore

    it.each(rows)('%s', async (_name, which, expected) => {
      const { table, where, set } = which();
      const [before] = await broker.database.asOwner<{ row: string }>(
        `select to_jsonb(t)::text as row from ${table} t where ${where}`,
      );
      await forge(broker, table, `update ${table} set ${set} where ${where}`);
      const { open } = await replay(broker, auditor);
      expect(open.map((line) => line.replace(/ [^ :]+:/, ' *:'))).toEqual([expected]);
      expect(await tried()).toEqual(SHUT);
      const column = set.split(' ')[0] ?? '';
      await forge(
        broker,
        table,
        `update ${table} set ${column} = (jsonb_populate_record(null::${table}, $1::jsonb)).${column} where ${where}`,
        [before?.row],
      );
      expect((await replay(broker, auditor)).made).toMatchObject({ found: 0, cleared: 1, open: 0 });
      expect(await tried()).toEqual(OPEN);
    });

    it('a field slipped into the profile in force, whose version says nothing of it', async () => {
      await forge(
        broker,
        'field_profile_field',
        `insert into field_profile_field (profile_id, version, field_id, mode)
         select 'outage-call', 1, field_id, mode from field_mode m
          where not exists (select from field_profile_field f where f.profile_id = 'outage-call' and f.field_id = m.field_id)
          order by field_id limit 1`,
      );
      expect((await replay(broker, auditor)).open).toEqual(['field_profile outage-call: version 1: differs']);
      expect(await tried()).toEqual(SHUT);
      await forge(
        broker,
        'field_profile_field',
        `delete from field_profile_field f where f.ctid = (select max(ctid) from field_profile_field)`,
      );
      expect((await replay(broker, auditor)).open).toEqual([]);
    });

    it('row and version changed alike: the digest in the record is of neither', async () => {
      const change = (add: string): string => `
        update person set recertified_until = recertified_until ${add} where id = 'operator-a-02';
        update fact_version set facts = facts || jsonb_build_object('recertified_until',
               (select recertified_until from person where id = 'operator-a-02'))
         where resource_type = 'person' and resource_id = 'operator-a-02'`;
      await forge(broker, 'person', change(`+ interval '1 day'`));
      expect((await replay(broker, auditor)).open).toEqual(['person operator-a-02: version 1: differs']);
      expect(await tried()).toEqual(SHUT);
      await forge(broker, 'person', change(`- interval '1 day'`));
      expect((await replay(broker, auditor)).open).toEqual([]);
    });

    it('a released field that nobody released stays frozen', async () => {
      const [used] = await broker.records<{ id: string }>(
        `type = 'use.lookup' and decision = 'permit' and grant_id = $1`,
        [grantId],
      );
      const reported = { record_id: used?.id, field: 'service_area_code', description: '見えてはいけない' };
      expectStatus(await operator.person.post('/api/v1/incidents', reported), 201);
      expect((await tried())[2]).toBe(false);
      await forge(
        broker,
        'incident',
        `update incident set released_at = at, released_by_change = (select id from change limit 1)`,
      );
      expect((await tried())[2]).toBe(true);
      const { open } = await replay(broker, auditor);
      expect(open).toHaveLength(2);
      expect(open[0]).toMatch(/^field service_area_code: incident in_.*: released_at$/);
      // The grant itself is sound: the other fields are seen, this one is not.
      expect(await tried()).toEqual(['found', true, false]);
      await forge(broker, 'incident', `update incident set released_at = null, released_by_change = null`);
      expect((await replay(broker, auditor)).open).toEqual([]);
    });
  });

  it('a grant that nobody gave has no record; a new one on a forged call is refused, and ends are not', async () => {
    const call = await storm.called(declaration.id);
    const nominated = await storm.nominated(call.id, ['operator-a-03']);
    const forged = 'gr_forged0000000001';
    await forge(
      broker,
      'access_grant',
      `insert into access_grant select (jsonb_populate_record(g, jsonb_build_object('id', $2::text, 'person_id', 'operator-a-04',
         'natural_person_key', (select natural_person_key from person where id = 'operator-a-04')))).* from access_grant g where g.id = $1`,
      [grantId, forged],
    );
    await forge(broker, 'support_call', `update support_call set shift_hours_max = 12 where id = $1`, [
      call.id,
    ]);
    expect((await replay(broker, auditor)).open).toEqual([
      `grant ${forged}: no_record`,
      `support_call ${call.id}: shift_hours_max`,
    ]);
    const hq = await storm.person('hq-2');
    const refused = await hq.post(`/api/v1/nominations/${nominated.id}/approve`, {});
    expect([refused.status, refused.body['code']]).toEqual([403, 'record_mismatch']);
    expectStatus(await hq.post(`/api/v1/grants/${forged}/revoke`, { reason: '台帳にない付与のため' }), 200);
    expectStatus(await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧した' }), 200);
    // What cannot be made right stays open.
    expect((await replay(broker, auditor)).open).toContain(`grant ${forged}: no_record`);
  });

  it('a nominee whose row is not what the ledger says is refused, and no other', async () => {
    await forge(broker, 'person', `update person set has_conflict = true where id = 'operator-a-05'`);
    await replay(broker, auditor);
    await forge(broker, 'person', `update person set has_conflict = false where id = 'operator-a-05'`);
    const next = await storm.declared();
    const { results } = await storm.nominated((await storm.called(next.id)).id, [
      'operator-a-05',
      'operator-a-06',
    ]);
    expect(results.map(({ verdict, code }) => [verdict, code])).toEqual([
      ['refused', 'record_mismatch'],
      ['eligible', undefined],
    ]);
  });

  it('is made once a day of Japan, whoever looks first, and listed with those that were asked for', async () => {
    await Promise.all([0, 1].map((instance) => service(ReplayJob, instance).runOnce()));
    await service(ReplayJob).runOnce();
    type Listed = { items: { occasion: string; asked_by: string | null }[] };
    const { items } = expectStatus(await auditor.get<Listed>('/api/v1/replays?limit=100'), 200);
    expect(items.filter((one) => one.occasion === 'daily')).toHaveLength(1);
    expect(items.filter((one) => one.asked_by === 'auditor-1').length).toBeGreaterThan(10);
    expect(await broker.records(`type = 'replay.made'`)).toHaveLength(items.length);
  });

  it('takes over what was here before once, also when two instances start together', async () => {
    expect(await Promise.all([0, 1].map((one) => service(AdoptionService, one).adoptOnce()))).toEqual([
      false,
      false,
    ]);
    await broker.database.asOwner('delete from house_adoption');
    const again = await Promise.all([0, 1].map((one) => service(AdoptionService, one).adoptOnce()));
    expect(again.sort()).toEqual([false, true]);
    // The ledger forgets nothing: that it was done twice is found.
    expect((await replay(broker, auditor)).open).toContain('ledger house_adopted: twice');
  });

  it('who loads a person past the broker after the first start has loaded nobody', async () => {
    await broker.database.asOwner(
      `insert into person (id, organization_id, organization_kind, natural_person_key, role, name, employment)
       values ('operator-x', 'retailer-a', 'retailer', 'np-x', 'operator', '別人', 'employee')`,
    );
    expect((await replay(broker, auditor)).open).toContain('person operator-x: version 1: no_record');
  });

  it('what two persons changed, and what one word ended, agrees', async () => {
    const officers = new Officers(storm);
    await officers.agreed('PATCH', 'people/operator-b-01', { name: '新しい名' });
    const { id } = await storm.enrolled('retailer-b');
    expectStatus(
      await (await storm.person('officer-1')).post(`/api/v1/terminals/${id}/lost`, { reason: '紛失した' }),
      200,
    );
    await officers.agreed('POST', 'people/operator-b-02/retire');
    const before = await openMismatches(broker);
    expect((await replay(broker, auditor)).open).toEqual(before);
  });
});
