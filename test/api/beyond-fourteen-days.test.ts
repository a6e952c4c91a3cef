import { Broker } from '../harness/broker.js';
import { refusalOf } from '../laws/witnesses.js';
import { Officers } from '../stories/officers.js';
import { expectStatus, type Storm } from '../stories/storm.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
type Json = Record<string, unknown> & { id: string };

describe('a declaration that goes on beyond 14 days', () => {
  let broker: Broker;
  let storm: Storm;
  let declaration: Json;
  const post = async (who: string, path: string, body?: object) =>
    (await storm.person(who)).post<Json>(`/api/v1${path}`, body);
  const confirm = (who: string, change: unknown) => post(who, `/changes/${String(change)}/confirm`);
  const grow = async (...added: string[]): Promise<unknown> => {
    const body = { target_area: ['05', ...added], reason: '被害の範囲が広がったため' };
    return expectStatus(await post('hq-1', `/declarations/${declaration.id}/area`, body), 202)['change_id'];
  };
  const waitingFor = async (who: string): Promise<unknown[]> => {
    const answer = await (await storm.person(who)).get<{ items: Json[] }>('/api/v1/inbox?limit=100');
    const items = expectStatus(answer, 200).items.filter(({ kind }) => kind === 'change.waiting');
    return items.map((item) => item['change_id']);
  };

  beforeAll(async () => {
    broker = await Broker.start();
    storm = broker.storm;
    declaration = await storm.declared({ target_area: ['05'], expected_end_at: storm.in(72) });
    for (const second of ['hq-2', 'hq-2', 'hq-2', 'compliance-1']) {
      const hardEndAt = new Date(Date.parse(String(declaration['hard_end_at'])) + 72 * HOUR).toISOString();
      const longer = { hard_end_at: hardEndAt, reason: '復旧に時間を要するため', outage_households: 1200 };
      const proposed = expectStatus(await post('hq-1', `/declarations/${declaration.id}/extend`, longer), 202);
      expectStatus(await confirm(second, proposed['change_id']), 200);
      declaration = { ...declaration, hard_end_at: hardEndAt };
    }
    await broker.moveClock(14 * 24 * HOUR - 2 * MINUTE);
  }, 120_000); // prettier-ignore
  afterAll(() => broker.stop());

  it('grows by what was proposed before only with the right second person: what headquarters could confirm is outdated', async () => {
    const before = await grow('06');
    expect(await waitingFor('hq-2')).toEqual([before]);
    expect(await waitingFor('compliance-1')).toEqual([]);
    await broker.moveClock(3 * MINUTE);
    expect(refusalOf(await confirm('hq-2', before))).toEqual([409, 'change_outdated']);
    expectStatus(await post('hq-2', `/changes/${String(before)}/reject`, {}), 200);
  });

  it('is then the compliance officer’s to let grow, and stands in that inbox and no other', async () => {
    const change = await grow('06', '07');
    expect([await waitingFor('hq-2'), await waitingFor('compliance-1')]).toEqual([[], [change]]);
    expect(refusalOf(await confirm('hq-2', change))).toEqual([403, 'compliance_officer_needed']);
    const officers = new Officers(storm);
    for (let n = 0; n < 60; n += 1)
      await officers.proposed('PATCH', 'organizations/retailer-b', { name: `第${n}社` });
    // However much of other people's stands before it in the list.
    const list = (await storm.person('compliance-1')).get<{ items: Json[]; next: unknown }>(
      '/api/v1/changes',
    );
    const { items, next } = expectStatus(await list, 200);
    expect([items.map(({ id }) => id), next]).toEqual([[change], null]);
    expectStatus(await confirm('compliance-1', change), 200);
  });
});
