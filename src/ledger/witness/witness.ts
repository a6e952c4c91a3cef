import { provesConsistency } from '../verify/consistency.js';
import { checkSignature, FormError, type VerifierKey } from '../verify/note.js';
import type { Memory } from './memory.js';
import { readRequest, type Request } from './request.js';
import type { WitnessKey } from './witness-key.js';

export interface Reply {
  status: 200 | 400 | 403 | 404 | 409 | 422;
  type: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  body: string;
}

const TEXT = 'text/plain; charset=utf-8';

/**
 * c2sp.org/tlog-witness: cosigns a log's checkpoint when it continues what was cosigned before, and remembers it first.
 * Trusted: this machine's disk and clock, and the keys of the logs; nothing of what a log says.
 */
export class Witness {
  /** One request of a log after the other: each is judged by what the one before it left. */
  private readonly queues = new Map<string, Promise<unknown>>();

  /** `logs`: by origin, the key that it must be signed with. `seconds`: now, since 1970. */
  constructor(
    private readonly key: WitnessKey,
    private readonly logs: ReadonlyMap<string, VerifierKey>,
    private readonly memory: Memory,
    private readonly seconds: () => number,
  ) {}

  get vkey(): string {
    return this.key.vkey;
  }

  /** Throws what the disk and a foreign file in the folder say: then nothing was cosigned. */
  async addCheckpoint(body: Buffer): Promise<Reply> {
    let request: Request;
    try {
      request = readRequest(body);
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      return told(400, error.message);
    }
    const { origin, note } = request.checkpoint;
    const log = this.logs.get(origin);
    if (!log) return told(404, 'unknown origin');
    if (checkSignature(note, log) !== 'good') return told(403, 'no signature by a trusted key');
    if (request.oldSize > request.checkpoint.size) return told(400, 'old size beyond the checkpoint');
    return this.inTurn(origin, () => this.judge(request));
  }

  private async inTurn<T>(origin: string, work: () => Promise<T>): Promise<T> {
    const before = this.queues.get(origin) ?? Promise.resolve();
    const mine = before.then(work);
    this.queues.set(
      origin,
      mine.catch(() => undefined),
    );
    return mine;
  }

  private async judge({ oldSize, proof, checkpoint }: Request): Promise<Reply> {
    const { origin, size, root, note } = checkpoint;
    const last = await this.memory.last(origin);
    if (oldSize !== last.size) return conflict(last.size);
    // The log signed two trees of one size: it is told so, and gets no second cosignature.
    if (size === last.size && last.turn > 0 && !root.equals(last.root)) return conflict(last.size);
    if (!provesConsistency(last, { size, root }, proof)) return told(422, 'the proof does not hold');
    const isKnown = last.turn > 0 && size === last.size;
    // Remembered, on disk, before the cosignature exists: a crash on the way loses an answer, never a memory.
    if (!isKnown && !(await this.memory.advance(origin, last, { size, root }))) {
      return conflict((await this.memory.last(origin)).size);
    }
    return told(200, this.key.cosign(note.text, this.seconds()));
  }
}

function told(status: Exclude<Reply['status'], 409>, text: string): Reply {
  return { status, type: TEXT, body: text.endsWith('\n') ? text : `${text}\n` };
}

const conflict = (size: number): Reply => ({ status: 409, type: 'text/x.tlog.size', body: `${size}\n` });
