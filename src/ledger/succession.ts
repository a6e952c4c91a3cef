import { StartError } from '../database/embedded/start-error.js';
import type { Tx } from '../database/database.js';
import { leafHash } from './hashing.js';
import { insertRecords } from './ledger.repository.js';
import { LOG_SUCCEEDED } from './ledger.records.js';
import { writeLogArchive } from './log-archive.js';
import { openBy, type Checkpoint, type TreeHead } from './note.js';
import type { NewRecord, WrittenRecord } from './record.js';
import { RightEdge } from './right-edge.js';
import { BATCH } from './sequencer.js';
import type { SequencerRepository, Waiting } from './sequencer.repository.js';
import type { Retired, SuccessionRepository } from './succession.repository.js';

/** What the database no longer knows, or never did. */
export interface KeptOutside {
  /** Notes kept in files, e.g. the instance's own. */
  notes: readonly string[];
  /** The vkey of the key that is still in use, under a given origin. */
  vkeyOf: (origin: string) => string;
}

export interface Wish {
  successor: string;
  why: string;
  /** Where the old log is written; a folder for its origin. */
  archiveOf: (origin: string) => string;
}

export interface Succeeded {
  origin: string;
  signedSize: number;
  found: TreeHead;
  /** Up to which size the archive has a checkpoint; undefined: none that was signed fits. */
  archived: number | undefined;
  recordId: string;
}

/**
 * Begins a new log when the old one can never be signed again: the database was put back from a backup and lost entries that
 * a signed checkpoint covers. Entry 0 names the old log; the entries that were found follow in their order, then what
 * waits. So every record that is there is proved under the new log, and what is lost can be told to the entry.
 *
 * All in one transaction behind the sequencer's fence. A crash before its commit has changed nothing but files, which the
 * next run writes again; after it, the new log stands, and the next run only finishes key and files.
 */
export class Succession {
  constructor(
    private readonly tree: SequencerRepository,
    private readonly logs: SuccessionRepository,
    private readonly write: (record: NewRecord, at: Date) => WrittenRecord,
  ) {}

  /** → the log that `successor` follows, once it does: then only key and files are left to do. */
  async follows(tx: Tx, successor: string): Promise<Retired | undefined> {
    const latest = await this.logs.latest(tx);
    return latest?.successor === successor ? latest : undefined;
  }

  /** Error: StartError when there is nothing to replace, or the new name was used before. */
  async begin(tx: Tx, wish: Wish, kept: KeptOutside): Promise<Succeeded> {
    const found = await this.tree.lockTree(tx);
    const { origin, vkey, notes } = await this.oldLog(tx, kept);
    if (wish.successor === origin || (await this.logs.isUsed(tx, wish.successor))) {
      throw new StartError(`${wish.successor} is the name of a log that was: a new log needs a new one`);
    }
    const signed = notes.reduce((most, one) => (one.size > most.size ? one : most));
    const roots = await this.rootsOf(tx, found.size, new Set(notes.map(({ size }) => size)));
    const fitting = notes.filter(({ size, root }) => roots.get(size)?.equals(root));
    if (fitting.length === notes.length) {
      throw new StartError(
        `nothing of ${origin} was lost: all ${signed.size} signed entries are there, and it goes on`,
      );
    }
    const covered = fitting.toSorted((one, other) => other.size - one.size)[0];
    await writeLogArchive(
      wish.archiveOf(origin),
      { vkey, size: covered?.size ?? found.size, note: covered?.note, lastSigned: signed.note },
      (from, to) => this.logs.entries(tx, from, to),
    );
    // A crash HERE: the old log stands as it was, and its files are written anew by the next run.
    const root = roots.get(found.size) ?? found.root;
    const record = this.naming({ origin, vkey, signed, found: { size: found.size, root } }, wish, tx.now);
    await this.replace(tx, found.size, record);
    const { successor, why } = wish;
    const sizes = { signedSize: signed.size, foundSize: found.size };
    await this.logs.retire(tx, { origin, vkey, note: signed.note, ...sizes, foundRoot: root, successor, recordId: record.id, why }); // prettier-ignore
    return {
      origin,
      signedSize: signed.size,
      found: { size: found.size, root },
      archived: covered?.size,
      recordId: record.id,
    };
  }

  /** Its name and key, and every note of it that is known: the table's, and those that were kept in files. */
  private async oldLog(
    tx: Tx,
    kept: KeptOutside,
  ): Promise<{ origin: string; vkey: string; notes: Checkpoint[] }> {
    const row = await this.logs.signed(tx);
    const origin = row?.origin ?? kept.notes[0]?.split('\n')[0] ?? '';
    const vkey = row?.vkey ?? kept.vkeyOf(origin);
    const texts = [...(row ? [row.note] : []), ...kept.notes];
    const notes = texts.map((text) => {
      const checkpoint = openBy(vkey, text);
      if (checkpoint) return checkpoint;
      throw new StartError(`a kept checkpoint is not of ${vkey}: give those of this ledger only`);
    });
    if (notes.length > 0) return { origin, vkey, notes };
    throw new StartError('nothing was signed yet: there is no log to replace');
  }

  /** Computed from the entries, whatever the tiles say. */
  private async rootsOf(tx: Tx, size: number, wanted: ReadonlySet<number>): Promise<Map<number, Buffer>> {
    const edge = new RightEdge(0, []);
    const roots = new Map<number, Buffer>();
    const mark = (): void => {
      if (wanted.has(edge.size) || edge.size === size) roots.set(edge.size, edge.root());
    };
    mark();
    for (let from = 0; from < size; from += BATCH) {
      for (const entry of await this.logs.entries(tx, from, Math.min(from + BATCH, size))) {
        edge.append(leafHash(entry));
        mark();
      }
      edge.takeCompleted();
    }
    return roots;
  }

  private naming(
    { origin, vkey, signed, found }: { origin: string; vkey: string; signed: Checkpoint; found: TreeHead },
    { successor, why }: Wish,
    at: Date,
  ): WrittenRecord {
    const details = {
      origin,
      vkey,
      signed_size: signed.size,
      checkpoint: signed.note,
      found_size: found.size,
      found_root: found.root.toString('base64'),
      successor,
      why,
    };
    return this.write({ type: LOG_SUCCEEDED, subject: {}, details }, at);
  }

  private async replace(tx: Tx, size: number, naming: WrittenRecord): Promise<void> {
    await insertRecords((sql, parameters) => tx.change(sql, parameters), [naming]);
    await this.logs.clear(tx);
    const edge = new RightEdge(0, []);
    await this.place(tx, edge, [{ id: 0n, recordId: naming.id, entry: naming.entry }]);
    for (let from = 0; from < size; from += BATCH) {
      await this.place(tx, edge, await this.logs.found(tx, from, from + BATCH));
    }
    await this.logs.takeFromWaiting(tx, naming.id);
    await this.tree.storeEdge(tx, edge.tiles());
    // One more than were found: a tree that only grows, for whoever looks at its row.
    const isMoved = await this.tree.advance(tx, size, { size: edge.size, root: edge.root() });
    if (!isMoved || edge.size !== size + 1)
      throw new Error('invariant: every entry that was found is placed');
  }

  private async place(tx: Tx, edge: RightEdge, entries: readonly Waiting[]): Promise<void> {
    const from = edge.size;
    const hashes = entries.map(({ entry }) => leafHash(Buffer.from(entry)));
    for (const hash of hashes) edge.append(hash);
    await this.tree.place(tx, from, entries, Buffer.concat(hashes));
    await this.tree.storeTiles(tx, edge.takeCompleted());
  }
}
