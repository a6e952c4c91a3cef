/** What records are looked for by; never a number of a supply point in the clear. */
export const FILTERS = [
  ...(['declaration', 'grant', 'person', 'organization'] as const),
  ...(['supply_point_ref', 'type', 'decision', 'from', 'to'] as const),
];
export type FilterName = (typeof FILTERS)[number];
export type RecordFilter = Partial<Record<FilterName, string>>;

export function filterIn(query: URLSearchParams): RecordFilter {
  const found: RecordFilter = {};
  for (const name of FILTERS) {
    const value = query.get(name);
    if (value !== null && value !== '') found[name] = value;
  }
  return found;
}

export function addressOf(base: string, filter: RecordFilter): string {
  const search = new URLSearchParams(filter).toString();
  return search === '' ? base : `${base}?${search}`;
}

const KEY = 'kashikagi.saved-filters';

/** Filters under a name of one's own, in this browser: ids and times, no value of anybody. */
export function savedFilters(): { name: string; filter: RecordFilter }[] {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]') as { name: string; filter: RecordFilter }[];
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

export function saveFilter(name: string, filter: RecordFilter): void {
  const others = savedFilters().filter((one) => one.name !== name);
  localStorage.setItem(KEY, JSON.stringify([...others, { name, filter }]));
}

export function forgetFilter(name: string): void {
  localStorage.setItem(KEY, JSON.stringify(savedFilters().filter((one) => one.name !== name)));
}
