import { Broker } from '../harness/broker.js';
import { replay } from '../laws/forgery.js';
import type { Person } from '../stories/actors.js';
import { expectStatus, samplePoints } from '../stories/storm.js';

interface Kept {
  id: string;
  use_no: number;
}

describe('the replay, of the ledger itself', () => {
  let broker: Broker;
  let auditor: Person;
  let grantId: string;
  let uses: Kept[];

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    auditor = await storm.person('auditor-1');
    const declaration = await storm.declared();
    const seat = await storm.operator('operator-a-01', declaration.id);
    grantId = seat.grantId;
    const points = (await samplePoints(broker.wheelingUrl)).filter((one) => one.outage_state === 'outage');
    for (const point of points.slice(0, 3))
      expectStatus(
        await seat.operator.lookup({
          supply_point_id: point.supply_point_id,
          second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
        }),
        200,
      );
    uses = await broker.records<Kept>(`grant_id = $1 and decision = 'permit'`, [grantId]);
    expect((await replay(broker, auditor)).open).toEqual([]);
    // Everything has its place: what is tampered with below is the tree's.
    while ((await broker.database.asOwner('select from pending limit 1')).length > 0);
  });
  afterAll(() => broker.stop());

  const use = (no: number): string => uses.find((one) => one.use_no === no)?.id ?? '';
  const given = async (): Promise<string> =>
    (await broker.records<Kept>(`grant_id = $1 and type = 'grant.given'`, [grantId]))[0]?.id ?? '';
  /** Does it as the owner, looks, and puts the record back as it was. */
  const tampered = async (id: string, sql: string): Promise<string[]> => {
    const owner = broker.database;
    await owner.asOwner(
      `drop table if exists kept; create table kept as select * from record where id = '${id}'`,
    );
    await owner.asOwner(sql, [id]);
    const { open } = await replay(broker, auditor);
    await owner.asOwner(`delete from record where id = $1`, [id]);
    await owner.asOwner('insert into record select * from kept');
    expect((await replay(broker, auditor)).open).toEqual([]);
    return open;
  };

  it('finds a payload that was touched, and does not believe it: the grant has no record', async () => {
    const id = await given();
    const touched = await tampered(
      id,
      `update record set payload = replace(payload, 'operator-a-01', 'operator-a-02') where id = $1`,
    );
    expect(touched).toEqual([`grant ${grantId}: no_record`, `record ${id}: payload`]);
  });

  it('finds a column that says otherwise than the payload', async () => {
    const id = use(2);
    expect(await tampered(id, `update record set person_id = 'operator-a-09' where id = $1`)).toEqual([
      `record ${id}: columns`,
    ]);
  });

  it('finds sealed values that are gone', async () => {
    const id = use(2);
    expect(await tampered(id, `update record set sealed = null where id = $1`)).toEqual([
      `record ${id}: sealed`,
    ]);
  });

  it('finds a record that is gone and its leaf not, and the gap in the numbers of its grant', async () => {
    const id = use(2);
    expect(await tampered(id, `delete from record where id = $1`)).toEqual([
      `grant ${grantId}: use_gap`,
      `record ${id}: no_row`,
    ]);
  });

  it('finds the last use gone: the grant counted one more', async () => {
    const id = use(3);
    expect(await tampered(id, `delete from record where id = $1`)).toEqual([
      `grant ${grantId}: use_total`,
      `record ${id}: no_row`,
    ]);
  });

  it('finds a record that never came into the tree', async () => {
    await broker.database.asOwner(
      `insert into record select (jsonb_populate_record(r, '{"id": "rc_forged0000000000"}')).* from record r where r.id = $1`,
      [use(1)],
    );
    const { open } = await replay(broker, auditor);
    expect(open).toEqual(['record rc_forged0000000000: no_leaf']);
    await broker.database.asOwner(`delete from record where id = 'rc_forged0000000000'`);
    expect((await replay(broker, auditor)).open).toEqual([]);
  });

  it('finds a leaf that is not of its entry, and roots that its leaves do not make', async () => {
    const entry = `{"v":1,"id":"rc_other","c":""}`;
    const [leaf] = await broker.database.asOwner<{ entry: string }>(
      'select entry from leaf where position = 5',
    );
    await broker.database.asOwner('update leaf set entry = $1 where position = 5', [entry]);
    expect((await replay(broker, auditor)).open).toEqual(['ledger checkpoint: root', 'ledger tree: leaf 5']);
    await broker.database.asOwner('update leaf set entry = $1 where position = 5', [leaf?.entry]);
    expect((await replay(broker, auditor)).open).toEqual([]);
  });

  it('finds a number of its own table that is not the count of the uses', async () => {
    await broker.database.asOwner(
      `alter table grant_use disable trigger user; update grant_use set last_no = 9 where grant_id = '${grantId}'`,
    );
    expect((await replay(broker, auditor)).open).toEqual([`grant ${grantId}: use_total`]);
    await broker.database.asOwner(
      `update grant_use set last_no = 3 where grant_id = '${grantId}'; alter table grant_use enable trigger user`,
    );
    expect((await replay(broker, auditor)).open).toEqual([]);
  });
});
