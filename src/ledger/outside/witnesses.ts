import { Injectable } from '@nestjs/common';
import { CheckpointsRepository } from '../checkpoints.repository.js';
import type { Checkpoint } from '../note.js';
import { consistencyProof, hashesFrom } from '../proofs.js';
import { TreeRepository } from '../tree.repository.js';
import { CosignaturesRepository } from './cosignatures.repository.js';
import { OutsideError, post, type PostAnswer } from './post.js';
import { NOT_MY_TURN } from '../repeating.js';
import { TurnsRepository } from './turns.repository.js';
import type { WitnessVkey } from './witness-line.js';

/** c2sp.org/tlog-witness. */
const SIZE_TYPE = 'text/x.tlog.size';
const BOUNDS = { timeMs: 10_000, bytes: 64 * 1024 };

export interface ConfiguredWitness {
  /** The submission prefix: `/add-checkpoint` comes behind it. */
  url: string;
  vkey: WitnessVkey;
}

/** What witnesses say when they do not cosign; the one to look at first is a log that lost entries. */
const REFUSALS: Partial<Record<number, string>> = {
  403: 'does not take the signature of this log',
  404: 'does not know this log',
  422: 'does not find that the tree continues what it cosigned',
};

/**
 * Takes each new checkpoint to the witnesses (c2sp.org/tlog-witness). What they cosign is published later than the
 * checkpoint itself, which waits for nobody; nothing else waits either.
 */
@Injectable()
export class Witnesses {
  constructor(
    private readonly tree: TreeRepository,
    private readonly checkpoints: CheckpointsRepository,
    private readonly cosignatures: CosignaturesRepository,
    private readonly turns: TurnsRepository,
  ) {}

  /** → true when a cosignature was taken. Throws OutsideError; then nobody asks this witness for a minute. */
  async runOnce(witness: ConfiguredWitness, stopping?: AbortSignal): Promise<boolean | typeof NOT_MY_TURN> {
    const checkpoint = await this.checkpoints.last();
    if (!checkpoint) return false;
    const known = await this.cosignatures.last(checkpoint.origin, witness.vkey.text);
    if (known?.note === checkpoint.note) return false;
    const name = `witness ${witness.vkey.text}`;
    const holder = await this.turns.take(name);
    if (holder === undefined) return NOT_MY_TURN;
    // A checkpoint that another instance published or had cosigned since is no harm: the witness tells its size.
    const ask = (old: number): Promise<PostAnswer> => this.ask(witness, checkpoint, old, stopping);
    const line = await this.cosigned(witness, checkpoint, ask, known?.size ?? 0);
    // A crash HERE: the witness remembers and the answer is lost; it tells its size, and cosigns that again.
    if (line !== undefined) await this.cosignatures.keep(witness.vkey.text, checkpoint, line);
    await this.turns.giveBack(name, holder);
    return line !== undefined;
  }

  /** → the line; undefined: the witness is ahead of this checkpoint, with a newer one of ours. */
  private async cosigned(
    witness: ConfiguredWitness,
    checkpoint: Checkpoint,
    ask: (old: number) => Promise<PostAnswer>,
    from: number,
  ): Promise<string | undefined> {
    let answer = await ask(Math.min(from, checkpoint.size));
    if (answer.status === 409) {
      const told = await this.toldSize(answer);
      if (told > checkpoint.size) return undefined;
      answer = await ask(told);
    }
    if (answer.status === 409) throw new OutsideError(whyTwice(answer, checkpoint));
    if (answer.status !== 200)
      throw new OutsideError(REFUSALS[answer.status] ?? `answers HTTP ${answer.status}`);
    const text = checkpoint.note.slice(0, checkpoint.note.indexOf('\n\n') + 1);
    const line = witness.vkey.lineIn(answer.body.toString('utf8'), text);
    if (line === undefined) throw new OutsideError('answers without a good cosignature of its key');
    return line;
  }

  /** The size from which the witness wants the proof: at most that of our newest checkpoint. */
  private async toldSize(answer: PostAnswer): Promise<number> {
    const told = sizeIn(answer);
    if (told === undefined) throw new OutsideError('answers 409 without a size');
    const newest = (await this.checkpoints.last())?.size ?? 0;
    if (told <= newest) return told;
    throw new OutsideError(
      `remembers ${told} entries of this log, and ${newest} are signed: entries were lost, or another log signs`,
    );
  }

  private async ask(
    { url }: ConfiguredWitness,
    { size, note }: Checkpoint,
    old: number,
    stopping?: AbortSignal,
  ): Promise<PostAnswer> {
    const read = hashesFrom(async (level, index) => {
      const hashes = await this.tree.tile(level, index);
      if (!hashes) throw new Error(`tile ${level}/${index} is missing`);
      return hashes;
    }, size);
    const proof = await consistencyProof(read, old, size);
    const lines = proof.map((hash) => `${hash.toString('base64')}\n`).join('');
    const body = `old ${old}\n${lines}\n${note}`;
    const content = { type: 'text/plain; charset=utf-8', body };
    return post(`${url.replace(/\/$/, '')}/add-checkpoint`, content, { ...BOUNDS, stopping });
  }
}

function sizeIn({ type, body }: PostAnswer): number | undefined {
  const text = body.toString('utf8');
  return type === SIZE_TYPE && /^(0|[1-9]\d{0,15})\n$/.test(text) ? Number(text) : undefined;
}

function whyTwice(answer: PostAnswer, { size }: Checkpoint): string {
  return sizeIn(answer) === size
    ? `has cosigned another tree of ${size} entries: this log was forked`
    : 'changes its mind about what it cosigned';
}
