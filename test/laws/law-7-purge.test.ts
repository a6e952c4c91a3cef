import { PurgesJob } from '../../src/review/retention/purges.job.js';
import { Broker } from '../harness/broker.js';
import { expectStatus, samplePoints, type Storm } from '../stories/storm.js';
import { forge, replay } from './forgery.js';
import { withoutIntervals } from './sweep.js';
import { searchOf } from './witnesses.js';

const DAY = 86_400_000;

describe('Law 7: a purge takes records on record, and what stands on them is still compared', () => {
  let broker: Broker;
  let storm: Storm;
  let month: string;
  let terminalId: string;
  let grantId: string;

  beforeAll(async () => {
    broker = withoutIntervals(await Broker.start());
    ({ storm } = broker);
    expect(await look()).toEqual([]);
    month = new Date(broker.now() + 9 * 3_600_000).toISOString().slice(0, 7);
    const declaration = await storm.declared();
    const seat = await storm.operator('operator-a-01', declaration.id);
    ({ terminalId, grantId } = seat);
    const point = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
    if (!point) throw new Error('the sample has points in outage');
    expectStatus(await seat.operator.lookup(searchOf(point)), 200);
  });
  afterAll(() => broker.stop());

  /** Years later a session is over: the auditor signs in anew. */
  const look = async (): Promise<string[]> => (await replay(broker, await storm.person('auditor-1'))).open;
  const toldAgain = async (): Promise<string[]> =>
    (await broker.records<{ payload: string }>(`type = 'house.told_again'`)).map(({ payload }) => payload);

  it('tells what still stands again, half a year before its record may go, and once', async () => {
    expect(await toldAgain()).toEqual([]);
    await broker.moveClock(4.6 * 365.25 * DAY);
    expect(await look()).toEqual([]);
    const [payload] = await toldAgain();
    expect(payload).toContain(terminalId);
    expect(payload).toContain('operator-b-20');
    expect(await look()).toEqual([]);
    expect(await toldAgain()).toHaveLength(1);
  });

  it('finds nothing wrong after the purge of the month in which everything was given', async () => {
    await broker.moveClock(0.6 * 365.25 * DAY);
    await broker.database.asOwner(
      `insert into checkpoint_timestamp (origin, size, note, token, policy, stamped_at, taken_at)
       select c.origin, t.size, 'note', 'token', '1.2.3', broker_now(), broker_now() from tree_state t, signed_checkpoint c`,
    );
    const proposal = await (
      await storm.person('officer-1')
    ).post('/api/v1/purges', { month, reason: '保存期間が過ぎたため' });
    const change = String(expectStatus(proposal, 202)['change_id']);
    expectStatus(await (await storm.person('officer-2')).post(`/api/v1/changes/${change}/confirm`), 200);
    const job = broker.instances[0]?.app.get(PurgesJob, { strict: false });
    expect(await job?.runOnce()).toHaveLength(1);
    expect(await broker.records('grant_id = $1', [grantId])).toEqual([]);
    expect(await look()).toEqual([]);
  });

  it('the control: what was told again is what the terminal stands on now', async () => {
    await broker.database.asOwner(
      `create table kept as select * from record where type = 'house.told_again';
       delete from record where type = 'house.told_again'`,
    );
    const open = await look();
    expect(open).toContain(`terminal ${terminalId}: version 1: no_record`);
    await broker.database.asOwner('insert into record select * from kept');
    expect(await look()).toEqual([]);
  });

  it('takes nothing for purged that no record of a purge names', async () => {
    await broker.database.asOwner(
      `create table gone as select * from record where type = 'session.started' order by at desc, id limit 1;
       delete from record where id = (select id from gone)`,
    );
    const [gone] = await broker.database.asOwner<{ id: string }>('select id from gone');
    expect(await look()).toEqual([`record ${String(gone?.id)}: no_row`]);
    await broker.database.asOwner(
      `insert into purged_range (purge_id, first_record_id, entries) select id, $1, 1 from purge`,
      [gone?.id],
    );
    const [purge] = await broker.database.asOwner<{ id: string }>('select id from purge');
    expect(await look()).toEqual([`ledger ${String(purge?.id)}: ranges`]);
    await forge(broker, 'purged_range', 'delete from purged_range where first_record_id = $1', [gone?.id]);
    await broker.database.asOwner('insert into record select * from gone');
    expect(await look()).toEqual([]);
  });

  it('a grant that calls itself old, and could still give access, is compared all the same', async () => {
    const moved = `starts_at = broker_now(), ends_at = broker_now() + interval '1 hour'`;
    await forge(broker, 'access_grant', `update access_grant set ${moved} where id = $1`, [grantId]);
    expect(await look()).toEqual([`grant ${grantId}: no_record`, `grant ${grantId}: use_total`]);
  });
});
