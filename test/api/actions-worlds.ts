import type { Broker } from '../harness/broker.js';
import { Operator, type Person, type Terminal } from '../stories/actors.js';
import { Officers } from '../stories/officers.js';
import { expectStatus, type Nomination } from '../stories/storm.js';

type Json = Record<string, unknown>;
const HOUR = 3_600_000;

/** One thing in one state, made anew each time that it is asked for. */
export interface World {
  /** The list that shows it, below /api/v1. */
  list: string;
  id: string;
  /** Names and bodies of what can be done with it. */
  acts: Record<string, { method?: string; path: string; body?: () => Json }>;
  /** Whoever has one brings it along, for a credential. */
  terminal?: { terminal: Terminal; person: string };
}

/** Makes the worlds of the story: each with a declaration, an operator and an area of its own. */
export class Worlds {
  private count = 0;
  private readonly declared: string[] = [];
  private readonly officers: Officers;
  private readonly people = new Map<string, Person>();

  constructor(private readonly broker: Broker) {
    this.officers = new Officers(broker.storm);
  }

  /** Signed in a moment ago, in the time of this world. */
  async person(id: string): Promise<Person> {
    const known = this.people.get(id) ?? (await this.broker.storm.person(id));
    this.people.set(id, known);
    return known;
  }

  private async later(hours: number): Promise<void> {
    await this.broker.moveClock(hours * HOUR);
    this.people.clear();
  }

  /** Two prefectures: something can be taken away. */
  private area(): string[] {
    const two = (n: number): string => String((n % 47) + 1).padStart(2, '0');
    this.count += 1;
    return [two(2 * this.count), two(2 * this.count + 1)];
  }

  private nextOperator(): string {
    this.count += 1;
    return `operator-a-${String((this.count % 28) + 1).padStart(2, '0')}`;
  }

  declaration(id: string, area: string[]): World {
    const { storm } = this.broker;
    this.declared.push(id);
    const reason = '状況が変わったため';
    const end = (hours: number): string => new Date(this.broker.now() + hours * HOUR).toISOString();
    const on = `/declarations/${id}`;
    return {
      list: '/declarations',
      id,
      acts: {
        confirm: { path: `${on}/confirm` },
        'support-call': { path: `${on}/support-calls`, body: () => storm.callBody() },
        extend: {
          path: `${on}/extend`,
          body: () => ({ hard_end_at: end(15), reason, outage_households: 9 }),
        },
        area: { path: `${on}/area`, body: () => ({ target_area: area.slice(0, 1), reason }) },
        grow: { path: `${on}/area`, body: () => ({ target_area: [...area, this.area()[0] ?? ''], reason }) },
        lift: { path: `${on}/lift`, body: () => ({ reason }) },
        'revoke-all': { path: `${on}/revoke-all`, body: () => ({ reason }) },
      },
    };
  }

  async unconfirmed(): Promise<World> {
    const area = this.area();
    const { id } = await this.broker.storm.declare(await this.person('hq-1'), {
      target_area: area,
    });
    return this.declaration(id, area);
  }

  async confirmed(): Promise<World> {
    const area = this.area();
    return this.declaration((await this.broker.storm.declared({ target_area: area })).id, area);
  }

  async lifted(): Promise<World> {
    const world = await this.confirmed();
    await this.lift(world.id);
    return world;
  }

  async runOut(): Promise<World> {
    const world = await this.confirmed();
    await this.later(13);
    return world;
  }

  /** So that no world stands in the way of the next: its area, its people. */
  async end(): Promise<void> {
    const hq = await this.person('hq-1');
    for (const id of this.declared.splice(0))
      await hq.post(`/api/v1/declarations/${id}/lift`, { reason: '次へ移るため' });
  }

  async lift(declarationId: string): Promise<void> {
    const hq = await this.person('hq-1');
    expectStatus(
      await hq.post(`/api/v1/declarations/${declarationId}/lift`, { reason: '復旧したため' }),
      200,
    );
  }

