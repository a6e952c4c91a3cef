import { recordType } from '../ledger/record.js';

/** The service's own tries with a dead credential: the person named is the one whose credential it was. */
const tried = { jti: 'public', terminal: 'public' } as const;
export const PROBE_GATE = recordType<{ jti: string; terminal: string }>('probe.gate', tried);
export const PROBE_INTROSPECTION = recordType<{ jti: string; terminal: string; is_active: boolean }>(
  'probe.introspection',
  { ...tried, is_active: 'public' },
);

export const ENDED = recordType<{
  grantee: string;
  cause: string;
  ended_at: string;
  uses: number;
  closing_notice: string;
  had_credential: boolean;
}>('grant.ended', {
  grantee: 'public',
  cause: 'public',
  ended_at: 'public',
  uses: 'public',
  closing_notice: 'public',
  had_credential: 'public',
});

export const EXPOSURE_FOUND = recordType<{ exposure: string; target: string; what: string }>(
  'exposure.found',
  { exposure: 'public', target: 'public', what: 'public' },
);
export const EXPOSURE_RESOLVED = recordType<{ exposure: string; target: string; found_at: string }>(
  'exposure.resolved',
  { exposure: 'public', target: 'public', found_at: 'public' },
);

export const BRAKED = recordType<{ by_clock: number; open: number }>('endings.braked', {
  by_clock: 'public',
  open: 'public',
});

export const CLOSED = recordType<{
  number: string;
  ended_at: string;
  granted: number;
  last_ended_at: string | null;
}>('declaration.closed', {
  number: 'public',
  ended_at: 'public',
  granted: 'public',
  last_ended_at: 'public',
});

export const ATTESTED = recordType<{
  day: string;
  kind: string;
  live_grants: number;
  outside: number;
  counted_apart: number;
  organizations: readonly Record<string, string | number>[];
  tried: readonly string[];
  unrefused: readonly string[];
  /** Could not be tried just then. */
  untried: readonly string[];
  covers: readonly string[];
  does_not_cover: readonly string[];
}>('attestation.made', {
  day: 'public',
  kind: 'public',
  live_grants: 'public',
  outside: 'public',
  counted_apart: 'public',
  organizations: 'public',
  tried: 'public',
  unrefused: 'public',
  untried: 'public',
  covers: 'public',
  does_not_cover: 'public',
});
