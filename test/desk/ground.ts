import { Broker } from '../harness/broker.js';
import type { Answer, Operator } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { fits } from '../api/fits.js';

export interface Uses {
  /** Records of permitted lookups by the operator of retailer-a, of all kinds of customers. */
  found: string[];
  match: string;
  refused: string;
  points: SamplePoint[];
}

/** A disaster with an operator at work, whom an auditor looks at afterwards. */
export class DeskGround {
  private constructor(
    readonly broker: Broker,
    readonly declarationId: string,
    readonly grantId: string,
    readonly terminalId: string,
    readonly uses: Uses,
  ) {}

  static async start(): Promise<DeskGround> {
    const broker = await Broker.start();
    const declaration = await broker.storm.declared();
    const made = await broker.storm.operator('operator-a-01', declaration.id);
    const uses = await worked(broker, made.operator);
    return new DeskGround(broker, declaration.id, made.grantId, made.terminalId, uses);
  }

  /** A page of the desk as the auditor sees it, in its documented shape. */
  async page<T = Record<string, unknown>>(path: string, route: string, by = 'auditor-1'): Promise<T> {
    const person = await this.broker.storm.person(by);
    return fits(await person.get<T>(`/api/v1/desk/${path}`), 200, `GET /api/v1/desk/${route}`);
  }

  async asked(path: string, by = 'auditor-1'): Promise<Answer> {
    return (await this.broker.storm.person(by)).get(`/api/v1/desk/${path}`);
  }

  async lift(): Promise<void> {
    const hq = await this.broker.storm.person('hq-1');
    const path = `/api/v1/declarations/${this.declarationId}/lift`;
    expectStatus(await hq.post(path, { reason: '復旧が完了したため' }), 200);
  }
}

async function worked(broker: Broker, operator: Operator): Promise<Uses> {
  const all = await samplePoints(broker.wheelingUrl);
  const points = all.filter((one) => one.outage_state === 'outage').slice(0, 12);
  const found: string[] = [];
  let ref = '';
  for (const point of points) {
    const factor = { contact_phone_last4: point.contact_phone.slice(-4) };
    const search = { supply_point_id: point.supply_point_id, second_factor: factor };
    const answer = expectStatus(await operator.lookup(search), 200);
    found.push(answer.record_id);
    ref = answer.results[0]?.ref ?? '';
  }
  const last = points.at(-1);
  const match = expectStatus(await operator.match(ref, 'meter_number', String(last?.meter_number)), 200);
  const refusal = await operator.match(ref, 'retailer_name', 'x');
  return {
    found,
    match: match.record_id,
    refused: String((refusal.body as Record<string, unknown>)['record_id']),
    points,
  };
}
