import { Injectable } from '@nestjs/common';
import { DomainError, invariant } from '../../contract/domain-error.js';
import { CheckpointSigner, type Checkpoint } from '../../ledger/note.js';
import { consistencyProof, hashesFrom, isConsistent, rangeRoot } from '../../ledger/proofs.js';
import { PublishedTree } from '../../ledger/published-tree.js';
import { tilePath, tilesOf, type TileName } from '../../ledger/tiles.js';

/**
 * The tree of an export: the newest signed one, or an older size of it. The note is made anew from the size, with our
 * signature alone, so that it is the same bytes whenever it is asked for (Ed25519 draws no random numbers). That signs
 * nothing new: an older size is proved to be the beginning of what is signed already.
 */
@Injectable()
export class PinnedTree {
  constructor(
    private readonly published: PublishedTree,
    private readonly signer: CheckpointSigner,
  ) {}

  get vkey(): string {
    return this.signer.vkey;
  }

  /** Errors: `tree_size_not_signed` beyond the newest checkpoint, and as long as there is none. */
  async at(size?: number): Promise<Checkpoint> {
    const newest = await this.published.covering(size ?? 1);
    if (newest?.origin !== this.signer.origin) throw new DomainError('tree_size_not_signed');
    const wanted = size ?? newest.size;
    const read = hashesFrom(async (level, index, width) => this.tile({ level, index, width }), newest.size);
    const head = { size: wanted, root: await rangeRoot(read, 0, wanted) };
    const proof = await consistencyProof(read, wanted, newest.size);
    invariant(isConsistent(head, newest, proof), 'the tree begins with every earlier size of it');
    return this.signer.sign(head);
  }

  /** All tiles and bundles of entries of the tree of `size`, the last ones cut, with their paths below `tile/`. */
  async *files({ size }: Checkpoint): AsyncGenerator<{ path: string; bytes: Buffer }> {
    for (const name of tilesOf(size)) {
      yield { path: tilePath(name), bytes: await this.tile(name) };
      if (name.level !== 0) continue;
      const entries: TileName = { ...name, level: 'entries' };
      yield { path: tilePath(entries), bytes: await this.tile(entries) };
    }
  }

  private async tile(name: TileName): Promise<Buffer> {
    const bytes = await this.published.read(name);
    invariant(bytes, 'the tiles of the signed tree are there');
    return bytes;
  }
}
