import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../texts/texts.js';

export interface Column<T> {
  name: string;
  head: string;
  cell: (row: T) => ComponentChildren;
}

/** What was ticked, by id: it survives paging and filters, and is always counted (rule 10). Nothing is pre-ticked. */
export interface Selection {
  ids: ReadonlySet<string>;
  flip: (ids: string[], isOn: boolean) => void;
  clear: () => void;
}

export function useSelection(): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return {
    ids,
    flip: (some, isOn) =>
      setIds((before) => {
        const after = new Set(before);
        for (const id of some) {
          if (isOn) after.add(id);
          else after.delete(id);
        }
        return after;
      }),
    clear: () => setIds(new Set()),
  };
}

/** The cursors of a list that is read page by page: 100 rows each, back as well as forth. */
export interface Paging {
  cursor: string | undefined;
  page: number;
  older: (next: string) => void;
  newer: () => void;
}

export function usePaging(): Paging {
  const [cursors, setCursors] = useState<string[]>([]);
  return {
    cursor: cursors.at(-1),
    page: cursors.length + 1,
    older: (next) => setCursors((before) => [...before, next]),
    newer: () => setCursors((before) => before.slice(0, -1)),
  };
}

interface Props<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  nameOf?: (row: T) => string;
  selection?: Selection;
  /** Rows that can be ticked; all, unless said. */
  canSelect?: (row: T) => boolean;
  paging?: Paging;
  next?: string | null;
}

/** A native table; on a phone each row becomes a card with its heads beside the values. */
export function Table<T>(props: Props<T>): JSX.Element {
  const { caption, columns, rows, idOf, selection } = props;
  const able = rows.filter((row) => props.canSelect?.(row) ?? true).map(idOf);
  const isAllOn = able.length > 0 && able.every((id) => selection?.ids.has(id));
  return (
    <div class="table-frame">
      {selection && <Selected selection={selection} />}
      <div class="table-scroll" role="region" aria-label={caption} tabIndex={0}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {selection && (
                <th scope="col" class="tick">
                  <label class="tick-target">
                    <input
                      type="checkbox"
                      aria-label={t().table.selectPage}
                      checked={isAllOn}
                      onChange={() => selection.flip(able, !isAllOn)}
                    />
                  </label>
                </th>
              )}
              {columns.map(({ name, head }) => (
                <th scope="col" key={name}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={idOf(row)} row={row} of={props} canTick={able.includes(idOf(row))} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && <p>{t().table.empty}</p>}
      {props.paging && <Pages paging={props.paging} next={props.next ?? null} />}
    </div>
  );
}

function Row<T>({ row, of, canTick }: { row: T; of: Props<T>; canTick: boolean }): JSX.Element {
  const { selection } = of;
  const id = of.idOf(row);
  return (
    <tr>
      {selection && (
        <td class="tick">
          {canTick && (
            <label class="tick-target">
              <input
                type="checkbox"
                aria-label={t().table.select(of.nameOf?.(row) ?? id)}
                checked={selection.ids.has(id)}
                onChange={(event) => selection.flip([id], event.currentTarget.checked)}
              />
            </label>
          )}
        </td>
      )}
      {of.columns.map(({ name, head, cell }) => (
        <td key={name} data-head={head}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}

function Selected({ selection }: { selection: Selection }): JSX.Element {
  return (
    <div class="selected" role="status">
      <span>{t().table.selected(selection.ids.size)}</span>
      {selection.ids.size > 0 && (
        <button type="button" onClick={selection.clear}>
          {t().table.clear}
        </button>
      )}
    </div>
  );
}

function Pages({ paging, next }: { paging: Paging; next: string | null }): JSX.Element | null {
  if (paging.page === 1 && next === null) return null;
  return (
    <div class="pages">
      {paging.page > 1 && (
        <button type="button" onClick={paging.newer}>
          {t().table.newer}
        </button>
      )}
      <span>{t().table.page(paging.page)}</span>
      {next !== null && (
        <button type="button" onClick={() => paging.older(next)}>
          {t().table.older}
        </button>
      )}
    </div>
  );
}
