/**
 * The ways in which the sample can misbehave, so that the gate can be tried against a system that is slow,
 * silent, broken, lying, or grown since the fields were classified.
 */
export const MODES = ['normal', 'slow', 'hang', 'broken', 'lying', 'chatty', 'huge', 'malformed'] as const;
export type Mode = (typeof MODES)[number];

export interface Switches {
  mode: Mode;
  /** For `slow`: milliseconds before the answer. */
  delay_ms: number;
  /** Limits the fault to one supply point, telephone or ticket, or to `<ticket>/details`. */
  only?: { supply_point_id?: string; phone?: string; ticket_id?: string };
}

export const NORMAL: Switches = { mode: 'normal', delay_ms: 0 };
const LONGEST_DELAY_MS = 60_000;
const HUGE_BYTES = 8 * 1024 * 1024;

export function parseSwitches(body: Record<string, unknown>): Switches | undefined {
  const { delay_ms = 0, only } = body;
  const mode = MODES.find((known) => known === body['mode']);
  if (mode === undefined) return undefined;
  if (typeof delay_ms !== 'number' || !(delay_ms >= 0 && delay_ms <= LONGEST_DELAY_MS)) return undefined;
  if (only === undefined) return { mode, delay_ms };
  return isLimit(only) ? { mode, delay_ms, only } : undefined;
}

function isLimit(only: unknown): only is NonNullable<Switches['only']> {
  if (typeof only !== 'object' || only === null) return false;
  const entries: [string, unknown][] = Object.entries(only);
  return entries.every(
    ([key, value]) => ['supply_point_id', 'phone', 'ticket_id'].includes(key) && typeof value === 'string',
  );
}

/** @param sought the request's body or path; @param found the JSON texts that it would answer */
export function concerns({ only }: Switches, sought: object, found: readonly string[]): boolean {
  if (only === undefined) return true;
  const values = Object.values(sought) as unknown[];
  const limits = Object.values(only);
  return limits.some((limit) => values.includes(limit) || found.some((json) => json.includes(`"${limit}"`)));
}

/** Columns that nobody has classified yet, plain and nested, with values that a leak would show. */
export function withNewColumns(json: string): string {
  const tag = json.slice(json.indexOf(':') + 2, json.indexOf(',') - 1);
  const added = {
    zz_new_column: `LEAK-${tag}`,
    zz_new_object: { holder: `LEAK-NESTED-${tag}`, list: [`LEAK-LIST-${tag}`] },
    contract_holder_name_kana: `LEAK-KANA-${tag}`,
  };
  return `${json.slice(0, -1)},${JSON.stringify(added).slice(1)}`;
}

export function withHugeColumn(json: string): string {
  return `${json.slice(0, -1)},"zz_huge":"${'x'.repeat(HUGE_BYTES)}"}`;
}

/** Cut in the middle of a value, as a broken proxy would. */
export function malformed(answer: string): string {
  return answer.slice(0, Math.max(1, Math.floor(answer.length / 2)));
}
