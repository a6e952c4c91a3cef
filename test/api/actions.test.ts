import { CODES, type Code } from '../../src/contract/codes.js';
import { Broker } from '../harness/broker.js';
import type { Person } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';
import { Worlds, type World } from './actions-worlds.js';

type Json = Record<string, unknown>;
interface Action {
  name: string;
  allowed: boolean;
  reason: { code: Code; detail: string } | null;
}
type Shown = Json & { id: string; actions: Action[] };

const PEOPLE = ['hq-1', 'hq-2', 'officer-1', 'officer-2', 'compliance-1', 'auditor-1', 'regulator-1'];
const RETAIL = ['supervisor-a', 'supervisor-b', 'operator-a-30'];

describe('the acts that a view offers', () => {
  let broker: Broker;
  let worlds: Worlds;
  beforeAll(async () => {
    broker = await Broker.start();
    worlds = new Worlds(broker);
    const notice = await (await broker.storm.person('hq-1')).get<{ version: string }>('/api/v1/notice');
    worlds.noticeVersion = notice.body.version;
  });
  afterEach(() => worlds.end());
  afterAll(() => broker.stop());

  /** The thing as the list shows it; undefined where it is not shown. */
  async function shown(
    world: World,
    who: string,
    headers: Record<string, string> = {},
  ): Promise<Shown | undefined> {
    const person = await worlds.person(who);
    const path = `/api/v1${world.list}?limit=100`;
    const answer = await person.call<{ items?: Shown[] }>('GET', path, undefined, headers);
    return answer.body.items?.find((one) => one.id === world.id);
  }

  /** What is refused is tried on the thing itself, since nothing changes; what is allowed on another of the same state. */
  async function holds(make: () => Promise<World>): Promise<string[]> {
    const world = await make();
    const own = world.terminal === undefined ? [] : [world.terminal.person];
    const offered: string[] = [];
    for (const who of [...PEOPLE, ...RETAIL, ...own]) {
      const actions = (await shown(world, who))?.actions ?? [];
      for (const { name, reason } of actions.filter((one) => !one.allowed)) {
        const { status, body } = await worlds.play(world, who, name);
        expect({ who, name, code: body['code'], detail: body['detail'] }).toEqual({ who, name, ...reason });
        expect([403, 409]).toContain(status);
        offered.push(`${who.replace(/^operator.*/, 'operator')} ${name} ${String(reason?.code)}`);
      }
      for (const { name, reason } of actions.filter((one) => one.allowed)) {
        expect(reason).toBeNull();
        offered.push(`${who.replace(/^operator.*/, 'operator')} ${name}`);
      }
    }
    for (const who of [...PEOPLE, ...RETAIL, 'own']) {
      const names = (
        (await shown(world, who === 'own' ? (own[0] ?? who) : who).catch(() => undefined))?.actions ?? []
      )
        .filter((one) => one.allowed)
        .map((one) => one.name);
      for (const name of names) {
        const another = await make();
        const person = who === 'own' ? (another.terminal?.person ?? who) : who;
        const { status, body } = await worlds.play(another, person, name);
        expect({ person, name, status: [401, 403, 404, 409].includes(status) ? status : 'not refused', code: body['code'] ?? null }).toEqual({
          person, name, status: 'not refused', code: status < 400 ? null : (body['code'] ?? null),
        }); // prettier-ignore
      }
    }
    return offered;
  }

  describe('of a declaration', () => {
    it.each<[string, () => Promise<World>, string[]]>([
      [
        'unconfirmed',
        () => worlds.unconfirmed(),
        ['hq-1 confirm same_person', 'hq-2 confirm', 'hq-2 extend not_confirmed_yet', 'hq-2 area', 'hq-2 grow not_confirmed_yet'],
      ],
      [
        'confirmed',
        () => worlds.confirmed(),
        ['hq-2 confirm already_confirmed', 'hq-1 extend', 'hq-1 grow', 'hq-1 lift', 'auditor-1 revoke-all'],
      ],
      ['lifted', () => worlds.lifted(), ['hq-1 lift already_lifted', 'hq-1 extend lifted', 'hq-2 area declaration_not_live']],
      ['run out', () => worlds.runOut(), ['hq-1 lift', 'hq-1 extend declaration_expired', 'hq-1 support-call declaration_not_live']],
    ])('%s are what happens when they are called', async (_, make, some) => {
      const offered = await holds(make);
      expect(offered).toEqual(expect.arrayContaining(some));
    }); // prettier-ignore
  });

  describe('of a call for support', () => {
    it.each<[string, () => Promise<World>, string[]]>([
      ['open', () => worlds.called(), ['supervisor-a nominate', 'supervisor-a decline', 'supervisor-b nominate']],
      ['of pattern 0', () => worlds.called({ response_pattern: 0 }), ['supervisor-a nominate no_grants_in_pattern_0', 'supervisor-a decline']],
      ['declined', () => worlds.declined(), ['supervisor-a nominate call_declined', 'supervisor-b nominate']],
      ['under a lifted declaration', () => worlds.calledUnderLifted(), ['supervisor-a decline declaration_not_live']],
    ])('%s are what happens when they are called', async (_, make, some) => {
      expect(await holds(make)).toEqual(expect.arrayContaining(some));
    }); // prettier-ignore
  });

  describe('of a nomination', () => {
    it.each<[string, () => Promise<World>, string[]]>([
      ['waiting', () => worlds.nominated(), ['hq-1 approve', 'hq-2 deny', 'supervisor-a withdraw']],
      [
        'waiting under an unconfirmed declaration',
        async () => worlds.nominated(await worlds.unconfirmed()),
        ['hq-1 approve declarer_cannot_approve_unconfirmed', 'hq-2 approve'],
      ],
      ['of nobody eligible', () => worlds.nominated(undefined, ['operator-a-38']), ['hq-1 approve nobody_eligible', 'hq-1 deny']],
      ['denied', () => worlds.decided('hq-2', 'deny'), ['hq-1 approve nomination_decided', 'supervisor-a withdraw nomination_decided']],
      ['withdrawn', () => worlds.decided('supervisor-a', 'withdraw'), ['hq-1 deny nomination_decided']],
      ['whose shift is over', () => worlds.shiftOver(), ['hq-1 approve shift_over', 'supervisor-a withdraw']],
    ])('%s are what happens when they are called', async (_, make, some) => {
      expect(await holds(make)).toEqual(expect.arrayContaining(some));
    }); // prettier-ignore

    it('know the same person under another id', async () => {
      const world = await worlds.nominated();
      const [one] = world.made.results;
      await broker.database.asOwner(`update person set natural_person_key = 'np-two-sides' where id in ('hq-2', '${one?.person_id}')`);
      expect((await shown(world, 'hq-2'))?.actions[0]).toMatchObject({ name: 'approve', reason: { code: 'approver_nominated' } });
      expect((await worlds.play(world, 'hq-2', 'approve')).body['code']).toBe('approver_nominated');
      await broker.database.asOwner(`update person set natural_person_key = 'np-' || id where natural_person_key = 'np-two-sides'`);
    }); // prettier-ignore
  });

  describe('of a grant', () => {
    it.each<[string, () => Promise<World>, string[]]>([
      ['new', () => worlds.granted(), ['operator acknowledge', 'operator credential not_acknowledged', 'hq-1 resume not_suspended']],
      ['live', () => worlds.acknowledged(), ['operator credential', 'supervisor-a suspend', 'auditor-1 revoke', 'operator hand-back']],
      ['suspended by headquarters', () => worlds.after(['hq-1', 'suspend']), ['hq-1 resume same_person', 'hq-2 resume', 'operator credential suspended']],
      ['suspended by two', () => worlds.after(['hq-1', 'suspend'], ['hq-2', 'suspend']), ['hq-1 resume same_person', 'hq-2 resume same_person']],
      ['resumed', () => worlds.after(['supervisor-a', 'suspend'], ['hq-2', 'resume']), ['operator acknowledge', 'operator credential not_acknowledged']],
      ['revoked', () => worlds.after(['hq-1', 'revoke']), ['hq-1 suspend grant_ended', 'operator acknowledge already_acknowledged']],
      ['handed back', () => worlds.after(['own', 'hand-back']), ['hq-1 revoke', 'operator credential handed_back']],
      ['under a lifted declaration', () => worlds.underLifted(), ['hq-1 resume grant_ended', 'operator credential lifted']],
    ])('%s are what happens when they are called', async (_, make, some) => {
      expect(await holds(make)).toEqual(expect.arrayContaining(some));
    }); // prettier-ignore
  });

  describe('of what two persons change', () => {
    it.each<[string, () => Promise<World>, string[]]>([
      ['a proposal of master data', () => worlds.proposed(), ['officer-1 confirm same_person', 'officer-2 confirm', 'hq-1 reject']],
      ['a rejected one', () => worlds.rejected(), ['hq-1 confirm change_decided', 'officer-2 reject change_decided']],
      ['a lapsed one', () => worlds.lapsed(), ['officer-2 confirm change_lapsed']],
      ['an extension', () => worlds.extension(), ['hq-1 confirm same_person', 'hq-2 confirm', 'officer-1 confirm role_not_allowed']],
      ['a terminal in use', () => worlds.terminal('in use'), ['officer-1 change', 'officer-1 retire', 'supervisor-a lost']],
      ['a lost terminal', () => worlds.terminal('lost'), ['officer-1 change terminal_lost', 'officer-1 retire']],
      ['a retired terminal', () => worlds.terminal('retired'), ['officer-1 change already_retired']],
      ['a field profile', () => worlds.profile(false), ['officer-1 change', 'officer-2 retire']],
      ['a retired field profile', () => worlds.profile(true), ['officer-1 change already_retired', 'officer-1 retire already_retired']],
      ['the utility', () => worlds.kept('organizations', 'tdo', () => ({ name: `送配電 ${Math.random()}` }), false), ['officer-1 change', 'officer-1 retire organization_needed']],
      ['a person', () => worlds.kept('people', 'operator-b-03', () => ({ name: `応対 ${Math.random()}` }), false), ['officer-1 change', 'officer-1 retire', 'officer-1 end-sessions']],
      ['themselves', () => worlds.kept('people', 'officer-1', () => ({ name: `管理 ${Math.random()}` }), false), ['officer-1 identity same_person', 'officer-2 identity']],
    ])('%s are what happens when they are called', async (_, make, some) => {
      expect(await holds(make)).toEqual(expect.arrayContaining(some));
    }); // prettier-ignore
  });

  it.each<['open' | 'answered' | 'closed', string[]]>([
    ['open', ['auditor-1 answer', 'auditor-1 close finding_not_answered']],
    ['answered', ['auditor-1 close']],
    ['closed', ['auditor-1 amend finding_closed', 'auditor-1 close finding_closed']],
  ])('of an %s finding are what happens when they are called', async (state, some) => {
    expect(await holds(() => worlds.finding(state))).toEqual(expect.arrayContaining(some));
  });

  it('are said in the language of who asks, one by one as in a list, and not of a past instant', async () => {
    const world = await worlds.unconfirmed();
    const hq: Person = await broker.storm.person('hq-1');
    const english = await shown(world, 'hq-1', { 'accept-language': 'en' });
    expect(english?.actions[0]?.reason?.detail).toBe(CODES.same_person.en);
    const single = expectStatus(await hq.get<Shown>(`/api/v1/declarations/${world.id}`), 200);
    expect(single.actions[0]?.reason?.detail).toBe(CODES.same_person.ja);
    const officer = await broker.storm.person('officer-1');
    const then = encodeURIComponent(broker.storm.in(0));
    for (const list of ['organizations', 'agreements', 'field-profiles', 'people', 'terminals']) {
      const past = expectStatus(await officer.get<{ items: Shown[] }>(`/api/v1/${list}?as_of=${then}`), 200);
      expect(past.items.filter((one) => one.actions.length > 0)).toEqual([]);
      const now = expectStatus(await officer.get<{ items: Shown[] }>(`/api/v1/${list}`), 200);
      expect(now.items.filter((one) => one.actions.length === 0)).toEqual([]);
    }
  });
});
