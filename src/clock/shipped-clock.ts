import { createHash } from 'node:crypto';

/**
 * What `broker_now()` is made of, as SQL: source, parsed body (none, as shipped), language, volatility, return
 * type, settings. The gate reads it in every batch, since a replacement reaches prepared plans at once (law 8).
 */
export const CLOCK_TEXT = `(
  select concat_ws('|', p.prosrc, pg_get_function_sqlbody(p.oid), l.lanname, p.provolatile, p.prorettype::regtype, p.proconfig::text)
    from pg_proc p join pg_language l on l.oid = p.prolang
   where p.oid = 'public.broker_now()'::regprocedure)`;

export function clockDigest(text: string): string {
  return createHash('sha256').update(text.replace(/\s+/g, ' ')).digest('hex');
}

/** The digest of the function in migrations/0001-house.sql; a test compares it with a fresh database. */
export const SHIPPED_CLOCK = '572741d1953ef2d225b056a2edc77069f99a4e8b19046079a1dd338adad78ae6';

/** Digests that are taken for ours: the shipped one. Only a test that moves the clock builds one with more. */
export class AcceptedClocks {
  constructor(private readonly digests: ReadonlySet<string> = new Set([SHIPPED_CLOCK])) {}

  accepts(text: string): boolean {
    return this.digests.has(clockDigest(text));
  }
}
