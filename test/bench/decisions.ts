import type { Crew } from './crew.js';
import type { Ground } from './ground.js';
import { press, render, targetOf, type LoadResult } from './load.js';

const CONNECTIONS = 64;
/** How many different questions are asked in turn. */
const QUESTIONS = 2_000;

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

/** Recorded decisions for a resource server that states the municipality and the outage itself. */
export async function pressDecisions(ground: Ground, crew: Crew, seconds: number): Promise<LoadResult> {
  const requests = Array.from({ length: QUESTIONS }, (_, index) => question(ground.url, crew, index));
  const before = await ground.permits('use.evaluation');
  const result = await press({
    ...targetOf(ground.url),
    connections: CONNECTIONS,
    seconds,
    requests,
    isOnce: false,
    permittedBy: '"decision":true',
  });
  const recorded = (await ground.permits('use.evaluation')) - before;
  requireRecorded(result, recorded);
  return result;
}

/** Law 2: as many permitted answers as records of them, and nothing but permitted answers. */
export function requireRecorded(result: LoadResult, recorded: number): void {
  if (result.permitted !== recorded || result.permitted !== result.answers) {
    throw new Error(
      `${result.answers} answers ${JSON.stringify(result.statuses)}, ${result.permitted} permitted, ${recorded} on record`,
    );
  }
}

function question(url: string, crew: Crew, index: number): string {
  const { operator, point } = crew.pair(index);
  const body = {
    subject: { type: 'access_token', id: operator.token },
    action: { name: 'view' },
    resource: {
      type: 'supply_point',
      id: point.supply_point_id,
      properties: {
        fields: ['outage_state', 'service_pole_number', 'supply_address'],
        municipality_code: '272035',
        outage_state: 'outage',
      },
    },
    context: {
      call: { id: `call-${index}`, direction: 'inbound', started_at: new Date().toISOString() },
      purpose: 'outage_enquiry',
    },
  };
  return render({
    url: `${url}/access/v1/evaluation`,
    headers: { 'content-type': 'application/json', authorization: basic('demo-rs', 'demo-rs-secret') },
    body: JSON.stringify(body),
  });
}
