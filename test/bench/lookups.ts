import { send, type Operator } from '../stories/actors.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import type { Crew } from './crew.js';
import { requireRecorded } from './decisions.js';
import type { Ground } from './ground.js';
import { press, render, targetOf, type LoadResult } from './load.js';

const CONNECTIONS = 64;
/** More than can be answered: the round ends by its time. */
const MOST_PER_SECOND = 6_000;
const PATH = '/api/v1/lookups';

/**
 * Lookups with everything: DPoP proof verified and burned, two decisions, a fetch from the wheeling system in
 * between, mask, record. The proofs are made just before the round, since each is good once and for a minute.
 */
export async function pressLookups(ground: Ground, crew: Crew, seconds: number): Promise<LoadResult> {
  const requests = requestsFor(ground, crew, seconds * MOST_PER_SECOND);
  const before = await ground.permits('use.lookup');
  const result = await pressAll(ground, requests, CONNECTIONS, seconds);
  requireRecorded(result, (await ground.permits('use.lookup')) - before);
  return result;
}

/** Half the connections, to leave the machine room: at saturation every wait shows, whatever its cause. */
const OTHERS = 16;
const WAITING = 8;
const DELAY_MS = 2_000;

export interface SlowPointResult {
  /** Lookups of other points, while nobody asks for a slow one, and while some do all the time. */
  alone: LoadResult;
  beside: LoadResult;
  /** Of the slow point: each takes the two seconds. */
  slow: LoadResult;
}

/** The other lookups, while the wheeling system delays one supply point by two seconds. */
export async function pressBesideSlowPoint(
  ground: Ground,
  crew: Crew,
  seconds: number,
): Promise<SlowPointResult> {
  const [slowPoint, ...others] = crew.points;
  if (!slowPoint) throw new Error('the crew has points');
  const otherRequests = (): string[] =>
    requestsFor(ground, { pair: (index) => pairOf(crew, others, index) }, seconds * MOST_PER_SECOND);
  const alone = await pressAll(ground, otherRequests(), OTHERS, seconds);
  const only = { supply_point_id: slowPoint.supply_point_id };
  await setSwitches(ground, { mode: 'slow', delay_ms: DELAY_MS, only });
  const waiting = requestsFor(
    ground,
    { pair: (index) => pairOf(crew, [slowPoint], index) },
    WAITING * Math.ceil(seconds),
  );
  const [beside, slow] = await Promise.all([
    pressAll(ground, otherRequests(), OTHERS, seconds),
    pressAll(ground, waiting, WAITING, seconds),
  ]);
  await setSwitches(ground, { mode: 'normal' });
  return { alone, beside, slow };
}

async function setSwitches(ground: Ground, switches: object): Promise<void> {
  expectStatus(await send(`${ground.wheelingUrl}/switches`, 'PUT', switches), 200);
}

function pairOf(crew: Crew, points: readonly SamplePoint[], index: number): ReturnType<Crew['pair']> {
  const point = points[index % points.length];
  if (!point) throw new Error('there are points');
  return { operator: crew.pair(index).operator, point };
}

function pressAll(
  ground: Ground,
  requests: string[],
  connections: number,
  seconds: number,
): Promise<LoadResult> {
  const permittedBy = '"outcome":"found"';
  return press({ ...targetOf(ground.url), connections, seconds, requests, isOnce: true, permittedBy });
}

function requestsFor(ground: Ground, crew: Pick<Crew, 'pair'>, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const { operator, point } = crew.pair(index);
    return lookupRequest(`${ground.url}${PATH}`, operator, point, index);
  });
}

function lookupRequest(url: string, operator: Operator, point: SamplePoint, index: number): string {
  const token = operator.token ?? '';
  const body = {
    call: { id: `call-${index}`, direction: 'inbound', started_at: new Date().toISOString() },
    purpose: 'outage_enquiry',
    search: {
      supply_point_id: point.supply_point_id,
      second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
    },
  };
  return render({
    url,
    headers: {
      'content-type': 'application/json',
      authorization: `DPoP ${token}`,
      dpop: operator.terminal.proof('POST', url, token),
    },
    body: JSON.stringify(body),
  });
}
