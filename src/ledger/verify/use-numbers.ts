import type { Findings } from './finding.js';

/** Each grant numbers its own uses 1, 2, 3 …: a use that was left out shows as a gap. */
export class UseNumbers {
  private readonly byGrant = new Map<string, number[]>();

  take(payload: Record<string, unknown>): void {
    const { grantId, useNo } = payload;
    if (typeof grantId !== 'string' || typeof useNo !== 'number') return;
    const numbers = this.byGrant.get(grantId);
    if (numbers) numbers.push(useNo);
    else this.byGrant.set(grantId, [useNo]);
  }

  get grants(): number {
    return this.byGrant.size;
  }

  /**
   * A number given twice is always wrong. A gap is wrong only when every entry was revealed (`isAll`); in an
   * extract the missing uses may simply not have been asked for. → how many grants have gaps.
   */
  check(isAll: boolean, findings: Findings): number {
    let gaps = 0;
    for (const [grant, numbers] of this.byGrant) {
      const distinct = new Set(numbers);
      const last = numbers.reduce((most, number) => Math.max(most, number), 0);
      if (distinct.size < numbers.length) findings.add({ what: 'use-twice', grant });
      if (distinct.size === last) continue;
      gaps += 1;
      if (isAll) findings.add({ what: 'use-gap', grant, uses: distinct.size, last });
    }
    return gaps;
  }
}
