import { expectStatus, type Storm } from '../stories/storm.js';

const DAY = 24 * 3_600_000;
/** The most that one staff feed, or one nomination, takes. */
export const AT_ONCE = 2_000;

/** Operators of `retailer-b` who did not exist before, by the staff feed as officers send it: their rows stand in the ledger. */
export async function hired(storm: Storm, ids: readonly string[]): Promise<void> {
  const at = (days: number): string => new Date(Date.now() + days * DAY).toISOString();
  const facts = {
    role: 'operator',
    employment: 'employee',
    duty: 'call_response',
    training_for: 'employee',
    training_content_version: '2026-1',
    training_completed_at: at(-30),
    training_valid_until: at(300),
    pledged_at: at(-30),
    pledge_version: '2026-1',
    recertified_until: at(80),
  };
  for (const some of inPieces(ids)) {
    const people = some.map((id) => ({ id, natural_person_key: `np-${id}`, name: `計測 ${id}`, ...facts }));
    const [proposer, confirmer] = [await storm.person('officer-1'), await storm.person('officer-2')];
    const proposed = await proposer.post('/api/v1/people', { organization_id: 'retailer-b', people });
    const { change_id: change } = expectStatus(proposed, 202);
    expectStatus(await confirmer.post(`/api/v1/changes/${String(change)}/confirm`), 200);
  }
}

export function inPieces<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / AT_ONCE) }, (_, n) =>
    items.slice(n * AT_ONCE, (n + 1) * AT_ONCE),
  );
}
