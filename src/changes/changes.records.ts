import { recordType } from '../ledger/record.js';

const proposal = { change: 'public', kind: 'public' } as const;
export const PROPOSED = recordType<{ change: string; kind: string; body: string }>('change.proposed', {
  ...proposal,
  body: 'public',
});
export const CONFIRMED = recordType<{
  change: string;
  kind: string;
  resource_type: string;
  resource_id: string;
}>('change.confirmed', { ...proposal, resource_type: 'public', resource_id: 'public' });
export const REJECTED = recordType<{ change: string; kind: string; reason: string | null }>(
  'change.rejected',
  {
    ...proposal,
    reason: 'public',
  },
);
