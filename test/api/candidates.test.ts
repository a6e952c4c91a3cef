import { Broker } from '../harness/broker.js';
import type { Answer } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';
import { fits, fitsProblem } from './fits.js';

type Json = Record<string, unknown>;
interface Candidates extends Json {
  ends_at: string;
  items: { entry: string; match: string; people: { person_id: string; verdict: string; code?: string }[] }[];
}
/** All but that somebody signed in. */
const IS_ACT = `type not like 'session.%'`;
const ROUTE = 'POST /api/v1/support-calls/:id/candidates';

describe('a pasted list of names', () => {
  let broker: Broker;
  let call: string;
  beforeAll(async () => {
    broker = await Broker.start();
    call = (await broker.storm.called((await broker.storm.declared()).id)).id;
    await broker.database.asOwner(
      `update person set name = '山田 太郎' where id in ('operator-a-21', 'operator-a-38', 'operator-b-01')`,
    );
    await broker.database.asOwner(
      `update person set name = '鈴木 一' where id in ('operator-a-23', 'operator-a-24')`,
    );
    await broker.database.asOwner(`update person set name = '佐藤　花子' where id = 'operator-a-22'`);
  });
  afterAll(() => broker.stop());

  const ask = async (
    entries: string[],
    more: Json = {},
    id = call,
    by = 'supervisor-a',
  ): Promise<Answer<Candidates>> =>
    (await broker.storm.person(by)).post<Candidates>(`/api/v1/support-calls/${id}/candidates`, {
      entries,
      ...more,
    });
  const asked = async (entries: string[], more: Json = {}): Promise<Candidates> =>
    fits<Candidates>(await ask(entries, more), 200, ROUTE);
  const linesOf = ({ items }: Candidates): unknown[] =>
    items.map(({ match, people }) => [
      match,
      ...people.map((one) => `${one.person_id} ${one.code ?? one.verdict}`),
    ]);

  it('says whom each line means, among the own people only, with the verdict that a nomination would give', async () => {
    const entries = ['佐藤花子', '山田　太郎', 'ｏｐｅｒａｔｏｒ－ａ－３９', 'operator-b-02', '名無し', 'operator-a-22'];
    const found = await asked(entries);
    expect(found.items.map((one) => one.entry)).toEqual(entries);
    expect(linesOf(found)).toEqual([
      ['one', 'operator-a-22 eligible'],
      ['several', 'operator-a-21 eligible', 'operator-a-38 conflict_flag'],
      ['one', 'operator-a-39 not_recertified'],
      ['none'],
      ['none'],
      ['one', 'operator-a-22 nominated_twice'],
    ]);
    const ids = ['operator-a-22', 'operator-a-39', 'operator-a-22'];
    const nominated = await broker.storm.nominated(call, ids, { ends_at: found.ends_at });
    expect(nominated.results.map((one) => one.code ?? one.verdict)).toEqual(['eligible', 'not_recertified', 'nominated_twice']);
  }); // prettier-ignore

  it('counts the seats down over the list, and not over those of whom one is chosen', async () => {
    const { id } = await broker.storm.declared({ target_area: ['13'] });
    const one = [{ organization_id: 'retailer-a', seats: 1 }];
    const small = (await broker.storm.called(id, { organizations: one })).id;
    const found = fits<Candidates>(
      await ask(['operator-a-01', 'operator-a-02', '鈴木一'], {}, small),
      200,
      ROUTE,
    );
    expect(linesOf(found)).toEqual([
      ['one', 'operator-a-01 eligible'],
      ['one', 'operator-a-02 no_seat_left'],
      ['several', 'operator-a-23 eligible', 'operator-a-24 eligible'],
    ]);
  });

  it('judges the shift that is asked for, else the longest', async () => {
    const longest = await asked(['operator-a-01']);
    expect(Date.parse(longest.ends_at) - Date.parse(String(longest['starts_at']))).toBe(8 * 3_600_000);
    fitsProblem(await ask(['operator-a-01'], { ends_at: broker.storm.in(9) }), 422, 'shift_too_long');
    fitsProblem(await ask(['operator-a-01'], { ends_at: broker.storm.in(-1) }), 422, 'invalid_input');
  });

  it('is refused where no nomination could be made, and changes nothing', async () => {
    const records = (await broker.records(IS_ACT)).length;
    const pattern0 = await broker.storm.called((await broker.storm.declared({ target_area: ['01'] })).id, { response_pattern: 0 });
    fitsProblem(await ask(['operator-a-01'], {}, pattern0.id), 409, 'no_grants_in_pattern_0');
    const ofB = await broker.storm.called((await broker.storm.declared({ target_area: ['02'] })).id, {
      organizations: [{ organization_id: 'retailer-b', seats: 1 }],
    });
    fitsProblem(await ask(['operator-a-01'], {}, ofB.id), 404, 'not_found');
    const before = await broker.records(IS_ACT);
    await asked(Array.from({ length: 2000 }, (_, n) => `operator-a-${n}`));
    const after = await broker.records(IS_ACT);
    expect(after.length).toBe(before.length);
    expect(before.length).toBeGreaterThan(records);
    expectStatus(await ask(Array.from({ length: 2001 }, () => 'x')), 422);
  }); // prettier-ignore
});
