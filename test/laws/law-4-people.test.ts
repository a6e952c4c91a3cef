import { Broker } from '../harness/broker.js';
import { expectStatus, Storm } from '../stories/storm.js';

describe('Law 4: One person, one terminal, one live credential (people)', () => {
  let broker: Broker;
  let callId: string;

  beforeAll(async () => {
    broker = await Broker.start({ instances: 2 });
    callId = (await broker.storm.called((await broker.storm.declared()).id)).id;
  });
  afterAll(() => broker.stop());

  const grantsOf = (people: string[]): Promise<object[]> =>
    broker.database.asOwner('select id from access_grant where person_id = any($1)', [people]);

  it('knows one natural person by two names, in two organizations', async () => {
    const { storm } = broker;
    await broker.database.asOwner(`
      update person set natural_person_key = (select natural_person_key from person where id = 'operator-a-01')
       where id = 'operator-b-01'`);
    const early = await storm.nominated(callId, ['operator-b-01'], {}, 'supervisor-b');
    expect(early.results[0]?.verdict).toBe('eligible');
    await storm.approved((await storm.nominated(callId, ['operator-a-01'])).id);

    const late = await storm.nominated(callId, ['operator-b-01'], {}, 'supervisor-b');
    expect(late.results[0]).toMatchObject({ verdict: 'refused', code: 'other_live_grant' });
    const hq = await storm.person('hq-3');
    const approval = await hq.post(`/api/v1/nominations/${early.id}/approve`, {});
    expect([approval.status, approval.body['code']]).toEqual([409, 'nobody_eligible']);
    expect(await grantsOf(['operator-a-01', 'operator-b-01'])).toHaveLength(1);
  });

  it('gives one grant for 20 approvals of one nomination at once', async () => {
    const { id } = await broker.storm.nominated(callId, ['operator-a-02']);
    const approver = await broker.storm.person('hq-2');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => approver.post(`/api/v1/nominations/${id}/approve`, {})),
    );
    expect(answers.map((one) => one.status).sort()).toEqual([200, ...Array<number>(19).fill(409)]);
    expect(await grantsOf(['operator-a-02'])).toHaveLength(1);
  });

  it('gives one grant for 20 nominations of one natural person, approved at once on two instances', async () => {
    const { storm } = broker;
    await broker.database.asOwner(`
      update person set natural_person_key = (select natural_person_key from person where id = 'operator-a-03')
       where id = 'operator-b-03'`);
    const nominations: string[] = [];
    for (let n = 0; n < 10; n += 1) {
      nominations.push((await storm.nominated(callId, ['operator-a-03'])).id);
      nominations.push((await storm.nominated(callId, ['operator-b-03'], {}, 'supervisor-b')).id);
    }
    const elsewhere = new Storm(broker.instances[1]?.address ?? '', storm.now);
    const [one, other] = [await storm.person('hq-2'), await elsewhere.person('hq-3')];
    const answers = await Promise.all(
      nominations.map((id, n) => (n % 2 === 0 ? one : other).post(`/api/v1/nominations/${id}/approve`, {})),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(await grantsOf(['operator-a-03', 'operator-b-03'])).toHaveLength(1);
    if (won[0]) expect(expectStatus(won[0], 200)['grants']).toHaveLength(1);
  });

  it('names no natural person twice within one organization', async () => {
    const same = `update person set natural_person_key = 'np-hq-1' where id = 'hq-2'`;
    await expect(broker.database.asOwner(same)).rejects.toMatchObject({ code: '23505' });
  });
});
