/** Pure: the months (YYYY-MM) between the first and the last of these that are not among them. */
export function monthsBetween(known: readonly string[]): string[] {
  const sorted = [...known].sort();
  const last = sorted.at(-1);
  const missing: string[] = [];
  const seen = new Set(sorted);
  for (
    let month = sorted[0];
    month !== undefined && last !== undefined && month < last;
    month = after(month)
  ) {
    if (!seen.has(month)) missing.push(month);
  }
  return missing;
}

function after(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12
    ? `${String(year + 1).padStart(4, '0')}-01`
    : `${String(year).padStart(4, '0')}-${String(number + 1).padStart(2, '0')}`;
}
