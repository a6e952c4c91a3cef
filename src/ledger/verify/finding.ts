/** What does not hold. One is enough: the ledger, or what was shown of it, is not what was signed. */
export type Finding =
  | { what: 'checkpoint-form'; why: string }
  | { what: 'signature-absent'; key: string }
  | { what: 'signature-bad'; key: string }
  | { what: 'origin'; origin: string; key: string }
  | { what: 'witness-absent'; key: string }
  | { what: 'witness-bad'; key: string }
  | { what: 'missing'; path: string }
  | { what: 'form'; path: string }
  /** The leaf that the entry makes is not the one in its tile: one of the two was changed. */
  | { what: 'entry'; index: number }
  | { what: 'tile'; path: string; position: number }
  | { what: 'root'; size: number }
  | { what: 'older-signature'; file: string }
  | { what: 'older-origin'; file: string; origin: string }
  | { what: 'older-lost'; file: string; older: number; found: number; why: string }
  | { what: 'older-larger'; file: string; older: number; size: number }
  | { what: 'older-root'; file: string; older: number }
  | { what: 'time-stamp'; file: string; why: string }
  | { what: 'time-stamp-other'; file: string }
  | { what: 'record-form'; line: number; why: string }
  | { what: 'record-payload'; line: number; index: number }
  | { what: 'record-twice'; index: number }
  | { what: 'record-outside'; index: number; size: number }
  | { what: 'record'; index: number }
  | { what: 'receipt-form'; receipt: string; why: string }
  | { what: 'receipt-origin'; receipt: string; origin: string }
  | { what: 'receipt-signature'; receipt: string }
  | { what: 'receipt-missing'; receipt: string; size: number }
  | { what: 'record-missing'; index: number }
  | { what: 'purge-form'; index: number }
  | { what: 'purge-early'; index: number }
  | { what: 'purge-range'; index: number; first: number; last: number }
  | { what: 'use-twice'; grant: string }
  | { what: 'use-gap'; grant: string; uses: number; last: number };

/** Keeps the first ones of each kind and counts the rest: a ledger of another tree differs in every entry. */
export class Findings {
  private static readonly KEPT = 10;
  private readonly all: Finding[] = [];
  private readonly counts = new Map<Finding['what'], number>();
  count = 0;

  add(finding: Finding): void {
    const before = this.counts.get(finding.what) ?? 0;
    if (before < Findings.KEPT) this.all.push(finding);
    this.counts.set(finding.what, before + 1);
    this.count += 1;
  }

  get kept(): readonly Finding[] {
    return this.all;
  }

  /** Whether any is of one of these kinds. */
  has(...kinds: Finding['what'][]): boolean {
    return kinds.some((kind) => this.counts.has(kind));
  }
}
