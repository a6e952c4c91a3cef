import { Client } from 'pg';
import { Broker } from '../harness/broker.js';
import { send, type Answer, type Operator } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { SQLSTATE, triedAsApp } from './as-role.js';
import { darkPoints, refOf, refusalOf, ResourceServer, searchOf } from './witnesses.js';

const MINUTE = 60_000;
const CODE = [503, 'clock_replaced'];

describe('Law 8: One clock', () => {
  let broker: Broker;
  let operator: Operator;
  let grantId: string;
  let declarationId: string;
  let point: SamplePoint;
  let resourceServer: ResourceServer;

  beforeAll(async () => {
    broker = await Broker.start({ acceptMovedClock: false });
    const [first] = await darkPoints(broker);
    if (!first) throw new Error('the sample has points in outage');
    point = first;
    resourceServer = new ResourceServer(broker.url);
    declarationId = (await broker.storm.declared()).id;
    ({ operator, grantId } = await broker.storm.operator('operator-a-01', declarationId));
  });
  afterAll(() => broker.stop());

  const shipped = async (): Promise<string> => {
    const [row] = await broker.database.asOwner<{ definition: string }>(
      `select pg_get_functiondef('broker_now()'::regprocedure) as definition`,
    );
    return row?.definition ?? '';
  };

  /** Every way in which a function can stop being the one that was shipped, its answer unchanged or not. */
  const REPLACEMENTS: [string, string][] = [
    ['is a second ahead', `create or replace function broker_now() returns timestamptz language sql stable parallel safe
       as 'select pg_catalog.date_trunc(''milliseconds'', pg_catalog.clock_timestamp() + interval ''1 second'')'`],
    ['has a parsed body', `create or replace function broker_now() returns timestamptz language sql stable parallel safe
       begin atomic; select pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()); end`],
    ['is procedural', `create or replace function broker_now() returns timestamptz language plpgsql stable parallel safe
       as 'begin return pg_catalog.date_trunc(''milliseconds'', pg_catalog.clock_timestamp()); end'`],
    ['is volatile', 'alter function broker_now() volatile'],
    ['has settings of its own', `alter function broker_now() set timezone = 'UTC'`],
  ]; // prettier-ignore

  it.each(REPLACEMENTS)('refuses every data call under a clock that %s', async (_, replacement) => {
    const definition = await shipped();
    const ref = refOf(await operator.lookup(searchOf(point)));
    await broker.database.asOwner(replacement);
    const permits = (await broker.records("decision = 'permit'")).length;
    const answers: Answer<object>[] = [
      await operator.lookup(searchOf(point)),
      await operator.match(ref, 'contract_holder_name', point.contract_holder_name),
      await operator.reveal(ref, 'contact_phone'),
      await operator.credential(grantId),
    ];
    expect(answers.map(refusalOf)).toEqual([CODE, CODE, CODE, CODE]);
    const evaluated = (await resourceServer.evaluate(operator.token ?? '', point)).body;
    expect([evaluated.decision, evaluated.context.reason?.code]).toEqual([false, 'clock_replaced']);
    expect((await resourceServer.introspect(operator.token ?? '')).body).toEqual({ active: false });
    const ready = await send(`${broker.url}/readyz`, 'GET');
    expect([ready.status, ready.body['checks']]).toEqual([
      503,
      { database: 'ok', clock: 'replaced', ledger: 'ok', partitions: 'ok' },
    ]);
    expect(await broker.records("decision = 'permit'")).toHaveLength(permits);

    await broker.database.asOwner(definition);
    expect((await send(`${broker.url}/readyz`, 'GET')).status).toBe(200);
    expectStatus(await operator.lookup(searchOf(point)), 200);
  });

  it('still revokes, releases and lifts under a clock that was not shipped', async () => {
    const { storm } = broker;
    const doomed = await storm.operator('operator-a-02', declarationId);
    const hq = await storm.person('hq-3');
    const definition = await shipped();
    await broker.moveClock(0);
    expect(refusalOf(await doomed.operator.lookup(searchOf(point)))).toEqual(CODE);

    const revoked = await hq.post(`/api/v1/grants/${doomed.grantId}/revoke`, { reason: '誤った指名' });
    expect(expectStatus(revoked, 200)['why_not']).toContain('revoked');
    expect((await operator.person.post('/oauth/revoke', { token: operator.token })).status).toBe(200);
    const lifted = await hq.post(`/api/v1/declarations/${declarationId}/lift`, { reason: '復旧した' });
    expect(expectStatus(lifted, 200)['live']).toBe(false);
    const types = (await broker.records<{ type: string }>()).slice(-3).map((one) => one.type);
    expect(new Set(types).size).toBe(3);

    await broker.database.asOwner(definition);
    expect(refusalOf(await doomed.operator.lookup(searchOf(point)))).toEqual([403, 'lifted']);
  });

  it('lets the service’s own role neither replace, nor drop, nor outflank it', async () => {
    const statements = [
      `create or replace function public.broker_now() returns timestamptz language sql as 'select now()'`,
      'drop function public.broker_now()',
      'alter function public.broker_now() rename to broker_then',
      `create function public.broker_now(text) returns timestamptz language sql as 'select now()'`,
      `create schema mine`,
      'create table public.mine (id integer)',
      `set session_replication_role = 'replica'`,
      `alter table record disable trigger all`,
      'set role kashikagi_owner',
      'truncate record',
      'delete from record',
      'update record set at = at',
    ];
    const outcomes = await triedAsApp(broker, statements);
    const refused = statements.map((statement) => [statement, SQLSTATE.insufficientPrivilege]);
    expect(statements.map((statement, index) => [statement, outcomes[index]])).toEqual(refused);
  });
});

