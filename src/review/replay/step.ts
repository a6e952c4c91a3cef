import type { Details } from '../../ledger/record.js';

/** A record that changed a row, as its payload tells it. */
export interface Step {
  /** Without `drill.`: a drill is told by `isDrill`. */
  type: string;
  at: Date;
  isDrill: boolean;
  personId: string | null;
  organizationId: string | null;
  declarationId: string | null;
  grantId: string | null;
  details: Details;
}

/** What a payload has to say (ledger/record.ts writes it). */
export interface Payload {
  v: 1;
  id: string;
  at: string;
  type: string;
  decision: string;
  code: string | null;
  isDrill: boolean;
  personId: string | null;
  organizationId: string | null;
  declarationId: string | null;
  grantId: string | null;
  useNo: number | null;
  supplyPointRef: string | null;
  details: Details;
  sealed?: string;
}

/** → undefined for what no payload of ours can be. */
export function readPayload(text: string): Payload | undefined {
  try {
    const value = JSON.parse(text) as Partial<Payload> | null;
    const isOne =
      typeof value === 'object' &&
      typeof value?.id === 'string' &&
      typeof value.type === 'string' &&
      typeof value.at === 'string' &&
      typeof value.details === 'object';
    return isOne ? (value as Payload) : undefined;
  } catch {
    return undefined;
  }
}

const DRILL = 'drill.';
export const plainType = (type: string): string => (type.startsWith(DRILL) ? type.slice(DRILL.length) : type);

export function stepOf(payload: Payload): Step {
  const { isDrill, personId, organizationId, declarationId, grantId, details } = payload;
  const at = new Date(payload.at);
  return {
    type: plainType(payload.type),
    at,
    isDrill,
    personId,
    organizationId,
    declarationId,
    grantId,
    details,
  };
}
