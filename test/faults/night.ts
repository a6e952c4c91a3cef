import type { Answer, LookupBody, Operator } from '../stories/actors.js';
import { evaluationBody } from '../harness/pressure.js';
import { send } from '../stories/actors.js';
import { expectStatus, Storm, type SamplePoint } from '../stories/storm.js';
import type { Fleet } from './fleet.js';
import type { People } from './people.js';
import type { Witness } from './witness.js';

const BASIC = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };

export const STAFF = ['hq-1', 'hq-2', 'hq-3', 'officer-1', 'officer-2', 'supervisor-a', 'supervisor-b'];

interface Given {
  id: string;
  person_id: string;
}

/** A grant in somebody's hands. */
export interface Held {
  grantId: string;
  declarationId: string;
  operator: Operator;
}

const foundIn = ({ status, body }: Answer<LookupBody>): string | undefined =>
  status === 200 && body.outcome === 'found' ? body.record_id : undefined;

/** The acts of one declaration from its beginning to its end, each said until it is answered. */
export class Night {
  private readonly storm: Storm;

  constructor(
    private readonly fleet: Fleet,
    readonly people: People,
    readonly witness: Witness,
    private readonly points: readonly SamplePoint[],
  ) {
    this.storm = new Storm(fleet.publicUrl);
  }

  /** Declared by one, confirmed by another. */
  async declared(): Promise<string> {
    const { people, witness, storm } = this;
    type Named = { id: string };
    const declared = await witness.change<Named>(people.person('hq-1'), '/api/v1/declarations', storm.declarationBody()); // prettier-ignore
    const { id } = expectStatus(declared, 201);
    expectStatus(await witness.change(people.person('hq-2'), `/api/v1/declarations/${id}/confirm`), 200);
    return id;
  }

  /** → the declaration, and a grant with a credential for each of them. */
  async opened(operatorIds: string[]): Promise<{ declarationId: string; held: Held[] }> {
    const { people, witness, storm } = this;
    const [first, second] = [people.person('hq-1'), people.person('hq-2')];
    type Named = { id: string };
    const declarationId = await this.declared();
    const callPath = `/api/v1/declarations/${declarationId}/support-calls`;
    const call = expectStatus(await witness.change<Named>(first, callPath, storm.callBody()), 201);
    const nominate = `/api/v1/support-calls/${call.id}/nominations`;
    const body = { people: operatorIds, ends_at: storm.in(4), note: '夜間班' };
    const nomination = expectStatus(await witness.change<Named>(people.person('supervisor-a'), nominate, body), 201); // prettier-ignore
    const approve = `/api/v1/nominations/${nomination.id}/approve`;
    const { grants } = expectStatus(await witness.change<{ grants: Given[] }>(second, approve), 200);
    const held = grants.map((one) => ({ grantId: one.id, declarationId, operator: people.operator(one.person_id) })); // prettier-ignore
    for (const one of held) await this.credentialed(one);
    return { declarationId, held };
  }

  /** Acknowledges and fetches a credential. */
  async credentialed({ grantId, operator }: Held): Promise<void> {
    const { witness } = this;
    const notice = expectStatus(await witness.insistent(() => operator.person.get<{ version: string }>('/api/v1/notice')), 200); // prettier-ignore
    const body = { notice_version: notice.version };
    expectStatus(await witness.change(operator.person, `/api/v1/grants/${grantId}/acknowledge`, body), 200);
    await this.renew({ grantId, operator });
  }

  async renew({ grantId, operator }: Pick<Held, 'grantId' | 'operator'>): Promise<void> {
    const issued = await this.witness.insistent(() => operator.credential(grantId, this.fleet.publicUrl));
    expectStatus(issued, 200);
  }

