import { createHash } from 'node:crypto';

/**
 * What `broker_now()` is made of, as SQL: source or parsed body, language, volatility, return type, settings.
 * The gate reads it in every batch, since a replacement reaches prepared plans at once (law 8).
 */
export const CLOCK_TEXT = `(
  select concat_ws('|', pg_get_function_sqlbody(p.oid), p.prosrc, l.lanname, p.provolatile, p.prorettype::regtype, p.proconfig::text)
    from pg_proc p join pg_language l on l.oid = p.prolang
   where p.oid = 'public.broker_now()'::regprocedure)`;

export function clockDigest(text: string): string {
  return createHash('sha256').update(text.replace(/\s+/g, ' ')).digest('hex');
}

/** The digest of the function in migrations/0001-house.sql; a test compares it with a fresh database. */
export const SHIPPED_CLOCK = 'to be measured';

/** Digests that are taken for ours: the shipped one. Only a test that moves the clock builds one with more. */
export class AcceptedClocks {
  constructor(private readonly digests: ReadonlySet<string> = new Set([SHIPPED_CLOCK])) {}

  accepts(text: string): boolean {
    return this.digests.has(clockDigest(text));
  }
}
