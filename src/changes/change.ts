/** A member of a row that decides access, as JSON has it. */
export type FactValue = string | number | boolean | null | readonly string[];
export type Facts = Readonly<Record<string, FactValue>>;

/** One line of what would change: what the second person sees, and what takes effect or nothing. */
export interface DifferenceLine {
  field: string;
  before: FactValue;
  after: FactValue;
}

const isRow = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rows that a proposal is about, and which of their members it says: no value of any. */
export function aboutOf(body: object): { resources: string[]; members: string[] } {
  const listed = Object.values(body).flatMap((value: unknown): unknown[] =>
    Array.isArray(value) ? (value as unknown[]) : [],
  );
  const rows = [body, ...listed].filter(isRow);
  const ids = rows.flatMap((row) => [row['id'], row['organization_id']]);
  return {
    resources: [...new Set(ids.filter((id): id is string => typeof id === 'string'))],
    members: [...new Set(rows.flatMap((row) => Object.keys(row)))],
  };
}

/** What differs between two states, in the order of `after`; a new row has everything before it null. */
export function differenceOf(before: Facts | null, after: Facts): DifferenceLine[] {
  return Object.entries(after).flatMap(([field, value]) => {
    const old = before?.[field] ?? null;
    return JSON.stringify(old) === JSON.stringify(value) ? [] : [{ field, before: old, after: value }];
  });
}
