import { Client } from 'pg';
import { GATE_LOCK } from '../../src/database/database.js';
import { Broker } from '../harness/broker.js';
import { send, type Operator, type Person } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { darkPoints, refusalOf, searchOf } from './witnesses.js';

interface Held {
  client: Client;
  isAlive: () => boolean;
}

/** Somebody who stops in the middle of a transaction with the gate shut. */
async function gateHeldBy(url: string): Promise<Held> {
  const client = new Client({ connectionString: url });
  let isAlive = true;
  client.on('error', () => (isAlive = false));
  await client.connect();
  await client.query('begin');
  await client.query(`select pg_advisory_xact_lock(${GATE_LOCK})`);
  return { client, isAlive: () => isAlive };
}

describe('Law 10: Data fails closed, ending fails open', () => {
  let broker: Broker;
  let point: SamplePoint;
  let hq: Person;
  let number = 0;

  beforeAll(async () => {
    broker = await Broker.start({ instances: 2, wheelingTimeoutMs: 500 });
    const [first] = await darkPoints(broker);
    if (!first) throw new Error('the sample has points in outage');
    point = first;
    hq = await broker.storm.person('hq-3');
  });
  afterAll(() => broker.stop());

  async function liveOperator(): Promise<{ operator: Operator; grantId: string; declarationId: string }> {
    number += 1;
    const { id } = await broker.storm.declared();
    const held = await broker.storm.operator(`operator-a-${String(number).padStart(2, '0')}`, id);
    expect(expectStatus(await held.operator.lookup(searchOf(point)), 200).outcome).toBe('found');
    return { ...held, declarationId: id };
  }

  const lift = (id: string): ReturnType<Person['post']> =>
    hq.post(`/api/v1/declarations/${id}/lift`, { reason: '復旧が完了したため' });

  it('lifts although a connection of the service itself stopped with the gate shut: it is ended', async () => {
    const { operator, declarationId } = await liveOperator();
    const held = await gateHeldBy(await broker.database.urlOf('kashikagi_app'));
    expectStatus(await lift(declarationId), 200);
    expect(held.isAlive()).toBe(false);
    expect(refusalOf(await operator.lookup(searchOf(point)))).toEqual([403, 'lifted']);
    const [record] = await broker.records<{ payload: string }>(
      "type = 'declaration.lifted' and declaration_id = $1",
      [declarationId],
    );
    expect(JSON.parse(record?.payload ?? '{}')).not.toHaveProperty('without_gate');
  });

  it('revokes although somebody holds the very row: the connection is ended', async () => {
    const { operator, grantId } = await liveOperator();
    const client = new Client({ connectionString: await broker.database.urlOf('kashikagi_app') });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    await client.query('select from access_grant where id = $1 for update', [grantId]);
    expectStatus(await hq.post(`/api/v1/grants/${grantId}/revoke`, { reason: '確認のため' }), 200);
    expect(refusalOf(await operator.lookup(searchOf(point)))).toEqual([403, 'revoked']);
  });

  it('lifts although somebody whom it cannot end keeps the gate shut, says so in the record, and no data leaves', async () => {
    const { operator, declarationId } = await liveOperator();
    const held = await gateHeldBy(broker.database.ownerUrl);
    const asked = operator.lookup(searchOf(point));
    expectStatus(await lift(declarationId), 200);
    expect(held.isAlive()).toBe(true);
    await held.client.query('rollback');
    await held.client.end();
    // It waited at the gate all the while, and finds the declaration lifted.
    expect(refusalOf(await asked)).toEqual([403, 'lifted']);
    const [record] = await broker.records<{ payload: string }>(
      "type = 'declaration.lifted' and declaration_id = $1",
      [declarationId],
    );
    expect(JSON.parse(record?.payload ?? '{}')).toMatchObject({ without_gate: true });
  });

  it('gives no data while the wheeling system is down, and lifts', async () => {
    const { operator, declarationId } = await liveOperator();
    const mode = (body: object): Promise<unknown> => send(`${broker.wheelingUrl}/switches`, 'PUT', body);
    await mode({ mode: 'hang', only: { supply_point_id: point.supply_point_id } });
    try {
      const answer = await operator.lookup(searchOf(point));
      expect(refusalOf(answer)).toEqual([503, 'wheeling_unavailable']);
      expect(JSON.stringify(answer.body)).not.toContain(point.supply_address);
      expectStatus(await lift(declarationId), 200);
    } finally {
      await mode({ mode: 'normal' });
    }
    expect(refusalOf(await operator.lookup(searchOf(point)))).toEqual([403, 'lifted']);
  });

  it('gives no data while no record of it can be written', async () => {
    const { operator } = await liveOperator();
    await broker.database.asOwner(`
      create function full_disk() returns trigger language plpgsql as $$
      begin raise exception using errcode = 'disk_full', message = 'no space left'; end $$`);
    await broker.database.asOwner(
      `create trigger full_disk before insert on pending for each row execute function full_disk()`,
    );
    try {
      const answer = await operator.lookup(searchOf(point));
      expect(answer.status).toBe(503);
      expect(JSON.stringify(answer.body)).not.toContain(point.supply_address);
    } finally {
      await broker.database.asOwner(`drop trigger full_disk on pending`);
    }
    expect(expectStatus(await operator.lookup(searchOf(point)), 200).outcome).toBe('found');
  });

  it('records an ending although nobody made a partition for its month', async () => {
    const { declarationId, operator } = await liveOperator();
    const month = new Date(broker.now() + 9 * 3_600_000).toISOString().slice(0, 7).replace('-', '_');
    await broker.database.asOwner(`alter table record detach partition record_${month}`);
    expectStatus(await lift(declarationId), 200);
    expect(refusalOf(await operator.lookup(searchOf(point)))).toEqual([403, 'lifted']);
    const kept = await broker.database.asOwner<{ type: string }>(
      `select type from record_default where declaration_id = $1 order by at`,
      [declarationId],
    );
    expect(kept.map((one) => one.type)).toEqual(['declaration.lifted', 'use.lookup']);
  });
});