  call(id: string): World {
    const people = ['operator-a-01', 'operator-a-02'];
    const body = (): Json => ({ people, ends_at: this.broker.storm.in(2), note: '夜間班' });
    const on = `/support-calls/${id}`;
    return {
      list: '/support-calls',
      id,
      acts: {
        nominate: { path: `${on}/nominations`, body },
        decline: { path: `${on}/decline`, body: () => ({ reason: '人手が足りないため' }) },
      },
    };
  }

  /** A call under a declaration of its own, and that declaration. */
  async called(more: Json = {}, declaration?: World): Promise<World & { declarationId: string }> {
    const { id: declarationId } = declaration ?? (await this.confirmed());
    const { id } = await this.broker.storm.called(declarationId, more);
    return { ...this.call(id), declarationId };
  }

  async declined(): Promise<World> {
    const world = await this.called();
    await this.act(world, 'supervisor-a', 'decline');
    return world;
  }

  async calledUnderLifted(): Promise<World> {
    const world = await this.called();
    await this.lift(world.declarationId);
    return world;
  }

  nomination(id: string): World {
    const on = `/nominations/${id}`;
    return {
      list: '/nominations',
      id,
      acts: {
        approve: { path: `${on}/approve`, body: () => ({}) },
        deny: { path: `${on}/deny`, body: () => ({ reason: '席が足りるため' }) },
        withdraw: { path: `${on}/withdraw` },
      },
    };
  }

  async nominated(declaration?: World, people?: string[]): Promise<World & { made: Nomination }> {
    const call = await this.called({}, declaration);
    const made = await this.broker.storm.nominated(call.id, people ?? [this.nextOperator()]);
    return { ...this.nomination(made.id), made };
  }

  async decided(by: string, act: string): Promise<World> {
    const world = await this.nominated();
    await this.act(world, by, act);
    return world;
  }

  async shiftOver(): Promise<World> {
    const world = await this.nominated();
    await this.later(5);
    return world;
  }

  async granted(): Promise<World & { person: string; declarationId: string }> {
    const declaration = await this.confirmed();
    const person = this.nextOperator();
    const { made } = await this.nominated(declaration, [person]);
    const [grant] = await this.broker.storm.approved(made.id, 'hq-3');
    if (!grant) throw new Error(JSON.stringify(made));
    const { terminal } = await this.broker.storm.enrolled();
    const reason = '確認のため';
    const on = `/grants/${grant.id}`;
    return {
      list: '/grants',
      id: grant.id,
      person,
      declarationId: declaration.id,
      terminal: { terminal, person },
      acts: {
        acknowledge: { path: `${on}/acknowledge`, body: () => ({ notice_version: this.noticeVersion }) },
        credential: { path: `${on}/credential` },
        suspend: { path: `${on}/suspend`, body: () => ({ reason }) },
        resume: { path: `${on}/resume`, body: () => ({ reason }) },
        revoke: { path: `${on}/revoke`, body: () => ({ reason }) },
        'hand-back': { path: `${on}/hand-back` },
      },
    };
  }

  noticeVersion = '';

  async acknowledged(): Promise<World & { person: string; declarationId: string }> {
    const world = await this.granted();
    await this.act(world, world.person, 'acknowledge');
    return world;
  }

  /** After these acts, by these people; `own` is the grantee. */
  async after(...steps: [who: string, act: string][]): Promise<World> {
    const world = await this.acknowledged();
    for (const [who, act] of steps) await this.act(world, who === 'own' ? world.person : who, act);
    return world;
  }

  async underLifted(): Promise<World> {
    const world = await this.acknowledged();
    await this.lift(world.declarationId);
    return world;
  }

  change(id: string): World {
    const on = `/changes/${id}`;
    return {
      list: '/changes',
      id,
      acts: { confirm: { path: `${on}/confirm` }, reject: { path: `${on}/reject`, body: () => ({}) } },
    };
  }

