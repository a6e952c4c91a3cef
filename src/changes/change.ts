/** A member of a row that decides access, as JSON has it. */
export type FactValue = string | number | boolean | null | readonly string[];
export type Facts = Readonly<Record<string, FactValue>>;

/** One line of what would change: what the second person sees, and what takes effect or nothing. */
export interface DifferenceLine {
  field: string;
  before: FactValue;
  after: FactValue;
}

/** What differs between two states, in the order of `after`; a new row has everything before it null. */
export function differenceOf(before: Facts | null, after: Facts): DifferenceLine[] {
  return Object.entries(after).flatMap(([field, value]) => {
    const old = before?.[field] ?? null;
    return JSON.stringify(old) === JSON.stringify(value) ? [] : [{ field, before: old, after: value }];
  });
}
