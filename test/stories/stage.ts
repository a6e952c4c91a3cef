import { send, type Answer, type Person } from './actors.js';
import type { Narrator } from './narrator.js';
import { samplePoints, type SamplePoint, type Storm } from './storm.js';

export type Json = Record<string, unknown>;
export interface Given {
  id: string;
  person_id: string;
}

/** What the acts of a story stand on: its people, its supply points, the one who tells it. */
export class Stage {
  private readonly people = new Map<string, Person>();

  constructor(
    readonly storm: Storm,
    private readonly wheelingUrl: string,
    readonly tell: Narrator,
  ) {}

  async person(id: string): Promise<Person> {
    const known = this.people.get(id) ?? (await this.storm.person(id));
    this.people.set(id, known);
    return known;
  }

  async point(state: string, municipality = '272035'): Promise<SamplePoint> {
    const points = await samplePoints(this.wheelingUrl, municipality);
    const point = points.find((one) => one.outage_state === state);
    if (!point) throw new Error(`no sample point of ${municipality} is ${state}`);
    return point;
  }

  /** The demonstration's resource server asks. */
  system<T = Json>(path: string, body: Json): Promise<Answer<T>> {
    const basic = Buffer.from('demo-rs:demo-rs-secret').toString('base64');
    return send<T>(`${this.storm.url}${path}`, 'POST', body, { authorization: `Basic ${basic}` });
  }
}