  /** Each proposal says something new. */
  async proposed(): Promise<World> {
    this.count += 1;
    const name = `標本エナジー${this.count}`;
    return this.change(await this.officers.proposed('PATCH', 'organizations/retailer-b', { name }));
  }

  async rejected(): Promise<World> {
    const world = await this.proposed();
    await this.act(world, 'officer-2', 'reject');
    return world;
  }

  async lapsed(): Promise<World> {
    const world = await this.proposed();
    await this.later(25);
    return world;
  }

  async extension(): Promise<World> {
    const world = await this.confirmed();
    const { change_id: id } = await this.act(world, 'hq-1', 'extend');
    return this.change(String(id));
  }

  /** Of master data and the register: the two acts that all have. */
  async kept(list: string, id: string, body: () => Json, isRetired: boolean): Promise<World> {
    if (isRetired) await this.officers.agreed('POST', `${list}/${id}/retire`);
    return {
      list: `/${list}`,
      id,
      acts: {
        change: { method: 'PATCH', path: `/${list}/${id}`, body },
        retire: { path: `/${list}/${id}/retire` },
        lost: { path: `/${list}/${id}/lost`, body: () => ({ reason: '置き忘れたため' }) },
        identity: { path: `/${list}/${id}/identities`, body: () => ({ provider: 'none', subject: 'x' }) },
        'end-sessions': { path: `/${list}/${id}/end-sessions` },
      },
    };
  }

  async terminal(state: 'in use' | 'retired' | 'lost'): Promise<World> {
    const { id } = await this.broker.storm.enrolled();
    const body = (): Json => ({ room: 'osaka-support-2' });
    const world = await this.kept('terminals', id, body, state === 'retired');
    if (state === 'lost') await this.act(world, 'officer-1', 'lost');
    return world;
  }

  async profile(isRetired: boolean): Promise<World> {
    this.count += 1;
    const id = `lean-${this.count}`;
    const fields = [{ field: 'outage_state', mode: 'show' }];
    await this.officers.agreed('POST', 'field-profiles', { id, label: '最小', fields });
    return this.kept('field-profiles', id, () => ({ label: `最小 ${id}` }), isRetired);
  }

  async finding(state: 'open' | 'answered' | 'closed'): Promise<World> {
    const auditor = await this.person('auditor-1');
    const due = new Date(this.broker.now() + 72 * HOUR).toISOString().slice(0, 10);
    const made = await auditor.post<{ id: string }>('/api/v1/findings', {
      subject_type: 'person',
      subject_id: 'operator-a-01',
      type: 'receivables',
      severity: 'high',
      text: '夜間に通話のない検索が続いている。',
      owner_person_id: 'officer-1',
      due_date: due,
    });
    const { id } = expectStatus(made, 201);
    const act = { method: 'PATCH', path: `/findings/${id}` };
    const world: World = {
      list: '/findings',
      id,
      acts: {
        answer: { ...act, body: () => ({ answer: '通話五件との対応を確かめた。' }) },
        amend: { ...act, body: () => ({ severity: 'low', reason: '見直したため' }) },
        close: { ...act, body: () => ({ closing_reason: '記録と照らして確かめたため' }) },
      },
    };
    if (state !== 'open') await this.act(world, 'auditor-1', 'answer');
    if (state === 'closed') await this.act(world, 'auditor-2', 'close');
    return world;
  }

  private async act(world: World, who: string, name: string): Promise<Json> {
    const answer = await this.play(world, who, name);
    if (answer.status >= 300) throw new Error(`${who} ${name}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The act as it is called, by a person who has just signed in. */
  async play(world: World, who: string, name: string): Promise<{ status: number; body: Json }> {
    const person = await this.person(who);
    const act = world.acts[name];
    if (!act) throw new Error(`nobody knows how to ${name}`);
    if (name === 'credential' && world.terminal) {
      return new Operator(person, world.terminal.terminal).credential(world.id);
    }
    return person.call(act.method ?? 'POST', `/api/v1${act.path}`, act.body?.());
  }
}
