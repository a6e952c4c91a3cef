import {
  Operator,
  send,
  type Answer,
  type LookupBody,
  type Person,
  type Terminal,
} from '../stories/actors.js';
import { samplePoints, type SamplePoint } from '../stories/storm.js';
import type { Broker } from '../harness/broker.js';
import { StillClock } from '../laws/still-clock.js';
import { SHIBUYA, TOYONAKA, type Grant, type Machine, type World } from './world.js';

/** The real service, as the acts of a sequence meet it: three instances, one still clock, people at their terminals. */
export class Reality {
  private readonly people = new Map<string, Person>();
  private readonly terminals = new Map<string, Terminal>();
  private readonly operators = new Map<string, Operator>();
  private turn = 0;
  /** The newest record of something that a grant's person saw. */
  readonly seen = new Map<string, string>();
  lookups = 0;
  values = 0;

  private constructor(
    readonly broker: Broker,
    readonly clock: StillClock,
    private readonly points: Record<string, SamplePoint[]>,
  ) {}

  static async of(broker: Broker): Promise<Reality> {
    const dark = async (url: string, municipality: string): Promise<SamplePoint[]> =>
      (await samplePoints(url, municipality, 400)).filter(
        (one) => one.outage_state === 'outage' && Boolean(one.contact_phone),
      );
    const points: Record<string, SamplePoint[]> = {};
    for (const municipality of [TOYONAKA, SHIBUYA]) {
      points[`${municipality} real`] = await dark(broker.wheelingUrl, municipality);
      points[`${municipality} drill`] = await dark(broker.drillWheelingUrl, municipality);
    }
    return new Reality(broker, await StillClock.of(broker), points);
  }

  /** Sessions end after hours; whoever acts after the clock has moved signs in again. */
  async standAt(instant: number): Promise<void> {
    this.people.clear();
    await this.clock.standAt(instant);
  }

  async person(id: string): Promise<Person> {
    const known = this.people.get(id);
    if (known) return known;
    const person = await this.clock.storm.person(id);
    this.people.set(id, person);
    return person;
  }

  /** A lost terminal ends the session that was used there: its person signs in again. */
  signedOut(id: string): void {
    this.people.delete(id);
  }

  signIn(id: string): Promise<Answer> {
    return send(`${this.broker.url}/api/v1/session`, 'POST', { person_id: id });
  }

  async as<T extends object = Record<string, unknown>>(
    id: string,
    path: string,
    body: object = {},
  ): Promise<Answer<T>> {
    return (await this.person(id)).post<T>(`/api/v1${path}`, body);
  }

  /** Proposed by one, confirmed by another; → the answer that decided it. */
  async byTwo(
    [proposer, confirmer]: readonly [string, string],
    method: 'POST' | 'PATCH',
    path: string,
    body: object = {},
  ): Promise<{ proposed: Answer; confirmed: Answer | null }> {
    const proposed = await (await this.person(proposer)).call(method, `/api/v1${path}`, body);
    if (proposed.status !== 202) return { proposed, confirmed: null };
    const confirmed = await this.as(confirmer, `/changes/${String(proposed.body['change_id'])}/confirm`);
    return { proposed, confirmed };
  }

  async enrol(person: string, world: World): Promise<void> {
    const organization = person.startsWith('operator-a') ? 'retailer-a' : 'retailer-b';
    const { terminal, id } = await this.clock.storm.enrolled(organization);
    this.terminals.set(id, terminal);
    world.machines.set(person, { id, isLost: false });
  }

  async credential(grant: Grant, machine: Machine): Promise<Answer> {
    const terminal = this.terminals.get(machine.id);
    if (!terminal) throw new Error('an enrolled terminal is known');
    const operator = new Operator(await this.person(grant.person), terminal);
    const answer = await operator.credential(grant.id);
    if (answer.status === 200) this.operators.set(grant.id, operator);
    return answer;
  }

  async releaseCredential(grant: Grant): Promise<Answer> {
    const token = this.operators.get(grant.id)?.token ?? '';
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    return (await this.person(grant.person)).post(
      '/oauth/revoke',
      new URLSearchParams({ token }).toString(),
      form,
    );
  }

  /** Another point each time: what found nothing counts against the point, and three times lock it. */
  private point(kind: 'real' | 'drill', municipality: string): SamplePoint {
    const points = this.points[`${municipality} ${kind}`] ?? [];
    this.turn += 1;
    const point = points[this.turn % points.length];
    if (!point) throw new Error(`no dark point in ${municipality}`);
    return point;
  }

  /**
   * After every act: each person who ever had a credential asks, at one of the instances, for a dark point of either
   * municipality. Who is not in the model's live set gets no value; who is, gets it; and the value has its record.
   */
  async everybodyAsks(world: World): Promise<void> {
    const held = world.grants.flatMap((grant) => {
      const operator = this.operators.get(grant.id);
      return operator ? [{ grant, operator }] : [];
    });
    await Promise.all(
      held.flatMap(({ grant, operator }) =>
        [TOYONAKA, SHIBUYA].map((municipality) => this.asks(world, grant, operator, municipality)),
      ),
    );
  }

  private async asks(world: World, grant: Grant, operator: Operator, municipality: string): Promise<void> {
    const { isDrill } = grant.nomination.call.declaration;
    const point = this.point(isDrill ? 'drill' : 'real', municipality);
    const body = {
      call: { id: `call-${this.turn}`, direction: 'inbound', started_at: new Date(world.now).toISOString() },
      purpose: 'outage_enquiry',
      search: {
        supply_point_id: point.supply_point_id,
        second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
      },
    };
    const { instances } = this.broker;
    const at = instances[this.turn % instances.length]?.address;
    const answer = await operator.data<LookupBody>('/api/v1/lookups', body, at);
    this.lookups += 1;
    const outcome = answer.status === 200 ? answer.body.outcome : 'refused';
    const wanted = world.sees(grant, municipality);
    if (outcome !== wanted) {
      throw new Error(
        `${grant.person} by ${grant.id} in ${municipality}: ${outcome} instead of ${wanted}: ${JSON.stringify(answer.body)}`,
      );
    }
    await this.checkRecord(grant, answer, world);
    if (outcome !== 'found' && JSON.stringify(answer.body).includes(point.supply_point_id.slice(-6))) {
      throw new Error(`a value in a refusal: ${JSON.stringify(answer.body)}`);
    }
  }

  private async checkRecord(grant: Grant, answer: Answer<LookupBody>, world: World): Promise<void> {
    if (answer.status !== 200) return;
    const { record_id: id, outcome, results } = answer.body;
    const decision = outcome === 'found' ? 'permit' : 'refuse';
    const records = await this.broker.records('id = $1 and grant_id = $2 and decision = $3', [
      id,
      grant.id,
      decision,
    ]);
    if (records.length !== 1) throw new Error(`no record of ${JSON.stringify(answer.body)}`);
    const fields = results[0]?.fields ?? {};
    const leaked = [...world.frozen].filter((field) => field in fields);
    if (leaked.length > 0) throw new Error(`frozen, and shown: ${leaked.join(', ')}`);
    if (outcome !== 'found') return;
    this.values += 1;
    this.seen.set(grant.id, id);
    grant.seenAt = world.now;
  }

  /** Between two sequences nobody holds anything. */
  forget(): void {
    this.people.clear();
    this.operators.clear();
    this.seen.clear();
  }
}
