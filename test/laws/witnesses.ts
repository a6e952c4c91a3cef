import { randomUUID } from 'node:crypto';
import type { Broker } from '../harness/broker.js';
import { send, type Answer, type LookupBody, type Operator } from '../stories/actors.js';
import { expectStatus, samplePoints, type SamplePoint, type Storm } from '../stories/storm.js';

const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };

export interface EvaluationBody {
  decision: boolean;
  context: {
    record_id: string | null;
    fields: { field: string; mode: string }[];
    reason: { code: string } | null;
  };
}

/** The resource server of the demonstration, which asks the broker by the standards. */
export class ResourceServer {
  constructor(private readonly url: string) {}

  introspect(token: string): Promise<Answer<{ active: boolean }>> {
    return send(`${this.url}/oauth/introspect`, 'POST', { token }, BASIC);
  }

  revoke(token: string): Promise<Answer> {
    return send(`${this.url}/oauth/revoke`, 'POST', { token }, BASIC);
  }

  evaluate(
    token: string,
    point: SamplePoint,
    fields = ['outage_state'],
    action = 'view',
  ): Promise<Answer<EvaluationBody>> {
    const properties = { fields, municipality_code: '272035', outage_state: point.outage_state };
    return this.evaluateRaw({
      subject: { type: 'access_token', id: token },
      action: { name: action },
      resource: { type: 'supply_point', id: point.supply_point_id, properties },
      context: {
        call: { id: `call-${randomUUID()}`, direction: 'inbound', started_at: '2026-11-23T12:31:00+09:00' },
        purpose: 'outage_enquiry',
      },
    });
  }

  evaluateRaw<T = EvaluationBody>(body: unknown): Promise<Answer<T>> {
    return send(`${this.url}/access/v1/evaluation`, 'POST', body, BASIC);
  }
}

/** Points of the declared municipality that are dark, so that every mode of the profile applies. */
export async function darkPoints(broker: Broker, limit = 100): Promise<SamplePoint[]> {
  const points = await samplePoints(broker.wheelingUrl, '272035', limit);
  return points.filter((one) => one.outage_state === 'outage' && Boolean(one.contact_phone));
}

/** By its number and its contact's telephone. */
export function searchOf(point: SamplePoint): object {
  return {
    supply_point_id: point.supply_point_id,
    second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
  };
}

/** The reference of a lookup that found something. */
export function refOf(answer: Answer<LookupBody>): string {
  const ref = expectStatus(answer, 200).results[0]?.ref;
  if (ref === undefined) throw new Error('the lookup found nothing');
  return ref;
}

/** What a refusal is to its caller: status and code. */
export function refusalOf(answer: Answer<object>): [number, unknown] {
  return [answer.status, (answer.body as { code?: string }).code];
}

interface GrantBody {
  live: boolean;
  why_not: string[];
}

export interface Subject {
  operator: Operator;
  grantId: string;
}

/** Everybody who can be asked about a grant: the gate, introspection, evaluation, the grant itself. */
export class Witnesses {
  readonly resourceServer: ResourceServer;

  constructor(
    private readonly storm: Storm,
    private readonly point: SamplePoint,
  ) {
    this.resourceServer = new ResourceServer(storm.url);
  }

  private async hear({ operator, grantId }: Subject): Promise<{
    lookup: Answer<LookupBody>;
    introspection: { active: boolean };
    evaluation: EvaluationBody;
    grant: GrantBody;
  }> {
    const token = operator.token ?? '';
    const auditor = await this.storm.person('auditor-1');
    return {
      lookup: await operator.lookup(searchOf(this.point)),
      introspection: expectStatus(await this.resourceServer.introspect(token), 200),
      evaluation: expectStatus(await this.resourceServer.evaluate(token, this.point), 200),
      grant: expectStatus(await auditor.get<GrantBody>(`/api/v1/grants/${grantId}`), 200),
    };
  }

  /** All of them let the operator through. */
  async sayYes(subject: Subject): Promise<void> {
    const { lookup, introspection, evaluation, grant } = await this.hear(subject);
    expect([lookup.status, refusalOf(lookup)[1] ?? lookup.body.outcome]).toEqual([200, 'found']);
    expect(introspection.active).toBe(true);
    expect([evaluation.decision, evaluation.context.reason]).toEqual([true, null]);
    expect([grant.live, grant.why_not]).toEqual([true, []]);
  }

  /** None does, for the same reason, and none tells anything else. The grant is only asked if it is what ended. */
  async sayNo(subject: Subject, code: string, status = 403, isGrantDead = true): Promise<void> {
    const { lookup, introspection, evaluation, grant } = await this.hear(subject);
    expect(refusalOf(lookup)).toEqual([status, code]);
    expect(JSON.stringify(lookup.body)).not.toContain(this.point.supply_point_id.slice(-6));
    expect(introspection).toEqual({ active: false });
    expect([evaluation.decision, evaluation.context.reason?.code]).toEqual([false, code]);
    expect(evaluation.context.fields).toEqual([]);
    if (isGrantDead) expect([grant.live, grant.why_not[0]]).toEqual([false, code]);
    else expect(grant.live).toBe(true);
  }
}
