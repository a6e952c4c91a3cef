import { hasPower } from '../../lookups/decide.js';
import type { Span } from './span.js';

/** A use of real data as its record tells of it, in the open part only. Pure. */
export interface Use {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  action: 'lookup' | 'match' | 'reveal' | 'evaluation';
  isPermitted: boolean;
  /** Why it was refused, or found nothing. */
  code: string | null;
  personId: string;
  organizationId: string | null;
  declarationId: string | null;
  grantId: string | null;
  /** Keyed reference of the supply point. */
  point: string | null;
  callId: string | null;
  isOutbound: boolean;
  hasTicket: boolean;
  terminal: string | null;
  /** As the gate judges it: energised, or restored. */
  hasPower: boolean;
  /** Null: nobody knows. */
  isOthers: boolean | null;
  isInArea: boolean | null;
  fields: readonly string[];
  shift: Span | null;
}

/** A row of `record` with the shift of its grant. */
export interface UseRow {
  id: string;
  at: Date;
  type: string;
  decision: string;
  code: string | null;
  person_id: string;
  organization_id: string | null;
  declaration_id: string | null;
  grant_id: string | null;
  supply_point_ref: string | null;
  payload: string;
  starts_at: Date | null;
  ends_at: Date | null;
}

interface Details {
  call_id?: string | null;
  direction?: string | null;
  ticket_verified?: boolean | null;
  terminal?: string | null;
  outage_state?: string | null;
  is_other_retailers_customer?: boolean | null;
  in_declared_area?: boolean | null;
  fields?: readonly string[];
  field?: string;
}

export function useOf(row: UseRow): Use {
  const { details = {} } = JSON.parse(row.payload) as { details?: Details };
  const { starts_at: starts, ends_at: ends } = row;
  return {
    id: row.id,
    at: row.at.getTime(),
    action: row.type.slice('use.'.length) as Use['action'],
    isPermitted: row.decision === 'permit',
    code: row.code,
    personId: row.person_id,
    organizationId: row.organization_id,
    declarationId: row.declaration_id,
    grantId: row.grant_id,
    point: row.supply_point_ref,
    callId: details.call_id ?? null,
    isOutbound: details.direction === 'outbound',
    hasTicket: details.ticket_verified === true,
    terminal: details.terminal ?? null,
    hasPower: hasPower({ outageState: details.outage_state ?? '' }),
    isOthers: details.is_other_retailers_customer ?? null,
    isInArea: details.in_declared_area ?? null,
    fields: details.fields ?? (details.field === undefined ? [] : [details.field]),
    shift: starts && ends ? { from: starts.getTime(), to: ends.getTime() } : null,
  };
}
