/** A refusal as the service writes it (RFC 9457): the rule, the moment, the lawful next step. */
export interface ProblemBody {
  status: number;
  code: string;
  detail: string;
  next?: string;
  faults?: { pointer: string; detail: string }[];
  values?: Record<string, string | number>;
  record_id?: string;
}

/** An answer that is no success. */
export class Problem extends Error {
  constructor(
    readonly body: ProblemBody,
    /** Seconds after which another try is welcome (429, 503). */
    readonly retryAfter: number | null,
  ) {
    super(body.code);
  }

  get code(): string {
    return this.body.code;
  }

  /** The fault of one member of the body that was sent, by its name. */
  faultOf(name: string): string | undefined {
    return this.body.faults?.find(({ pointer }) => pointer === `/${name}` || pointer.startsWith(`/${name}/`))
      ?.detail;
  }
}

/** Nothing came back in time: nobody knows whether it was done. A repeat with the same key finds out. */
export class NoAnswer extends Error {}
