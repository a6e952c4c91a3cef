import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { evaluationBody } from '../harness/pressure.js';
import { Operator, Person } from '../stories/actors.js';
import { expectStatus, Storm } from '../stories/storm.js';
import { Instances } from './instances.js';
import { press, render, targetOf, type LoadResult } from './load.js';

/**
 * How long an ending takes under load, and whether a use stands after it: three services as processes of their
 * own, 64 connections, thousands of live grants. Each round revokes one grant and then lifts the declaration.
 * `node dist/test/bench/endings.js [--rounds 20]`
 */
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, live: { type: 'string', default: '5000' } },
});
const ROUNDS = Number(options.rounds);
const LIVE_GRANTS = Number(options.live);
const INSTANCES = 3;
const CONNECTIONS = 64;
const SECONDS = 2;
/** More than connections: two batches that number the uses of one grant would wait for each other. */
const OPERATORS = Array.from({ length: 96 }, (_, n) => `busy-${n + 1}`);

/** People who press, people for the grants that nobody uses, and the order of the ledger, kept whatever the sequencer takes. */
const GROUND = `
  insert into person (id, organization_id, organization_kind, natural_person_key, role, name, employment,
                      training_for, training_valid_until, pledged_at, pledge_version, recertified_until)
  select id, 'retailer-b', 'retailer', 'np-' || id, 'operator', '計測', 'employee',
         'employee', broker_now() + interval '300 days', broker_now() - interval '1 day', '2026-1', broker_now() + interval '80 days'
    from (select 'busy-' || n from generate_series(1, ${OPERATORS.length}) as n
          union all select 'idle-' || n from generate_series(1, ${LIVE_GRANTS}) as n) as named (id);
  create table kept_order (id bigint, record_id text);
  create function keep_order() returns trigger language plpgsql security definer as $$
  begin insert into kept_order select id, record_id from added; return null; end $$;
  create trigger pending_order after insert on pending referencing new table as added
    for each statement execute function keep_order()`;

const LIVE = `
  insert into access_grant (id, nomination_id, support_call_id, declaration_id, person_id, natural_person_key,
    organization_id, field_profile_id, is_drill, starts_at, ends_at, nominated_by, approved_by, approved_at,
    acknowledged_at, notice_version)
  select 'gr_' || left(md5(g.id || n), 16), g.nomination_id, g.support_call_id, g.declaration_id, 'idle-' || n,
         'np-idle-' || n, 'retailer-b', g.field_profile_id, false, g.starts_at, g.ends_at, g.nominated_by,
         g.approved_by, g.approved_at, g.acknowledged_at, g.notice_version
    from access_grant g, generate_series(1, ${LIVE_GRANTS}) as n where g.id = $1`;

const AFTER = `
  with entry as (select o.id as place, r.* from kept_order o join record r on r.id = o.record_id),
       ending as (select place, at from entry
                   where type = $2 and declaration_id = $1 order by place desc limit 1)
  select count(*)::integer as n from entry as use, ending
   where use.declaration_id = $1 and use.decision = 'permit' and ($3::text is null or use.grant_id = $3)
     and (use.place > ending.place or use.at > ending.at)`;

interface Round {
  /** A plain read at the same moment: what the machine and the queue at the service cost, without any lock. */
  readMs: number;
  revokeMs: number;
  liftMs: number;
  after: number;
  decisionsPerSecond: number;
  permitted: number;
}

class Rounds {
  private readonly operators: Operator[] = [];

  constructor(
    private readonly storm: Storm,
    private readonly addresses: string[],
    private readonly owner: Client,
  ) {}

  async prepare(): Promise<void> {
    await this.owner.query(GROUND);
    for (const id of OPERATORS) {
      const { terminal } = await this.storm.enrolled('retailer-b');
      this.operators.push(new Operator(await this.storm.person(id), terminal));
    }
  }

  async run(n: number): Promise<Round> {
    const declaration = await this.storm.declared();
    const organizations = [{ organization_id: 'retailer-b', seats: OPERATORS.length }];
    const call = await this.storm.called(declaration.id, { organizations });
    const nomination = await this.storm.nominated(call.id, OPERATORS, {}, 'supervisor-b');
    const grants = await this.storm.approved(nomination.id);
    for (const operator of this.operators) {
      const grant = grants.find((one) => one.person_id === operator.person.id);
      if (!grant) throw new Error(`no grant for ${operator.person.id}`);
      await this.storm.acknowledged(operator.person, grant.id);
      expectStatus(await operator.credential(grant.id), 200);
    }
    const [first] = grants;
    if (!first) throw new Error('granted');
    await this.owner.query(LIVE, [first.id]);

    // The ending comes through another instance each time.
    const hq = await new Person(this.addresses[n % INSTANCES] ?? '', 'hq-3').signIn();
    const loads = this.addresses.map((address, index) => this.press(address, index));
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
      permitted: sum(results, (one) => one.permitted),
    };
  }

  private press(address: string, index: number): Promise<LoadResult> {
    const share = Math.floor((CONNECTIONS + index) / INSTANCES);
    const authorization = `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}`;
    const own = this.operators.filter((_, n) => n % INSTANCES === index);
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

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

function told(what: string, values: number[]): string {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
  return `${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`;
}

console.error('starting the services');
const instances = await Instances.start(INSTANCES);
const owner = new Client({ connectionString: instances.ownerUrl });
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void instances.stop().finally(() => process.exit(1)));
}
try {
  await owner.connect();
  const rounds = new Rounds(new Storm(instances.addresses[0] ?? ''), instances.addresses, owner);
  console.error('enrolling the operators');
  await rounds.prepare();
  console.error('warming up');
  // The first one warms up: plans, remembered secrets, compiled code.
  await rounds.run(0);
  const results: Round[] = [];
  for (let n = 1; n <= ROUNDS; n += 1) {
    const round = await rounds.run(n);
    results.push(round);
    console.error(
      `round ${n}: read ${round.readMs.toFixed(1)} ms, revoke ${round.revokeMs.toFixed(1)} ms, lift ${round.liftMs.toFixed(1)} ms, ` +
        `${Math.round(round.decisionsPerSecond)} decisions/s, ${round.permitted} permits, ${round.after} after an end`,
    );
  }
  console.log(
    `${ROUNDS} rounds, ${INSTANCES} instances, ${CONNECTIONS} connections, ${LIVE_GRANTS} live grants`,
  );
  const times = (of: (round: Round) => number): number[] => results.map(of);
  console.log(told('a plain read', times((one) => one.readMs))); // prettier-ignore
  console.log(told('revoke', times((one) => one.revokeMs))); // prettier-ignore
  console.log(told('lift', times((one) => one.liftMs))); // prettier-ignore
  const pressing = sum(results, (one) => one.decisionsPerSecond) / results.length;
  console.log(
    `${Math.round(pressing)} decisions/s pressing; ${sum(results, (one) => one.after)} uses after an end`,
  );
} finally {
  await owner.end();
  await instances.stop();
}
