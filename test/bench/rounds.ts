import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { evaluationBody } from '../harness/pressure.js';
import { Operator, Person } from '../stories/actors.js';
import { expectStatus, type Storm } from '../stories/storm.js';
import { press, render, targetOf, type LoadResult } from './load.js';
import { hired, inPieces } from './people.js';

/** More than connections: two batches that number the uses of one grant would wait for each other. */
const PRESSING = Array.from({ length: 96 }, (_, n) => `busy-${n + 1}`);
const IDLE = Array.from({ length: 5_000 }, (_, n) => `idle-${n + 1}`);

/** The order of the ledger, kept whatever the sequencer takes. */
const GROUND = `
  create table kept_order (id bigint, record_id text);
  create function keep_order() returns trigger language plpgsql security definer as $$
  begin insert into kept_order select id, record_id from added; return null; end $$;
  create trigger pending_order after insert on pending referencing new table as added
    for each statement execute function keep_order()`;

const AFTER = `
  with entry as (select o.id as place, r.* from kept_order o join record r on r.id = o.record_id),
       ending as (select place, at from entry
                   where type = $2 and declaration_id = $1 order by place desc limit 1)
  select count(*)::integer as n from entry as use, ending
   where use.declaration_id = $1 and use.decision = 'permit' and ($3::text is null or use.grant_id = $3)
     and (use.place > ending.place or use.at > ending.at)`;

export interface Round {
  /** A plain read at the same moment: what the machine and the queue at the service cost, without any lock. */
  readMs: number;
  revokeMs: number;
  liftMs: number;
  after: number;
  decisionsPerSecond: number;
  decisionP50Ms: number;
  permitted: number;
}

/** How much of everything there is. */
export interface Size {
  /** People who press, each with a grant. */
  pressing: number;
  /** Live grants beside theirs. */
  idle: number;
  connections: number;
}

const SECONDS = 2;

/** One round: a declaration, its people at work under load, one revoked, then all lifted. */
export class Rounds {
  private readonly operators: Operator[] = [];

  constructor(
    private readonly storm: Storm,
    private readonly addresses: string[],
    private readonly owner: Client,
  ) {}

  async prepare(mostIdle: number): Promise<void> {
    await this.owner.query(GROUND);
    await hired(this.storm, [...PRESSING, ...IDLE.slice(0, mostIdle)]);
    for (const id of PRESSING) {
      const { terminal } = await this.storm.enrolled('retailer-b');
      this.operators.push(new Operator(await this.storm.person(id), terminal));
    }
  }

  async run(n: number, size: Size): Promise<Round> {
    const declaration = await this.storm.declared();
    const people = PRESSING.slice(0, size.pressing);
    const seats = people.length + size.idle;
    const organizations = [{ organization_id: 'retailer-b', seats }];
    const call = await this.storm.called(declaration.id, { organizations });
    const nomination = await this.storm.nominated(call.id, people, {}, 'supervisor-b');
    const grants = await this.storm.approved(nomination.id);
    for (const some of inPieces(IDLE.slice(0, size.idle))) {
      const { id } = await this.storm.nominated(call.id, some, {}, 'supervisor-b');
      await this.storm.approved(id);
    }
    const operators = this.operators.slice(0, size.pressing);
    for (const operator of operators) {
      const grant = grants.find((one) => one.person_id === operator.person.id);
      if (!grant) throw new Error(`no grant for ${operator.person.id}`);
      await this.storm.acknowledged(operator.person, grant.id);
      expectStatus(await operator.credential(grant.id), 200);
    }
    const [first] = grants;
    if (!first) throw new Error('granted');

    // The ending comes through another instance each time.
    const hq = await new Person(this.addresses[n % this.addresses.length] ?? '', 'hq-3').signIn();
    const loads = this.addresses.map((address, index) => this.press(address, index, operators, size));
    await pause(700);
    const readMs = await timed(() => hq.get(`/api/v1/declarations/${declaration.id}`));
    const revokeMs = await timed(() => hq.post(`/api/v1/grants/${first.id}/revoke`, { reason: '計測' }));
    await pause(500);
    const liftMs = await timed(() =>
      hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '計測' }),
    );
    const results = await Promise.all(loads);
    const after =
      (await this.usesAfter(declaration.id, 'grant.revoked', first.id)) +
      (await this.usesAfter(declaration.id, 'declaration.lifted', null));
    return {
      readMs,
      revokeMs,
      liftMs,
      after,
      decisionsPerSecond: sum(results, (one) => one.perSecond),
      decisionP50Ms: Math.max(...results.map((one) => one.p50)),
      permitted: sum(results, (one) => one.permitted),
    };
  }

  private press(
    address: string,
    index: number,
    operators: readonly Operator[],
    { connections }: Size,
  ): Promise<LoadResult> {
    const { length } = this.addresses;
    const share = Math.floor((connections + index) / length);
    const authorization = `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}`;
    const own = operators.filter((_, n) => n % length === index);
    const requests = own.map((operator) =>
      render({
        url: `${address}/access/v1/evaluation`,
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify(evaluationBody(operator.token ?? '')),
      }),
    );
    return press({
      ...targetOf(address),
      connections: share,
      seconds: SECONDS,
      requests,
      isOnce: false,
      permittedBy: '"decision":true',
    });
  }

  private async usesAfter(declarationId: string, ending: string, grantId: string | null): Promise<number> {
    const { rows } = await this.owner.query<{ n: number }>(AFTER, [declarationId, ending, grantId]);
    return rows[0]?.n ?? Number.NaN;
  }
}

async function timed(work: () => Promise<{ status: number; body: object }>): Promise<number> {
  const begun = performance.now();
  expectStatus((await work()) as never, 200);
  return performance.now() - begun;
}

export const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
