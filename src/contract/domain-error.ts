import { CODES, type Code } from './codes.js';

/** One member of the input that is wrong: where (JSON pointer of RFC 6901), and why. */
export interface InputFault {
  pointer: string;
  detail: string;
}

/**
 * An expected failure: part of the contract, told to the caller as problem+json (RFC 9457).
 * `internal` is for the log only; `values` are public facts a person needs (a limit, an end time).
 */
export class DomainError extends Error {
  readonly status: number;

  constructor(
    readonly code: Code,
    readonly more: {
      internal?: string;
      faults?: InputFault[];
      values?: Record<string, string | number>;
      /** Set when the refusal is on record already (the gate writes its own). */
      recordId?: string;
      /** Whole seconds until it is worth asking again (RFC 9110 §10.2.3). */
      retryAfter?: number;
    } = {},
  ) {
    super(more.internal === undefined ? code : `${code}: ${more.internal}`);
    this.name = 'DomainError';
    this.status = CODES[code].status;
  }
}

/** For what cannot be: a broken invariant is a defect of ours and becomes a 500 that says nothing inside. */
export function invariant(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`invariant: ${why}`);
}

export function assertNever(value: never): never {
  throw new Error(`unexpected: ${JSON.stringify(value)}`);
}
