import { Injectable } from '@nestjs/common';
import { StartError } from '../database/embedded/start-error.js';
import { CheckpointsRepository, type SignedCheckpoint } from './checkpoints.repository.js';
import { OtherFolderError } from './folder-mark.js';
import { KeptCheckpoint } from './kept-checkpoint.js';
import { CheckpointSigner, openBy, type Checkpoint, type TreeHead } from './note.js';
import { consistencyProof, hashesFrom, isConsistent } from './proofs.js';
import { TreeRepository } from './tree.repository.js';

/** What is there now does not continue what was signed: it is never signed, by no instance that remembers. */
export class ForkError extends Error {}

const WHAT_TO_DO =
  'Nothing more is signed under this origin. Put a newer backup back if there is one; if not, stop the service and ' +
  'begin a new log, which names this one: kashikagi new-log --origin <new origin> --reason <why>';

/**
 * Signs the tree, after its commit and never before, when it has grown. Whatever is signed begins with everything that
 * was signed before it, of which the database and a file of each instance keep the last.
 */
@Injectable()
export class Publisher {
  /** Why nothing is signed at present; for `/readyz`. */
  refusal: string | undefined;

  constructor(
    private readonly tree: TreeRepository,
    private readonly checkpoints: CheckpointsRepository,
    private readonly signer: CheckpointSigner,
    private readonly kept: KeptCheckpoint,
  ) {}

  /** Before the first turn of a service: where its second place is. */
  takeFolder(): Promise<void> {
    return this.kept.takeFolder();
  }

  /** Error: StartError, when checkpoints under this origin were signed with another key, or under another origin. */
  async refuseOtherLedger(): Promise<void> {
    await this.refuseRetiredLog();
    const last = await this.checkpoints.last();
    if (last === undefined) return;
    if (last.origin !== this.signer.origin) {
      throw new StartError(
        `"ledgerOrigin" is ${this.signer.origin}, and this ledger signs as ${last.origin}: an origin never changes`,
      );
    }
    if (last.vkey !== this.signer.vkey) {
      throw new StartError(
        `the ledger key is not the one of ${last.vkey}, which this ledger signs with: put it back from the backup`,
      );
    }
  }

  /** After `kashikagi new-log`: only its origin goes on, and under no key that signed for a log before. */
  private async refuseRetiredLog(): Promise<void> {
    const [latest, ...earlier] = await this.checkpoints.retired();
    if (latest === undefined) return;
    if (this.signer.origin !== latest.successor) {
      throw new StartError(
        `the log ${latest.origin} was followed by ${latest.successor}: set "ledgerOrigin" to that`,
      );
    }
    const key = this.signer.vkey.split('+').slice(2).join('+');
    if ([latest, ...earlier].some(({ vkey }) => vkey.endsWith(`+${key}`))) {
      throw new StartError(
        `the ledger key signed for a log before ${latest.successor}: a new log needs a new key ` +
          `(run kashikagi new-log --origin ${latest.successor} again, or give another KASHIKAGI_LEDGER_KEY)`,
      );
    }
  }

  /** → true when a checkpoint was signed. Error: ForkError, and whatever database and file system say. */
  async runOnce(): Promise<boolean> {
    try {
      const isSigned = await this.run();
      this.refusal = undefined;
      return isSigned;
    } catch (error) {
      const isTold = error instanceof ForkError || error instanceof OtherFolderError;
      this.refusal = isTold ? error.message : 'the ledger cannot be read or written';
      throw error;
    }
  }

  private async run(): Promise<boolean> {
    // In this order: the tree is at least as large as whatever was signed when it is read.
    const kept = await this.keptHere();
    const last = await this.checkpoints.last();
    const tree = await this.tree.head();
    for (const earlier of [kept, last]) if (earlier) await this.refuseFork(earlier, tree);
    if (last && last.size >= (kept?.size ?? 0) && last.note !== kept?.note) await this.kept.keep(last.note);
    if (last && last.size === tree.size) return false;
    return this.sign(last, tree);
  }

  private async sign(last: SignedCheckpoint | undefined, tree: TreeHead): Promise<boolean> {
    const next = this.signer.sign(tree);
    // A crash HERE: signed and told to nobody; the tree is committed, so the next run signs the same or more.
    await this.kept.keep(next.note);
    // A crash HERE: kept in the file and published by nobody; the next run starts from the file.
    return this.checkpoints.replace(last?.size, { ...next, vkey: this.signer.vkey });
    // False: another instance was first. Both signed the one tree of this database, so both hold.
  }

  private async keptHere(): Promise<Checkpoint | undefined> {
    const note = await this.kept.read();
    if (note === undefined) return undefined;
    const checkpoint = this.signer.open(note);
    if (checkpoint) return checkpoint;
    if (await this.isNamed(note)) return undefined;
    throw new ForkError(
      `${this.kept.path} holds no checkpoint of ${this.signer.vkey}: another ledger's, or damaged`,
    );
  }

  /** Of a log before this one, and not beyond what the new log says of it: the file has done its duty. */
  private async isNamed(note: string): Promise<boolean> {
    for (const { vkey, origin, signedSize } of await this.checkpoints.retired()) {
      const checkpoint = openBy(vkey, note);
      if (checkpoint === undefined) continue;
      if (checkpoint.size <= signedSize) return true;
      throw new ForkError(
        `${this.kept.path} says that ${checkpoint.size} entries were signed as ${origin}, and the log that followed ` +
          `names only ${signedSize}: keep that file elsewhere for the auditors, and move it away`,
      );
    }
    return false;
  }

  /** From the tables, not from a cache: what will be read there has to be what was signed. */
  private async refuseFork(earlier: Checkpoint, tree: TreeHead): Promise<void> {
    if (earlier.size > tree.size) {
      throw new ForkError(
        `${earlier.size} entries were signed and ${tree.size} are there: entries were lost. ` + WHAT_TO_DO,
      );
    }
    const read = hashesFrom(async (level, index) => {
      const hashes = await this.tree.tile(level, index);
      if (!hashes) throw new ForkError(`tile ${level}/${index} is missing`);
      return hashes;
    }, tree.size);
    const proof = await consistencyProof(read, earlier.size, tree.size);
    if (isConsistent(earlier, tree, proof)) return;
    throw new ForkError(
      `the tree of ${tree.size} entries does not begin with the signed one of ${earlier.size}: it was rewritten. ` +
        WHAT_TO_DO,
    );
  }
}
