import { randomUUID } from 'node:crypto';
import { FIELD_CATALOGUE } from '../../src/agreements/field-catalogue.js';
import { Broker } from '../harness/broker.js';
import { send, type Operator } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { SQLSTATE, triedAsApp, triedAsOwner } from './as-role.js';
import { darkPoints, refOf, refusalOf, ResourceServer, searchOf } from './witnesses.js';

const NEVER = Object.entries(FIELD_CATALOGUE).flatMap(([id, entry]) =>
  entry.modes.length === 0 ? [id] : [],
);
const MODES = ['show', 'part', 'match', 'reveal', 'derived', 'dispatch'];

describe('Law 3: Only what is listed', () => {
  let broker: Broker;
  let ofA: Operator;
  let ofB: Operator;
  let grantId: string;
  let points: SamplePoint[];

  beforeAll(async () => {
    broker = await Broker.start();
    points = await darkPoints(broker);
    const declaration = await broker.storm.declared();
    ({ operator: ofA, grantId } = await broker.storm.operator('operator-a-01', declaration.id));
    ({ operator: ofB } = await broker.storm.operator('operator-b-01', declaration.id));
  });
  afterAll(() => broker.stop());

  const pointAt = (index: number): SamplePoint => {
    const point = points[index];
    if (!point) throw new Error('the sample has points in outage');
    return point;
  };

  it('puts a never-field into no profile, in no mode, by nobody’s hand', async () => {
    expect(NEVER.length).toBeGreaterThan(20);
    const { check, restrict, foreignKey } = SQLSTATE;
    const inAnyMode = NEVER.flatMap((field) =>
      MODES.map((mode) => `insert into field_profile_field values ('outage-call', 2, '${field}', '${mode}')`),
    );
    const raisedTo = NEVER.map(
      (field) => `insert into field_mode (field_id, mode) values ('${field}', 'show')`,
    );
    const ofNoVersion = inAnyMode.map(() => foreignKey);
    expect(await triedAsApp(broker, inAnyMode)).toEqual(ofNoVersion);
    expect(await triedAsOwner(broker, [...raisedTo, ...inAnyMode])).toEqual([
      ...raisedTo.map(() => foreignKey),
      ...ofNoVersion,
    ]);
    const [field = ''] = NEVER;
    const around = [
      `insert into field_mode (field_id, ceiling, mode) values ('${field}', 'never', 'show')`,
      `update field set ceiling = 'limited' where id = '${field}'`,
      `delete from field where id = '${field}'`,
      // Into the version in force: refused before anybody looks which field it is.
      ...MODES.map(
        (mode) => `insert into field_profile_field values ('outage-call', 1, '${field}', '${mode}')`,
      ),
    ];
    expect(await triedAsOwner(broker, around)).toEqual([
      check,
      restrict,
      restrict,
      ...MODES.map(() => restrict),
    ]);
  });

  it('gives the service’s own role no say over fields and their ceiling', async () => {
    const statements = [
      `insert into field_mode (field_id, mode) values ('retailer_name', 'show')`,
      `insert into field_mode (field_id, mode) values ('contract_holder_name', 'show')`,
      `update field_mode set mode = 'show' where field_id = 'contract_holder_name'`,
      `delete from field_mode`,
      `insert into field (id, item, label_ja, label_en, class, is_non_public, reason, ceiling)
         values ('zz_app_column', 'Z98', '新', 'new', 'Z', true, 'by the app', 'limited')`,
      `update field set ceiling = 'limited'`,
      `delete from field`,
      `update field_profile_field set mode = 'show'`,
      `delete from field_profile_field`,
      `delete from field_profile`,
    ];
    const outcomes = await triedAsApp(broker, statements);
    expect(outcomes).toEqual(statements.map(() => SQLSTATE.insufficientPrivilege));
  });

  it('takes profiles and versions from the service’s own role only with two persons’ word', async () => {
    const { foreignKey, restrict } = SQLSTATE;
    const held = (): Promise<unknown> =>
      broker.database.asOwner(
        `select to_jsonb(p) as profile, (select jsonb_agg(to_jsonb(f) order by f.version, f.field_id)
                                           from field_profile_field f where f.profile_id = p.id) as fields
           from field_profile p order by p.id`,
      );
    const before = await held();
    // Each is one transaction of its own, and refused at its commit at the latest.
    const statements = [
      `insert into field_profile values ('wide', 'x', 1)`,
      `insert into field_profile (id, label, current_version, change_id) values ('wide', 'x', 1, 'ch_none')`,
      `update field_profile set current_version = 2`,
      `update field_profile set label = 'outage'`,
      `update field_profile set retired_at = broker_now()`,
      // A version in force gains no field, …
      `insert into field_profile_field values ('outage-call', 1, 'site_map_ref', 'show')`,
      // … and none waits in a version of tomorrow for two persons who decide about something else.
      `insert into field_profile_field values ('outage-call', 2, 'contract_holder_name', 'match')`,
      `insert into field_profile_field values ('outage-call', 2, 'site_map_ref', 'show');
       update field_profile set current_version = 2 where id = 'outage-call'`,
    ];
    expect(await triedAsApp(broker, statements)).toEqual(
      statements.map((one) => (one.includes('ch_none') ? foreignKey : restrict)),
    );
    expect(await held()).toEqual(before);
  });

  it('lets a version of a profile never change once it stands, nor gain a field', async () => {
    const statements = [
      `update field_profile_field set mode = 'reveal' where field_id = 'supply_address'`,
      `delete from field_profile_field where field_id = 'contact_phone'`,
      `insert into field_profile_field values ('outage-call', 1, 'site_map_ref', 'show')`,
    ];
    expect(await triedAsOwner(broker, statements)).toEqual(statements.map(() => SQLSTATE.restrict));
  });

  it('denies an unknown field and every never-field alike, by match, reveal and evaluation', async () => {
    const resourceServer = new ResourceServer(broker.url);
    const ref = refOf(await ofA.lookup(searchOf(pointAt(0))));
    const listed = { view: 'outage_state', match: 'contract_holder_name', reveal: 'contact_phone' };
    for (const field of ['no_such_field', '__proto__', 'constructor', ...NEVER]) {
      const held = pointAt(0)[field];
      const said = typeof held === 'string' && held !== '' ? held.slice(0, 200) : 'x';
      const refused = [await ofA.match(ref, field, said), await ofA.reveal(ref, field)];
      expect(refused.map(refusalOf)).toEqual([
        [403, 'field_not_in_profile'],
        [403, 'field_not_in_profile'],
      ]);
      for (const [action, companion] of Object.entries(listed)) {
        const fields = [companion, field];
        const { body } = await resourceServer.evaluate(ofA.token ?? '', pointAt(0), fields, action);
        expect([body.decision, body.context.fields]).toEqual([false, []]);
        expect(body.context.reason?.code).toBe('field_not_in_profile');
      }
    }
  });

  it('masks every record alike, own and other retailers’ customers, for whoever asks', async () => {
    const companies = new Set(points.map((one) => String(one['retailer_code']).slice(0, 5)));
    expect(companies.size).toBeGreaterThan(2);
    const withheld = await broker.database.asOwner(
      `select field_id as field, mode from field_profile_field
        where profile_id = 'outage-call' and version = 1 and mode in ('match', 'reveal') order by field_id`,
    );
    expect(withheld.length).toBeGreaterThan(0);
    const shapes = new Set<string>();
    for (const point of points.slice(0, 24)) {
      const [mine] = expectStatus(await ofA.lookup(searchOf(point)), 200).results;
      const [theirs] = expectStatus(await ofB.lookup(searchOf(point)), 200).results;
      expect(mine?.fields).toEqual(theirs?.fields);
      expect(JSON.stringify(mine)).not.toContain(String(point['retailer_name']));
      for (const one of [mine, theirs]) {
        expect(one?.withheld).toEqual(withheld);
        shapes.add(JSON.stringify([Object.keys(one?.fields ?? {}), Object.keys(one ?? {})]));
      }
    }
    expect(shapes.size).toBe(1);
  });

  it('keeps no answer of a data call for a second asking', async () => {
    const { person, terminal } = ofA;
    const path = '/api/v1/lookups';
    const call = { id: 'call-1', direction: 'inbound', started_at: broker.storm.in(0) };
    const body = { call, purpose: 'outage_enquiry', search: searchOf(pointAt(1)) };
    const key = randomUUID();
    const ask = (): Promise<{ status: number; body: Record<string, unknown> }> =>
      send(`${broker.url}${path}`, 'POST', body, {
        authorization: `DPoP ${ofA.token}`,
        dpop: terminal.proof('POST', `${broker.url}${path}`, ofA.token),
        'idempotency-key': key,
      });
    const [one, other] = [await ask(), await ask()];
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(one.body['record_id']).not.toBe(other.body['record_id']);

    const credential = `/api/v1/grants/${grantId}/credential`;
    for (let time = 0; time < 2; time += 1) {
      const dpop = terminal.proof('POST', `${broker.url}${credential}`);
      const issued = await person.post(credential, undefined, { dpop, 'idempotency-key': key });
      expect(issued.status).toBe(200);
      ofA.token = String(issued.body['access_token']);
    }
    const hq = await broker.storm.person('hq-1');
    expectStatus(
      await hq.post('/api/v1/declarations', broker.storm.declarationBody(), { 'idempotency-key': key }),
      201,
    );
    const kept = await broker.database.asOwner<{ route: string }>('select route from idempotency');
    expect(kept).toEqual([{ route: 'POST /api/v1/declarations' }]);
  });

  it('shows, matches and reveals less from the very next use on when the profile is narrowed', async () => {
    const point = pointAt(2);
    const ref = refOf(await ofA.lookup(searchOf(point)));
    await broker.database.asOwner(`
      insert into field_profile_field values
        ('outage-call', 2, 'outage_state', 'show'), ('outage-call', 2, 'contract_holder_name', 'match')`);
    expect(
      Object.keys(expectStatus(await ofA.lookup(searchOf(point)), 200).results[0]?.fields ?? {}),
    ).toContain('service_pole_number');
    await broker.database.asOwner(`update field_profile set current_version = 2 where id = 'outage-call'`);

    const [result] = expectStatus(await ofA.lookup(searchOf(point)), 200).results;
    expect(result?.fields).toEqual({ outage_state: 'outage' });
    expect(result?.withheld).toEqual([{ field: 'contract_holder_name', mode: 'match' }]);
    const [revealed, matched] = [
      await ofA.reveal(ref, 'contact_phone'),
      await ofA.match(ref, 'meter_number', point.meter_number),
    ];
    expect([revealed, matched].map(refusalOf)).toEqual([
      [403, 'field_not_in_profile'],
      [403, 'field_not_in_profile'],
    ]);
    const resourceServer = new ResourceServer(broker.url);
    const { body } = await resourceServer.evaluate(ofA.token ?? '', point, ['service_pole_number']);
    expect(body.context.reason?.code).toBe('field_not_in_profile');
    const credential = expectStatus(await ofA.credential(grantId), 200);
    expect(credential['authorization_details']).toMatchObject([
      { fields: ['contract_holder_name', 'outage_state'] },
    ]);
  });

  it('lets nothing out under a profile that names a field the service has never heard of', async () => {
    await broker.database.asOwner(`
      insert into field (id, item, label_ja, label_en, class, is_non_public, reason, ceiling)
        values ('zz_new_column', 'Z99', '新', 'new', 'Z', true, 'unknown to the service', 'limited');
      insert into field_mode (field_id, mode) values ('zz_new_column', 'show');
      insert into field_profile_field values
        ('outage-call', 3, 'outage_state', 'show'), ('outage-call', 3, 'zz_new_column', 'show');
      update field_profile set current_version = 3 where id = 'outage-call'`);
    const answer = await ofA.lookup(searchOf(pointAt(3)));
    expect(refusalOf(answer)).toEqual([503, 'unavailable']);
    expect(answer.body).not.toHaveProperty('results');
  });
});