describe('Law 8: One clock (the database’s, wherever the others stand)', () => {
  let broker: Broker;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start();
    const [first] = await darkPoints(broker);
    if (!first) throw new Error('the sample has points in outage');
    point = first;
  });
  afterAll(() => broker.stop());

  it('measures a terminal’s proof by the database’s time, not by the process’s', async () => {
    await broker.moveClock(3 * 60 * MINUTE);
    const { storm } = broker;
    const { operator, grantId } = await storm.operator('operator-a-01', (await storm.declared()).id);
    expectStatus(await operator.lookup(searchOf(point)), 200);
    const path = `/api/v1/grants/${grantId}/credential`;
    const proofBy = (offset: number): string => {
      const iat = Math.floor((broker.now() + offset) / 1000);
      return operator.terminal.proof('POST', `${broker.url}${path}`, undefined, { iat });
    };
    const ask = async (offset: number): Promise<[number, unknown]> =>
      refusalOf(await operator.person.post(path, undefined, { dpop: proofBy(offset) }));
    for (const offset of [2 * MINUTE, -2 * MINUTE, -3 * 60 * MINUTE]) {
      expect(await ask(offset)).toEqual([401, 'invalid_dpop_proof']);
    }
    expect(await ask(0)).toEqual([200, undefined]);
  });

  it.each(['Asia/Tokyo', 'America/New_York', 'Pacific/Kiritimati'])(
    'decides the same in sessions that count in %s',
    async (zone) => {
      const { storm } = broker;
      // One person's word opens an area for 30 minutes in 24 hours.
      await broker.moveClock(24 * 60 * MINUTE);
      await reconnectIn(broker, zone);
      const declaration = await storm.declare(await storm.person('hq-1'));
      const declared = Date.parse(String(declaration['declared_at']));
      expect(Math.abs(declared - broker.now())).toBeLessThan(MINUTE);
      expect(Date.parse(String(declaration['hard_end_at'])) - declared).toBe(30 * MINUTE);

      const person = { 'Asia/Tokyo': '02', 'America/New_York': '03', 'Pacific/Kiritimati': '04' }[zone];
      const { operator, grantId } = await storm.operator(`operator-a-${person}`, declaration.id);
      expectStatus(await operator.lookup(searchOf(point)), 200);
      await broker.moveClock(28 * MINUTE);
      expectStatus(await operator.credential(grantId), 200);
      expectStatus(await operator.lookup(searchOf(point)), 200);
      await broker.moveClock(2 * MINUTE);
      expect(refusalOf(await operator.credential(grantId))).toEqual([403, 'declaration_unconfirmed']);
      expect((await operator.lookup(searchOf(point))).status).toBe(401);
    },
  );
});

/** Every connection of the service anew, in sessions of another time zone. */
async function reconnectIn(broker: Broker, zone: string): Promise<void> {
  const { name } = broker.database;
  const admin = new Client({ connectionString: process.env['TEST_ADMIN_URL'] });
  await admin.connect();
  try {
    await admin.query(`alter database ${name} set timezone = '${zone}'`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    let left = 1;
    while (left > 0) {
      const { rowCount } = await admin.query('select from pg_stat_activity where datname = $1', [name]);
      left = rowCount ?? 0;
    }
  } finally {
    await admin.end();
  }
  const [row] = await broker.database.asOwner<{ zone: string }>(`select current_setting('timezone') as zone`);
  expect(row?.zone).toBe(zone);
}