  /** A lookup at one of the instances, of a point that is dark. */
  async lookup({ grantId, operator }: Held, turn: number, at = this.fleet.next()): Promise<Answer<LookupBody> | undefined> {
    const point = this.points[turn % this.points.length];
    if (!point) throw new Error('there are points');
    const body = {
      call: { id: `call-${grantId}-${turn}`, direction: 'inbound', started_at: new Date().toISOString() },
      purpose: 'outage_enquiry',
      search: {
        supply_point_id: point.supply_point_id,
        second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
      },
    };
    return this.witness.use(grantId, () => operator.data<LookupBody>('/api/v1/lookups', body, at), foundIn);
  } // prettier-ignore

  async evaluate({ grantId, operator }: Held, at = this.fleet.next()): Promise<void> {
    type Evaluated = { decision?: boolean; context?: { record_id?: string } };
    const body = evaluationBody(operator.token ?? '');
    await this.witness.use(
      grantId,
      () => send<Evaluated>(`${at}/access/v1/evaluation`, 'POST', body, BASIC),
      (answer) => (answer.body.decision === true ? answer.body.context?.record_id : undefined),
    );
  }

  /** Match and reveal on what a lookup found. */
  async closer(held: Held, found: Answer<LookupBody> | undefined): Promise<void> {
    const ref = found?.status === 200 ? found.body.results[0]?.ref : undefined;
    if (ref === undefined) return;
    type Used = { record_id?: string };
    const used = ({ status, body }: Answer<Used>): string | undefined => (status === 200 ? body.record_id : undefined); // prettier-ignore
    const { operator, grantId } = held;
    const path = `/api/v1/lookups/${ref}`;
    const match = { field: 'contract_holder_name', value: 'みなと電気' };
    const reveal = { field: 'contact_phone', reason: '折り返しの連絡のため' };
    await this.witness.use(
      grantId,
      () => operator.data<Used>(`${path}/match`, match, this.fleet.next()),
      used,
    );
    await this.witness.use(grantId, () => operator.data<Used>(`${path}/reveal`, reveal, this.fleet.next()), used); // prettier-ignore
  }

  /** Every operation once: from the declaration, by uses, suspension, extension and revocation, to the lift; and asks again after it. */
  async whole(operatorIds: [string, string], turn: number): Promise<void> {
    const { people, witness, storm } = this;
    const [hq1, hq2, hq3] = [people.person('hq-1'), people.person('hq-2'), people.person('hq-3')];
    const { declarationId, held } = await this.opened(operatorIds);
    const [one, other] = held;
    if (!one || !other) throw new Error('both were approved');
    await this.closer(one, await this.lookup(one, turn));
    await this.evaluate(other);
    const reason = { reason: '確認のため' };
    expectStatus(await witness.change(hq3, `/api/v1/grants/${one.grantId}/suspend`, reason), 200);
    await this.lookup(one, turn);
    expectStatus(await witness.change(hq1, `/api/v1/grants/${one.grantId}/resume`, reason), 200);
    await this.credentialed(one);
    await this.lookup(one, turn);
    const longer = { hard_end_at: storm.in(20), reason: '停電が続くため', outage_households: 12_000 };
    type Proposed = { change_id: string };
    const { change_id: change } = expectStatus(await witness.change<Proposed>(hq1, `/api/v1/declarations/${declarationId}/extend`, longer), 202); // prettier-ignore
    expectStatus(await witness.change(hq2, `/api/v1/changes/${change}/confirm`), 200);
    await witness.ending(hq3, `/api/v1/grants/${one.grantId}/revoke`, {
      grantId: one.grantId,
      declarationId,
    });
    await this.lookup(one, turn);
    await this.lookup(other, turn + 1);
    await this.lifted(declarationId);
    for (const at of this.fleet.addresses) await this.lookup(other, turn + 2, at);
  }

  async lifted(declarationId: string, patience: { isOwed?: boolean; patienceMs?: number } = {}): Promise<void> {
    const path = `/api/v1/declarations/${declarationId}/lift`;
    await this.witness.ending(this.people.person('hq-3'), path, { grantId: null, declarationId }, patience);
  } // prettier-ignore
}
