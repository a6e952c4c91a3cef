import { Operator, send, type Answer, type Person, type Terminal } from './actors.js';
import { refused, type Expected, type Narrator } from './narrator.js';
import { samplePoints, type SamplePoint, type Storm } from './storm.js';

export type Json = Record<string, unknown>;

export interface Listed<T> {
  items: T[];
  next: string | null;
}

/** An enrolled terminal. */
export interface Seat {
  id: string;
  terminal: Terminal;
}

/** A person with a grant, at a terminal. */
export interface Holder {
  operator: Operator;
  grantId: string;
  seat: Seat;
}

const ROLES: Record<string, string> = {
  hq: '本部',
  officer: '情報管理',
  compliance: '法令遵守',
  auditor: '監視',
  regulator: '監視委',
  supervisor: '管理者',
  operator: '応援者',
};

/** hq-1 → 本部 hq-1; operator-a-01 → 応援者 a-01 */
export function nameOf(id: string): string {
  const [role = ''] = id.split('-');
  return `${ROLES[role] ?? ''} ${id.replace(/^operator-/, '')}`;
}

const JST = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
export const jst = (text: unknown): string => JST.format(new Date(String(text)));

export const searchOf = (point: SamplePoint, last4 = point.contact_phone.slice(-4)): Json => ({
  supply_point_id: point.supply_point_id,
  second_factor: { contact_phone_last4: last4 },
});

/** What the acts of the story stand on: its people, its supply points, the one who tells it. */
export class Stage {
  private readonly people = new Map<string, Person>();
  private readonly lists = new Map<string, Promise<SamplePoint[]>>();

  constructor(
    readonly storm: Storm,
    readonly urls: { wheeling: string; drill: string },
    readonly tell: Narrator,
  ) {}

  async person(id: string): Promise<Person> {
    const known = this.people.get(id) ?? (await this.storm.person(id));
    this.people.set(id, known);
    return known;
  }

  in(seconds: number): string {
    return this.storm.in(seconds / 3600);
  }

  /** Somebody does something. */
  async act<T = Json>(
    id: string,
    what: string,
    play: (person: Person) => Promise<Answer<T>>,
    expected: Expected<T>,
  ): Promise<T> {
    const person = await this.person(id);
    return this.tell.act(nameOf(id), what, () => play(person), expected);
  }

  /** An operator does something at the terminal. */
  use<T>(
    { operator }: Pick<Holder, 'operator'>,
    what: string,
    play: (operator: Operator) => Promise<Answer<T>>,
    expected: Expected<T>,
  ): Promise<T> {
    return this.tell.act(nameOf(operator.person.id), what, () => play(operator), expected);
  }

  /** A change of master data: one officer proposes, another confirms → the id of what changed. */
  async agreed(what: string, method: string, path: string, body?: Json): Promise<string> {
    type Change = { change_id?: string; resource?: { id: string } };
    const [one, two] = [await this.person('officer-1'), await this.person('officer-2')];
    const play = async (): Promise<Answer<Change>> => {
      const proposal = await one.call<Change>(method, `/api/v1/${path}`, body);
      if (proposal.status !== 202) return proposal;
      return two.post<Change>(`/api/v1/changes/${proposal.body.change_id ?? ''}/confirm`);
    };
    const both = '情報管理 officer-1・officer-2';
    const { resource } = await this.tell.act(both, what, play, { status: 200 });
    return resource?.id ?? '';
  }

  /** What one person proposed, that same person does not confirm; another does. */
  async confirmedByAnother(proposed: Json, by: string, another: string): Promise<void> {
    const path = `/api/v1/changes/${String(proposed['change_id'])}/confirm`;
    await this.act(by, '自分の提案を自分で確認', (self) => self.post(path), refused(403, 'same_person'));
    await this.act(another, '別の人として確認', (other) => other.post(path), { status: 200 });
  }

  /** A point of the sample, dark or lit. */
  async point(state: 'outage' | 'energised', at = 0, municipality = '272035'): Promise<SamplePoint> {
    return this.pointWhere((one) => one.outage_state === state, at, municipality);
  }

  async pointWhere(
    isWanted: (point: SamplePoint) => boolean,
    at = 0,
    municipality = '272035',
    url = this.urls.wheeling,
  ): Promise<SamplePoint> {
    const key = `${url} ${municipality}`;
    const list = this.lists.get(key) ?? samplePoints(url, municipality, 200);
    this.lists.set(key, list);
    const point = (await list).filter(isWanted)[at];
    if (!point) throw new Error(`the sample has too few such points in ${municipality}`);
    return point;
  }

  /** The demonstration's resource server asks. */
  system<T = Json>(path: string, body: Json): Promise<Answer<T>> {
    const basic = Buffer.from('demo-rs:demo-rs-secret').toString('base64');
    return send<T>(`${this.storm.url}${path}`, 'POST', body, { authorization: `Basic ${basic}` });
  }
}
