import type { ComponentChildren, JSX } from 'preact';
import type { Page } from '../api/answers.js';
import { addressOf, type AnswerOf, type PathOf } from '../api/paths.js';
import { useRead } from '../kit/read.js';
import { Read } from '../kit/screen.js';
import { Table, usePaging, type Column } from '../kit/table.js';

/** A row of a list, as its address answers it. */
export type RowOf<P extends PathOf<'get'>> =
  AnswerOf<P, 'get'> extends { items: (infer Row)[] } ? Row : never;

export interface ListingProps<P extends PathOf<'get'>> {
  path: P;
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  caption: string;
  columns: readonly Column<RowOf<P>>[];
  idOf: (row: RowOf<P>) => string;
  /** Null: read once, since the reading itself goes on record. */
  everyMs?: number | null;
  /** What stands above the table, from the rows of this page. */
  above?: (rows: readonly RowOf<P>[]) => ComponentChildren;
}

/** A list of the service, a hundred rows at a time; another address begins at its first page. */
export function Listing<P extends PathOf<'get'>>(props: ListingProps<P>): JSX.Element {
  return <Pages key={addressOf(props.path, props.params, props.query)} {...props} />;
}

function Pages<P extends PathOf<'get'>>(props: ListingProps<P>): JSX.Element {
  const { path, params, caption, columns, idOf, everyMs, above } = props;
  const paging = usePaging();
  const query = { ...props.query, limit: 100, cursor: paging.cursor };
  const reading = useRead(path, params === undefined ? { query } : { params, query }, everyMs);
  return (
    <Read of={reading}>
      {(answer) => {
        const { items, next } = answer as unknown as Page<RowOf<P>>;
        return (
          <>
            {above?.(items)}
            <Table {...{ caption, columns, idOf, paging, next }} rows={items} />
          </>
        );
      }}
    </Read>
  );
}
