import { Operator, type Person } from '../stories/actors.js';
import { expectStatus, Storm, type SamplePoint } from '../stories/storm.js';
import type { Ground } from './ground.js';
import { hired } from './people.js';

export interface Member {
  operator: Operator;
  grantId: string;
}

/** Times in milliseconds. */
export interface Enrolment {
  people: number;
  nominationMs: number;
  approvalMs: number;
  acknowledgements: number[];
  credentials: number[];
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  return [await work(), performance.now() - begun];
}

/** The people of the measurement: thousands nominated at once, and some of them at work on terminals of their own. */
export class Crew {
  private constructor(
    readonly members: readonly Member[],
    readonly points: readonly SamplePoint[],
    readonly enrolment: Enrolment,
  ) {}

  /** Nominates and approves `people` operators, who did not exist before, and puts `working` of them to work. */
  static async gather(ground: Ground, people: number, working: number): Promise<Crew> {
    const storm = new Storm(ground.url);
    const ids = Array.from({ length: people }, (_, index) => `bench-${index + 1}`);
    await hired(storm, ids);
    const declaration = await storm.declared();
    const organizations = [{ organization_id: 'retailer-b', seats: people }];
    const call = await storm.called(declaration.id, { organizations });
    const [nomination, nominationMs] = await timed(() => storm.nominated(call.id, ids, {}, 'supervisor-b'));
    const [grants, approvalMs] = await timed(() => storm.approved(nomination.id));
    if (grants.length !== people) throw new Error(`${grants.length} grants for ${people} people`);

    const times = { acknowledgements: [] as number[], credentials: [] as number[] };
    const members: Member[] = [];
    for (const grant of grants.slice(0, working)) {
      const { terminal } = await storm.enrolled('retailer-b');
      const operator = new Operator(await storm.person(grant.person_id), terminal);
      times.acknowledgements.push(await acknowledge(operator.person, grant.id));
      const [issued, credentialMs] = await timed(() => operator.credential(grant.id));
      expectStatus(issued, 200);
      times.credentials.push(credentialMs);
      members.push({ operator, grantId: grant.id });
    }
    return new Crew(members, await pointsInOutage(ground.wheelingUrl), {
      people,
      nominationMs,
      approvalMs,
      ...times,
    });
  }

  /** Credentials live for minutes: fresh ones before each round. */
  async renew(): Promise<void> {
    for (const { operator, grantId } of this.members) expectStatus(await operator.credential(grantId), 200);
  }

  /** The `index`-th of the endless pairings of a member with a supply point. */
  pair(index: number): { operator: Operator; point: SamplePoint } {
    const member = this.members[index % this.members.length];
    const point = this.points[index % this.points.length];
    if (!member || !point) throw new Error('the crew has members and points');
    return { operator: member.operator, point };
  }
}

async function acknowledge(person: Person, grantId: string): Promise<number> {
  const notice = expectStatus(await person.get<{ version: string }>('/api/v1/notice'), 200);
  const body = { notice_version: notice.version };
  const [answer, took] = await timed(() => person.post(`/api/v1/grants/${grantId}/acknowledge`, body));
  expectStatus(answer, 200);
  return took;
}

const PAGE = 1000;
const PAGES = 4;

/** Enough of them that two lookups under way at once seldom seek the same one. */
async function pointsInOutage(wheelingUrl: string): Promise<SamplePoint[]> {
  const pages = Array.from({ length: PAGES }, async (_, page) => {
    const query = `municipality_code=272035&outage_state=outage&limit=${PAGE}&offset=${page * PAGE}`;
    const response = await fetch(`${wheelingUrl}/supply-points?${query}`);
    return ((await response.json()) as { items: SamplePoint[] }).items;
  });
  return (await Promise.all(pages)).flat();
}
