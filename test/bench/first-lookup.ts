import { expectStatus, Storm } from '../stories/storm.js';
import type { Ground } from './ground.js';

/**
 * From the declaration to the first answer, every call made one after the other: declare, confirm, call, nominate,
 * approve, enrol a terminal (two officers), acknowledge, credential, lookup, and everybody's sign-in. → ms of each run
 */
export async function firstLookups(ground: Ground, times: number): Promise<number[]> {
  const storm = new Storm(ground.url);
  const response = await fetch(
    `${ground.wheelingUrl}/supply-points?municipality_code=272035&outage_state=outage&limit=1`,
  );
  const { items } = (await response.json()) as {
    items: { supply_point_id: string; contact_phone: string }[];
  };
  const [point] = items;
  if (!point) throw new Error('the sample has points in outage');
  const search = {
    supply_point_id: point.supply_point_id,
    second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
  };
  const took: number[] = [];
  for (let run = 1; run <= times; run += 1) {
    const begun = performance.now();
    const declaration = await storm.declared();
    const { operator } = await storm.operator(`operator-a-${String(run).padStart(2, '0')}`, declaration.id);
    const { outcome } = expectStatus(await operator.lookup(search), 200);
    if (outcome !== 'found') throw new Error('the point is in the area');
    took.push(performance.now() - begun);
  }
  return took;
}
