/** A slot of this length has one heartbeat, whichever instance writes it. */
export const SLOT_MS = 5 * 60_000;
/** Longer than this without a sign of life is a gap: one slot may be missed by a few seconds, two may not. */
export const LONGEST_SILENCE_MS = 2 * SLOT_MS;

/** The beginning of the slot that an instant lies in. */
export const slotOf = (at: Date): Date => new Date(Math.floor(at.getTime() / SLOT_MS) * SLOT_MS);

/** A record that says that the service is, was begun, or was ended. */
export interface SignOfLife {
  kind: 'heartbeat' | 'started' | 'stopped';
  at: Date;
  /** Of `stopped`: how many other instances went on. */
  others?: number;
}

export interface Gap {
  from: Date;
  to: Date;
  /** Announced: the last instance was stopped, on record. Silent: nobody said anything, and nothing was recorded. */
  kind: 'announced' | 'silent';
}

/**
 * The gaps of more than ten minutes between signs of life, oldest first, up to `until` (the present, or the end of a
 * report). Pure; the signs in any order. Before the first sign there is no service, hence no gap.
 */
export function gapsIn(signs: readonly SignOfLife[], until: Date): Gap[] {
  const sorted = signs.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  return sorted.flatMap((sign, n) => {
    const to = sorted[n + 1]?.at ?? until;
    if (to.getTime() - sign.at.getTime() <= LONGEST_SILENCE_MS) return [];
    const isAnnounced = sign.kind === 'stopped' && sign.others === 0;
    return [{ from: sign.at, to, kind: isAnnounced ? ('announced' as const) : ('silent' as const) }];
  });
}
