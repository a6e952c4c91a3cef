import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import type { Database, GateStance, Tx } from './database.js';

const IS_LEFT = `
  insert into idempotency (person_id, route, key, body_hash, created_at) values ($1, $2, $3, $4, $5)
  on conflict (person_id, route, key) do update
    set body_hash = excluded.body_hash, created_at = excluded.created_at, answer = null
    where idempotency.created_at < $5::timestamptz - interval '24 hours'`;
const EARLIER = `select body_hash, answer from idempotency where person_id = $1 and route = $2 and key = $3`;
const ANSWERED = `${EARLIER} and created_at >= broker_now() - interval '24 hours'`;
const KEEP = `update idempotency set answer = $4 where person_id = $1 and route = $2 and key = $3`;

/**
 * One change by a person: a transaction that happens once for one Idempotency-Key. The key is claimed,
 * the work done and the answer kept in the same transaction, so a crash leaves either all or nothing;
 * a second request with the key waits for the first and gets its answer.
 */
export async function changeOnce<T>(
  database: Database,
  caller: Caller,
  stance: GateStance,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const { once, personId } = caller;
  if (once === undefined) return database.transaction(stance, work);
  const name = [personId, once.route, once.key];
  return database.transaction(stance, async (tx) => {
    const claimed = await tx.change(IS_LEFT, [...name, once.bodyHash, tx.now]);
    if (claimed === 0) return answerOf<T>(await tx.one<Earlier>(EARLIER, name), once.bodyHash);
    const answer = await work(tx);
    if (answer !== undefined) await tx.change(KEEP, [...name, JSON.stringify(answer)]);
    return answer;
  });
}

/**
 * For work that is long before its transaction: what this very request was answered already; undefined when it is new,
 * or its first telling is still under way. Error: `idempotency_conflict`.
 */
export async function answeredBefore<T>(
  database: Database,
  { once, personId }: Caller,
): Promise<T | undefined> {
  if (once === undefined) return undefined;
  const earlier = await database.one<Earlier>(ANSWERED, [personId, once.route, once.key]);
  return earlier && answerOf<T>(earlier, once.bodyHash);
}

interface Earlier {
  body_hash: Buffer;
  answer: string | null;
}

function answerOf<T>(earlier: Earlier | undefined, bodyHash: Buffer): T {
  if (!earlier?.body_hash.equals(bodyHash)) throw new DomainError('idempotency_conflict');
  return (earlier.answer === null ? undefined : JSON.parse(earlier.answer)) as T;
}
