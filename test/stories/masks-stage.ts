import { Broker } from '../harness/broker.js';
import { ByteSearch, type Secret } from '../harness/byte-search.js';
import { customerValues } from '../harness/customer-values.js';
import { Overheard } from '../harness/overheard.js';
import { SampleSystem } from '../wheeling/sample-system.js';
import { send, type Answer, type LookupBody, type Operator } from './actors.js';
import { expectedFields, expectedWithheld, rawPoint, VARIANTS } from './raw-points.js';
import { expectStatus, samplePoints, type SamplePoint } from './storm.js';

export const BASIC = `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}`;

/** What the operator was told or said, by record: the sealed part of the record must say the same (law 2). */
export interface Told {
  sought?: string;
  disclosed?: object;
  stated?: string;
}

interface Parts {
  system: SampleSystem;
  broker: Broker;
  overheard: Overheard;
  /** For each variant one in outage and one energised. */
  points: SamplePoint[];
  /** In a municipality that is not declared. */
  outside: SamplePoint;
  /** Some that share a contact telephone. */
  shared: SamplePoint[];
  secrets: Secret[];
  search: ByteSearch;
  operator: Operator;
  grantId: string;
}

/**
 * A wheeling system that sends more than anybody classed, a broker of its own before it whose every answer is
 * heard, an operator with a credential, and points of every variant, dark and lit.
 */
export class MasksStage {
  readonly told = new Map<string, Told>();

  private readonly tickets = new Map<string, string>();

  private constructor(readonly parts: Parts) {}

  /** A ticket that the wheeling system opened for that very point. */
  async ticketOf({ supply_point_id }: SamplePoint): Promise<{ ticket_id: string }> {
    const known = this.tickets.get(supply_point_id);
    if (known !== undefined) return { ticket_id: known };
    const { body } = await this.parts.system.send('POST', '/tickets', { supply_point_id });
    const { ticket_id } = body as { ticket_id: string };
    this.tickets.set(supply_point_id, ticket_id);
    return { ticket_id };
  }

  static async set(wheelingTimeoutMs?: number): Promise<MasksStage> {
    const system = await SampleSystem.start();
    const limit = wheelingTimeoutMs === undefined ? {} : { wheelingTimeoutMs };
    const broker = await Broker.start({ wheelingUrl: system.url, ...limit });
    const inside = await samplePoints(system.url, '272035', 1000);
    const elsewhere = await samplePoints(system.url, '131130', 1000);
    await system.switch({ mode: 'chatty' });
    const raw = (some: SamplePoint[]): Promise<SamplePoint[]> =>
      Promise.all(some.map((one) => rawPoint(system, one.supply_point_id)));
    const points = await raw(oneOfEach(inside));
    const [outside] = await raw(elsewhere.slice(0, 1));
    const shared = await raw(withOneContact(inside));
    if (outside === undefined) throw new Error('the sample has points elsewhere');
    const secrets = customerValues([...points, outside, ...shared], [...inside, ...elsewhere]);
    const search = new ByteSearch(secrets);
    const overheard = new Overheard(broker.url);
    const declaration = await broker.storm.declared();
    const { operator, grantId } = await broker.storm.operator('operator-a-01', declaration.id);
    const ground = { system, broker, overheard, operator, grantId };
    return new MasksStage({ ...ground, points, outside, shared, secrets, search });
  }

  async strike(): Promise<void> {
    this.parts.overheard.stop();
    await this.parts.broker.stop();
    await this.parts.system.stop();
  }

  /** A lookup that finds the point, and shows exactly what may be shown; → the reference. */
  async find(point: SamplePoint, way: object, call: object, isMatchOnly = false): Promise<string> {
    const permitted = isMatchOnly ? [] : [String(point['service_pole_number'])];
    const found = expectStatus(
      await this.parts.overheard.permitting(permitted, () => this.parts.operator.lookup(way, { call })),
      200,
    );
    const [result] = found.results;
    if (result === undefined) throw new Error(`found nothing: ${JSON.stringify(found)}`);
    const withheld = expectedWithheld(isMatchOnly);
    expect(result.fields).toEqual(expectedFields(point, isMatchOnly));
    expect(result.withheld).toHaveLength(withheld.length);
    expect(result.withheld).toEqual(expect.arrayContaining(withheld));
    // What goes to the crew goes with a ticket only, and the answer says no more than that it went.
    const dispatched = 'ticket_id' in call && !isMatchOnly ? { dispatched: true } : {};
    expect(found).toEqual({ record_id: found.record_id, outcome: 'found', results: [result], ...dispatched });
    expect(Object.keys(result).sort()).toEqual(['fields', 'ref', 'withheld']);
    this.told.set(found.record_id, { disclosed: result.fields, sought: Object.values(way)[0] as string });
    return result.ref;
  }

  /** A resource server asks about the operator's use of these fields. */
  evaluationOf(point: SamplePoint, mode: string, fields: readonly string[]): Record<string, unknown> {
    return {
      subject: { type: 'access_token', id: this.parts.operator.token },
      action: { name: mode },
      resource: { type: 'supply_point', id: point.supply_point_id, properties: { fields } },
      context: {
        call: {
          id: 'call-1',
          direction: 'inbound',
          started_at: this.parts.broker.storm.in(0),
          ticket_id: this.tickets.get(point.supply_point_id) ?? 'T-1024',
        },
        purpose: 'outage_enquiry',
      },
    };
  }

  asSystem<T = Record<string, unknown>>(path: string, body: object): Promise<Answer<T>> {
    return send<T>(`${this.parts.broker.url}${path}`, 'POST', body, { authorization: BASIC });
  }

  /** What left, headers and bodies, beyond what each act was for. */
  leaks(): string[] {
    return this.parts.overheard.answers.flatMap(({ request, bytes, permitted }) =>
      this.parts.search.find(bytes, permitted).map((what) => `${request}: ${what}`),
    );
  }
}

export function expectNothing(answer: Answer<LookupBody>): void {
  const { record_id: recordId, ...rest } = expectStatus(answer, 200);
  expect(rest).toEqual({ outcome: 'no_result', results: [] });
  expect(recordId).toMatch(/^rc_/);
}

/** A raw value as it would be said or shown. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'なし';
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 200);
}

function oneOfEach(points: SamplePoint[]): SamplePoint[] {
  return VARIANTS.flatMap((variant) =>
    ['outage', 'energised'].map((state) => {
      const found = points.find((one) => one['record_variant'] === variant && one.outage_state === state);
      if (found === undefined) throw new Error(`the sample has ${variant} ${state}`);
      return found;
    }),
  );
}

function withOneContact(points: SamplePoint[]): SamplePoint[] {
  const having = (phone: string): SamplePoint[] => points.filter((one) => one.contact_phone === phone);
  const [first] = points.filter((one) => having(one.contact_phone).length > 1);
  return first === undefined ? [] : having(first.contact_phone);
}
