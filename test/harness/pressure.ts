import { randomUUID } from 'node:crypto';
import type { Operator } from '../stories/actors.js';
import { send } from '../stories/actors.js';
import type { SamplePoint } from '../stories/storm.js';

const RESOURCE_SERVER = `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}`;

/** An operator with a live grant, as the decisions press with it. */
export interface Pressed {
  operator: Operator;
  grantId: string;
}

export interface PressedAnswer {
  grantId: string;
  isPermit: boolean;
  /** The refusal's code, or the status of what is neither a permit nor a refusal. */
  code: string | undefined;
  /** Asked after the ending had been answered. */
  isAskedAfter: boolean;
}

type Ask = (pressed: Pressed, at: string) => Promise<Omit<PressedAnswer, 'isAskedAfter'>>;

/** A resource server's decision, with everything stated that it needs. */
export async function evaluate(
  { operator, grantId }: Pressed,
  at: string,
): Promise<Omit<PressedAnswer, 'isAskedAfter'>> {
  const answer = await send<{ decision?: boolean; context?: { reason: { code: string } | null } }>(
    `${at}/access/v1/evaluation`,
    'POST',
    evaluationBody(operator.token ?? ''),
    { authorization: RESOURCE_SERVER },
  );
  const code = answer.status === 200 ? answer.body.context?.reason?.code : String(answer.status);
  return { grantId, isPermit: answer.body.decision === true, code };
}

export function evaluationBody(token: string): object {
  return {
    subject: { type: 'access_token', id: token },
    action: { name: 'view' },
    resource: {
      type: 'supply_point',
      id: '9900000000000000000001',
      properties: { fields: ['outage_state'], municipality_code: '272035', outage_state: 'outage' },
    },
    context: {
      call: { id: `call-${randomUUID()}`, direction: 'inbound', started_at: '2026-11-23T12:31:00+09:00' },
      purpose: 'outage_enquiry',
    },
  };
}

/** A lookup with everything between: proof, first decision, the wheeling system, second decision. */
export function lookup(point: SamplePoint): Ask {
  return async ({ operator, grantId }, at) => {
    const body = {
      call: { id: `call-${randomUUID()}`, direction: 'inbound', started_at: new Date().toISOString() },
      purpose: 'outage_enquiry',
      search: {
        supply_point_id: point.supply_point_id,
        second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
      },
    };
    const answer = await operator.data<{ outcome?: string; code?: string }>('/api/v1/lookups', body, at);
    return { grantId, isPermit: answer.body.outcome === 'found', code: answer.body.code };
  };
}

/** Connections that ask, and ask again as soon as they are answered, spread over the instances. */
export class Pressure {
  readonly answers: PressedAnswer[] = [];
  private hasEnded = false;
  private isOver = false;
  private readonly loops: Promise<void>[];
  private waiting: { isReached: () => boolean; resolve: () => void; reject: (error: unknown) => void }[] = [];

  constructor(
    private readonly addresses: string[],
    private readonly pressed: Pressed[],
    connections: number,
    /** Which question the n-th connection asks. */
    askOf: (n: number) => Ask,
  ) {
    this.loops = Array.from({ length: connections }, (_, n) => this.press(n, askOf(n)));
  }

  /** Resolves when each of the grants has had so many permits; an answer that is none at all fails it. */
  permitted(each: number, grants = this.pressed.map((one) => one.grantId)): Promise<void> {
    const count = (id: string): number =>
      this.answers.filter((one) => one.grantId === id && one.isPermit).length;
    return this.until(() => grants.every((id) => count(id) >= each));
  }

  /** From here on the ending is known to have been answered. */
  ended(): void {
    this.hasEnded = true;
  }

  /** Resolves when so many questions were answered that were asked after the end. */
  async askedAfter(count: number): Promise<void> {
    await this.until(() => this.answers.filter((one) => one.isAskedAfter).length >= count);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.loops);
  }

  private until(isReached: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.push({ isReached, resolve, reject }));
  }

  private async press(n: number, ask: Ask): Promise<void> {
    const address = this.addresses[n % this.addresses.length] ?? '';
    for (let turn = n; !this.isOver; turn += 1) {
      const pressed = this.pressed[turn % this.pressed.length];
      if (!pressed) return;
      const isAskedAfter = this.hasEnded;
      try {
        this.answers.push({ ...(await ask(pressed, address)), isAskedAfter });
        this.wake();
      } catch (error) {
        this.isOver = true;
        for (const one of this.waiting.splice(0)) one.reject(error);
      }
    }
  }

  private wake(): void {
    this.waiting = this.waiting.filter((one) => {
      const isReached = one.isReached();
      if (isReached) one.resolve();
      return !isReached;
    });
  }
}
