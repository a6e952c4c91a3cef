import { recordType, type FieldClass, type RecordType } from '../ledger/record.js';

const CALL: Record<string, FieldClass> = {
  call_id: 'public',
  direction: 'public',
  call_started_at: 'public',
  ticket_id: 'public',
  purpose: 'public',
  terminal: 'public',
  outage_state: 'public',
  /** True or false as the wheeling system said; null: no ticket, or none was asked after. */
  ticket_verified: 'public',
  // Frozen for auditors; in no answer.
  is_other_retailers_customer: 'public',
  /** Whose customer, as a keyed reference: for the report to that retailer (domain §2.5). */
  customer_of: 'public',
  is_last_resort: 'public',
  is_fit: 'public',
  municipality_code: 'public',
  in_declared_area: 'public',
};

/** What was searched and what was disclosed is customer data: sealed. How, by what kind of key, and why: public. */
export const LOOKUP: RecordType = {
  name: 'use.lookup',
  classes: {
    ...CALL,
    search_key: 'public',
    factor_kind: 'public',
    fields: 'public',
    is_match_only: 'public',
    dispatched: 'public',
    search: 'sensitive',
    disclosed: 'sensitive',
  },
};
export const MATCH: RecordType = {
  name: 'use.match',
  classes: { ...CALL, field: 'public', is_match: 'public', stated: 'sensitive' },
};
export const REVEAL: RecordType = {
  name: 'use.reveal',
  classes: { ...CALL, field: 'public', reason: 'public', disclosed: 'sensitive' },
};
export const EVALUATION: RecordType = {
  name: 'use.evaluation',
  classes: {
    ...CALL,
    facts: 'public',
    client: 'public',
    action: 'public',
    fields: 'public',
    supply_point_id: 'sensitive',
  },
};
/** The crew's ticket did not get what the use's record says was meant for it. */
export const DISPATCH_FAILED = recordType<{
  use: string;
  ticket_id: string;
  dispatched: string[];
  terminal: string;
}>('use.dispatch_failed', { use: 'public', ticket_id: 'public', dispatched: 'public', terminal: 'public' });
/** Who reported, what of and in which words is sealed: an auditor opens it with a second person (MECH-6). */
export const INCIDENT_REPORTED = recordType<{
  incident: string;
  field: string;
  use: string;
  reporter: string;
  description: string;
}>('incident.reported', {
  incident: 'public',
  field: 'public',
  use: 'sensitive',
  reporter: 'sensitive',
  description: 'sensitive',
});
