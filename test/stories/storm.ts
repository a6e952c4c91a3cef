import { Operator, Person, Terminal, type Answer } from './actors.js';

type Json = Record<string, unknown>;

const HOUR = 3_600_000;

export interface Nomination {
  id: string;
  results: { person_id: string; verdict: string; code?: string }[];
}

/** Throws unless the answer has the status; what it says is part of the message. */
export function expectStatus<T>(answer: Answer<T>, status: number): T {
  if (answer.status !== status)
    throw new Error(`${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** The acts of a disaster, as the people of the demonstration do them. Times are counted from `now`. */
export class Storm {
  private serial = 0;

  constructor(
    readonly url: string,
    readonly now: () => number = Date.now,
  ) {}

  person(id: string): Promise<Person> {
    return new Person(this.url, id).signIn();
  }

  in(hours: number): string {
    return new Date(this.now() + hours * HOUR).toISOString();
  }

  declarationBody(more: Json = {}): Json {
    return {
      name: '台風24号',
      hazard_types: ['暴風'],
      target_area: ['272035'],
      posture_level: '非常災害対策本部',
      legal_basis: '防災業務計画 第3章',
      necessity_statement: '停電戸数が多く、自社の窓口だけではすべての電話に応えられないため。',
      expected_end_at: this.in(12),
      is_drill: false,
      ...more,
    };
  }

  async declare(by: Person, more: Json = {}): Promise<Json & { id: string }> {
    return expectStatus(
      await by.post<Json & { id: string }>('/api/v1/declarations', this.declarationBody(more)),
      201,
    );
  }

  /** Declared by hq-1, confirmed by hq-2. */
  async declared(more: Json = {}): Promise<Json & { id: string }> {
    const declaration = await this.declare(await this.person('hq-1'), more);
    const confirmer = await this.person('hq-2');
    return expectStatus(
      await confirmer.post<Json & { id: string }>(`/api/v1/declarations/${declaration.id}/confirm`),
      200,
    );
  }

  callBody(more: Json = {}): Json {
    return {
      organizations: [
        { organization_id: 'retailer-a', seats: 40 },
        { organization_id: 'retailer-b', seats: 20 },
      ],
      field_profile: 'outage-call',
      response_pattern: 1,
      necessity: '受電が自社の応答能力を超えており、ほかに応じる手段がないため。',
      capacity_evidence: '呼量 4,200件/時、応答率 38%',
      alternatives_tried: ['自社の増席', '自動応答'],
      shift_hours_max: 8,
      ...more,
    };
  }

  async called(declarationId: string, more: Json = {}): Promise<Json & { id: string }> {
    const hq = await this.person('hq-1');
    const path = `/api/v1/declarations/${declarationId}/support-calls`;
    return expectStatus(await hq.post<Json & { id: string }>(path, this.callBody(more)), 201);
  }

  async nominated(
    callId: string,
    people: string[],
    more: Json = {},
    supervisorId = 'supervisor-a',
  ): Promise<Nomination> {
    const supervisor = await this.person(supervisorId);
    const body = { people, ends_at: this.in(4), note: '夜間班', ...more };
    return expectStatus(
      await supervisor.post<Nomination>(`/api/v1/support-calls/${callId}/nominations`, body),
      201,
    );
  }

  async approved(nominationId: string, by = 'hq-2'): Promise<{ id: string; person_id: string }[]> {
    const hq = await this.person(by);
    type Approval = { grants: { id: string; person_id: string }[] };
    return expectStatus(await hq.post<Approval>(`/api/v1/nominations/${nominationId}/approve`, {}), 200)
      .grants;
  }

  async acknowledged(person: Person, grantId: string): Promise<Json> {
    const notice = expectStatus(await person.get<{ version: string }>('/api/v1/notice'), 200);
    const body = { notice_version: notice.version };
    return expectStatus(await person.post(`/api/v1/grants/${grantId}/acknowledge`, body), 200);
  }

  /** A terminal of an organization, enrolled by two officers. */
  async enrolled(organization = 'retailer-a'): Promise<{ terminal: Terminal; id: string }> {
    const terminal = new Terminal(this.now);
    this.serial += 1;
    const body = {
      serial: `PC-${process.pid}-${this.now()}-${this.serial}`,
      organization_id: organization,
      custodian_person_id: organization === 'retailer-a' ? 'supervisor-a' : 'supervisor-b',
      room: 'osaka-support-1',
      jwk: terminal.jwk,
    };
    const proposer = await this.person('officer-1');
    const { change_id: change } = expectStatus(await proposer.post('/api/v1/terminals', body), 202);
    const confirmer = await this.person('officer-2');
    const confirmed = expectStatus(await confirmer.post(`/api/v1/changes/${String(change)}/confirm`), 200);
    return { terminal, id: (confirmed as { resource: { id: string } }).resource.id };
  }

  /** From nothing to an operator with a credential in the given declaration. */
  async operator(
    personId: string,
    declarationId: string,
  ): Promise<{ operator: Operator; grantId: string; terminalId: string }> {
    const organization = personId.startsWith('operator-a') ? 'retailer-a' : 'retailer-b';
    const call = await this.called(declarationId);
    const supervisor = organization === 'retailer-a' ? 'supervisor-a' : 'supervisor-b';
    const nomination = await this.nominated(call.id, [personId], {}, supervisor);
    const [grant] = await this.approved(nomination.id);
    if (!grant) throw new Error(`no grant for ${personId}: ${JSON.stringify(nomination.results)}`);
    const { terminal, id: terminalId } = await this.enrolled(organization);
    const operator = new Operator(await this.person(personId), terminal);
    await this.acknowledged(operator.person, grant.id);
    expectStatus(await operator.credential(grant.id), 200);
    return { operator, grantId: grant.id, terminalId };
  }
}

/** A supply point of the sample wheeling system, as it lies there in the clear. */
export type SamplePoint = Json & {
  supply_point_id: string;
  contact_phone: string;
  contract_holder_name: string;
  meter_number: string;
  supply_address: string;
  outage_state: string;
};

export async function samplePoints(
  wheelingUrl: string,
  municipality = '272035',
  limit = 100,
): Promise<SamplePoint[]> {
  const response = await fetch(
    `${wheelingUrl}/supply-points?municipality_code=${municipality}&limit=${limit}`,
  );
  return ((await response.json()) as { items: SamplePoint[] }).items;
}
