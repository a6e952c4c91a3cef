import type { FieldClass, RecordType } from '../ledger/record.js';

const CALL: Record<string, FieldClass> = {
  call_id: 'public',
  direction: 'public',
  call_started_at: 'public',
  ticket_id: 'public',
  purpose: 'public',
  terminal: 'public',
  outage_state: 'public',
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
