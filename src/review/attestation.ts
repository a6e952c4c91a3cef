import type { CoveredSystemView } from './attestations.dto.js';

/**
 * The ways to the data that an attestation speaks of. Two are tried; the others have no decision of their own: they
 * ask the gate, or are reached only by what the gate has let through.
 */
export const COVERED: readonly CoveredSystemView[] = [
  { system: 'gate', name: '検索・照合・都度開示（/api/v1/lookups）', how: 'probed' },
  { system: 'introspection', name: '資格情報の照会（/oauth/introspect）', how: 'probed' },
  { system: 'evaluation', name: '判定（/access/v1/evaluation）', how: 'by_the_gate' },
  { system: 'wheeling', name: '託送システム（貸鍵を通る接続）', how: 'by_the_gate' },
];

/** How many retired credentials an attestation tries: enough to notice a gate that stands open, and no load. */
export const SAMPLE = 20;

export interface LiveGrant {
  grant_id: string;
  organization_id: string;
  is_outside: boolean;
}

export interface OrganizationCount {
  organization_id: string;
  live_grants: number;
  outside: number;
}

/** A line for each organization, also for those that hold nothing: that is what is attested. */
export function countsOf(organizations: readonly string[], live: readonly LiveGrant[]): OrganizationCount[] {
  const named = [...new Set([...organizations, ...live.map((one) => one.organization_id)])].sort();
  return named.map((id) => {
    const own = live.filter((one) => one.organization_id === id);
    return {
      organization_id: id,
      live_grants: own.length,
      outside: own.filter((one) => one.is_outside).length,
    };
  });
}
