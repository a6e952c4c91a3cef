import { Injectable } from '@nestjs/common';
import type { Certificate } from 'pkijs';
import { CheckpointsRepository } from '../checkpoints.repository.js';
import type { Checkpoint } from '../note.js';
import { NOT_MY_TURN } from '../repeating.js';
import { OutsideError, post } from './post.js';
import { readStamp } from './time-stamp-reply.js';
import { askForStamp } from './time-stamp-request.js';
import { TimeStampsRepository, type DueFacts } from './time-stamps.repository.js';
import { TurnsRepository } from './turns.repository.js';

const EVERY_MS = 60 * 60_000;
const BOUNDS = { timeMs: 10_000, bytes: 64 * 1024 };
const TURN = 'time-stamp';

/** A time-stamping authority, and the certificates that it has to be trusted by. */
export interface Authority {
  url: string;
  policy: string;
  trusted: readonly Certificate[];
}

/** An hour after the last one; sooner when a lift stands in the checkpoint. What is stamped already is not again. */
export function isStampDue({ lastSize, lastAt, now, isWanted }: DueFacts, size: number): boolean {
  if (size === 0 || size === lastSize) return false;
  return isWanted || lastAt === undefined || now.getTime() - lastAt.getTime() >= EVERY_MS;
}

/** Has checkpoints stamped by an authority outside (RFC 3161): that they existed then, whatever is signed later. */
@Injectable()
export class TimeStamper {
  constructor(
    private readonly checkpoints: CheckpointsRepository,
    private readonly stamps: TimeStampsRepository,
    private readonly turns: TurnsRepository,
  ) {}

  /** → true when a stamp was taken. Throws OutsideError; then nobody asks for a minute. */
  async runOnce(authority: Authority, stopping?: AbortSignal): Promise<boolean | typeof NOT_MY_TURN> {
    const checkpoint = await this.checkpoints.last();
    if (!checkpoint || !isStampDue(await this.stamps.facts(checkpoint), checkpoint.size)) return false;
    const holder = await this.turns.take(TURN);
    if (holder === undefined) return NOT_MY_TURN;
    // Again: the instance that had the turn before may have taken the stamp meanwhile.
    const isDue = isStampDue(await this.stamps.facts(checkpoint), checkpoint.size);
    // A crash before the stamp is kept: it is lost, and another one is taken a minute later.
    if (isDue) await this.stamp(authority, checkpoint, stopping);
    await this.turns.giveBack(TURN, holder);
    return isDue;
  }

  private async stamp(
    { url, policy, trusted }: Authority,
    checkpoint: Checkpoint,
    stopping?: AbortSignal,
  ): Promise<void> {
    const stamped = Buffer.from(checkpoint.note);
    const asked = askForStamp(stamped, policy);
    const query = { type: 'application/timestamp-query', body: asked.der };
    const { status, type, body } = await post(url, query, { ...BOUNDS, stopping });
    if (status !== 200) throw new OutsideError(`answers HTTP ${status}`);
    if (type !== 'application/timestamp-reply') throw new OutsideError(`answers with ${type || 'no type'}`);
    await this.stamps.keep(checkpoint, body, await readStamp(body, { asked, stamped, trusted }));
  }
}
