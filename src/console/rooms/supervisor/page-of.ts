import { usePaging, type Paging } from '../../kit/table.js';

const ROWS = 100;

/** A list that is here as a whole, shown 100 rows at a time like any other. */
export function useShownPage<T>(all: readonly T[]): {
  shown: readonly T[];
  paging: Paging;
  next: string | null;
} {
  const paging = usePaging();
  // A filter may have left fewer rows than the page begins at: then the first page is shown.
  const asked = Number(paging.cursor ?? 0);
  const from = asked < all.length ? asked : 0;
  const to = from + ROWS;
  return { shown: all.slice(from, to), paging, next: to < all.length ? String(to) : null };
}
