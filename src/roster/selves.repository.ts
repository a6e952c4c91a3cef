import type { Caller } from '../contract/caller.js';
import type { Tx } from '../database/database.js';

/** Everybody whom the caller is: person ids of one natural person. */
export type Selves = ReadonlySet<string>;

/**
 * One natural person is one person across organizations, under whatever ids (law 4). Asked for headquarters, who decide about
 * others; everybody else acts for themselves, and is not joined with anybody.
 */
export async function selvesOf(reader: Pick<Tx, 'rows'>, { personId, role }: Caller): Promise<Selves> {
  if (role !== 'headquarters') return new Set([personId]);
  const rows = await reader.rows<{ id: string }>(
    `select b.id from person a join person b on b.natural_person_key = a.natural_person_key where a.id = $1`,
    [personId],
  );
  return new Set(rows.map((row) => row.id));
}
