/**
 * What is known after a fault: what callers saw, what stands in the database, what the verifier says. Instants that
 * callers saw are of this process's own clock (`performance.now()`), those of the database are milliseconds since 1970.
 */
export interface Evidence {
  values: ValueThatLeft[];
  endings: EndingSeen[];
  repeats: Repeat[];
  records: RecordRow[];
  grants: GrantRow[];
  ledger: { code: number; out: string };
  recoveries: Recovery[];
}

/** An answer that held a customer's value, or a decision that lets one out. */
export interface ValueThatLeft {
  grantId: string;
  recordId: string;
  askedAt: number;
}

export interface EndingSeen {
  what: string;
  /** Null: the whole declaration ended. */
  grantId: string | null;
  declarationId: string;
  /** When its answer was here; null: it was never answered as done. */
  doneAt: number | null;
  /** True: the database lived all the while, so that it had to be answered. */
  isOwed: boolean;
}

/** A change that was acknowledged, and what the same Idempotency-Key was told later. */
export interface Repeat {
  what: string;
  first: unknown;
  again: unknown;
}

export interface RecordRow {
  id: string;
  at: number;
  type: string;
  decision: string;
  grantId: string | null;
  declarationId: string | null;
  useNo: number | null;
  /** Position in the tree; null: it has none. */
  place: number | null;
}

export interface GrantRow {
  id: string;
  declarationId: string;
  startsAt: number;
  endsAt: number;
  hardEndAt: number;
  /** The last use number that was given out. */
  lastNo: number;
}

export interface Recovery {
  what: string;
  /** From the instant at which nothing stood in the way any more until all worked again; null: it never did. */
  tookMs: number | null;
  boundMs: number;
}
