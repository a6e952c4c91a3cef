const BITS = 8;

/** The numbers that a grant's uses bear: 1, 2, 3 … each once. A bit a number, so that a million uses need little. */
class Numbers {
  private seen = new Uint8Array(8);
  highest = 0;
  count = 0;
  isTwice = false;

  take(no: number): void {
    const at = Math.floor(no / BITS);
    if (at >= this.seen.length) {
      const wider = new Uint8Array(2 * at);
      wider.set(this.seen);
      this.seen = wider;
    }
    const bit = 1 << (no % BITS);
    const byte = this.seen[at] ?? 0;
    if ((byte & bit) !== 0) this.isTwice = true;
    this.seen[at] = byte | bit;
    this.count += 1;
    this.highest = Math.max(this.highest, no);
  }
}

/** Whether the ledger holds every use of every grant (ledger.md §1); real ones and drills alike. */
export class UseCounts {
  private readonly grants = new Map<string, Numbers>();

  take(grantId: string, no: number): void {
    let numbers = this.grants.get(grantId);
    if (numbers === undefined) this.grants.set(grantId, (numbers = new Numbers()));
    numbers.take(no);
  }

  /** `kept`: the last number of each grant, as its own table has it. `closed`: the uses that its end states. */
  *faults(
    kept: ReadonlyMap<string, number>,
    closed: ReadonlyMap<string, number>,
  ): Generator<{ grantId: string; what: 'use_gap' | 'use_twice' | 'use_total' | 'use_closing' }> {
    for (const grantId of new Set([...this.grants.keys(), ...kept.keys(), ...closed.keys()])) {
      const { count, highest, isTwice } = this.grants.get(grantId) ?? {
        count: 0,
        highest: 0,
        isTwice: false,
      };
      if (isTwice) yield { grantId, what: 'use_twice' };
      else if (count !== highest) yield { grantId, what: 'use_gap' };
      if ((kept.get(grantId) ?? 0) !== highest) yield { grantId, what: 'use_total' };
      if ((closed.get(grantId) ?? highest) !== highest) yield { grantId, what: 'use_closing' };
    }
  }
}
