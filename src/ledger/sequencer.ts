import { Injectable } from '@nestjs/common';
import { invariant } from '../contract/domain-error.js';
import { LedgerDatabase, type Tx } from '../database/database.js';
import { leafHash } from './hashing.js';
import { RightEdge } from './right-edge.js';
import { SequencerRepository } from './sequencer.repository.js';

/** More would hold a transaction open for long; fewer would make a backlog last. */
export const BATCH = 4_096;

/**
 * Gives what waits its place in the tree, in the order of `pending.id`, and grows the tree by it: one READ COMMITTED
 * transaction a batch. A crash anywhere before the commit leaves everything waiting, untouched; after it, everything
 * placed. There is no state in this process: any instance goes on from the rows.
 *
 * A number that was drawn and not committed yet is not there to be taken; it comes with a later batch. So nothing is
 * skipped. And since an ending draws its number when every decision before it has committed, no use is placed after
 * the end of its grant (ledger.md §3).
 */
@Injectable()
export class Sequencer {
  constructor(
    private readonly database: LedgerDatabase,
    private readonly tree: SequencerRepository,
  ) {}

  /** → how many entries were placed: none when nothing waits, or another instance is at it. */
  async runOnce(atMost = BATCH): Promise<number> {
    if (!(await this.tree.isAnythingWaiting())) return 0;
    return this.database.transaction('none', async (tx) =>
      (await this.tree.elect(tx)) ? this.batch(tx, atMost) : 0,
    );
  }

  private async batch(tx: Tx, atMost: number): Promise<number> {
    // A crash HERE, and up to the commit: the server rolls back, gives the fence back, and nothing was taken.
    const before = await this.tree.lockTree(tx);
    const edge = new RightEdge(before.size, await this.tree.edge(tx));
    invariant(edge.root().equals(before.root), 'the edge leads to the root');
    const taken = await this.tree.take(tx, atMost);
    if (taken.length === 0) return 0;

    const hashes = taken.map(({ entry }) => leafHash(Buffer.from(entry)));
    for (const hash of hashes) edge.append(hash);
    const placed = await this.tree.place(tx, before.size, taken, Buffer.concat(hashes));
    invariant(placed === taken.length, 'every entry that was taken is placed');
    await this.tree.storeTiles(tx, edge.takeCompleted());
    await this.tree.storeEdge(tx, edge.tiles());
    const after = { size: edge.size, root: edge.root() };
    invariant(await this.tree.advance(tx, before.size, after), 'the tree stood still behind the fence');
    // A crash between the commit and its answer: the batch is placed, and the next one begins behind it.
    return taken.length;
  }
}
