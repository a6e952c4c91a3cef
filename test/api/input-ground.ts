import { ACCESS_TABLE, type RouteAccess } from '../../src/contract/access-table.js';
import type { Role } from '../../src/contract/caller.js';
import { Broker, type BrokerOptions } from '../harness/broker.js';
import { send, type Answer, type Operator, type Person } from '../stories/actors.js';
import { samplePoints, type SamplePoint } from '../stories/storm.js';
import { checkedInText, operationOf, type ApiDocument } from './openapi-schema.js';

export const document = JSON.parse(checkedInText()) as ApiDocument;
export const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };
const PERSON: Record<Role, string> = {
  headquarters: 'hq-1',
  officer: 'officer-1',
  compliance_officer: 'compliance-1',
  supervisor: 'supervisor-a',
  operator: 'operator-a-01',
  auditor: 'auditor-1',
  regulator: 'regulator-1',
};
export const named = ({ method, path }: RouteAccess): string => `${method} ${path}`;
export const somewhere = (path: string): string => path.replaceAll(/:(\w+)/g, 'xx_nowhere');
/** The routes that read a JSON body strictly, with its documented schema and example. */
export const withBody = ACCESS_TABLE.flatMap((access) => {
  const content = operationOf(document, access.method, access.path).requestBody?.content ?? {};
  const media = content['application/json'];
  return media && !access.path.startsWith('/access/') ? [{ access, media }] : [];
});

/** Somebody for each role, an operator with a credential, and a point in outage: whoever sends hostile input is let in. */
export class InputGround {
  private constructor(
    readonly broker: Broker,
    readonly operator: Operator,
    readonly point: SamplePoint,
    readonly declarationId: string,
    private readonly people: ReadonlyMap<Role, Person>,
  ) {}

  static async start(options: BrokerOptions = {}): Promise<InputGround> {
    const broker = await Broker.start(options);
    const people = new Map<Role, Person>();
    for (const [role, id] of Object.entries(PERSON)) people.set(role as Role, await broker.storm.person(id));
    const declaration = await broker.storm.declared();
    const { operator } = await broker.storm.operator('operator-a-01', declaration.id);
    const found = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
    if (!found) throw new Error('the sample has points in outage');
    return new InputGround(broker, operator, found, declaration.id, people);
  }

  /** Lines about failures that are nobody's but ours: there are none, whatever was sent. */
  get defects(): string[] {
    return this.broker.log.lines.filter((line) => line.includes('internal_error'));
  }

  /** Sends as somebody whom the route lets in, so that what is refused is the input. */
  sendAs(
    access: RouteAccess,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const { operator, broker } = this;
    if (access.entry === 'terminal') {
      const token = operator.token ?? '';
      const proof = operator.terminal.proof('POST', `${broker.url}${path}`, token);
      const terminal = { authorization: `DPoP ${token}`, dpop: proof };
      return send(`${broker.url}${path}`, 'POST', body, { ...terminal, ...headers });
    }
    if (access.entry !== 'person')
      return send(`${broker.url}${path}`, access.method, body, { ...BASIC, ...headers });
    const [role = 'headquarters'] = access.roles;
    const person = this.people.get(role);
    if (!person) throw new Error(`nobody is ${role}`);
    return person.call(access.method, path, body, headers);
  }
}
