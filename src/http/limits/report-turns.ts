import { DomainError } from '../../contract/domain-error.js';

const RETRY_AFTER_SECONDS = 5;

interface Queue {
  atWork: number;
  waiting: (() => void)[];
}

/**
 * Of the reports that one person asks for, so many are looked for at once; so many more wait for their turn, in the order
 * in which they came, and hold nothing. A bound on the database, per instance: it decides no access.
 */
export class ReportTurns {
  readonly #queues = new Map<string, Queue>();

  constructor(private readonly most: { atWork: number; waiting: number }) {}

  /** How many people have a report under way or waiting. */
  get size(): number {
    return this.#queues.size;
  }

  /** → ends the turn, to be called once. Errors: `too_many_reports`; `asker_gone`, when that is so before the turn came. */
  async take(personId: string, asker: AbortSignal): Promise<() => void> {
    if (asker.aborted) throw new DomainError('asker_gone');
    const queue = this.#queues.get(personId) ?? { atWork: 0, waiting: [] };
    if (queue.atWork < this.most.atWork) {
      queue.atWork += 1;
      this.#queues.set(personId, queue);
    } else {
      await this.#turn(queue, asker);
    }
    return () => this.#end(personId, queue);
  }

  #turn(queue: Queue, asker: AbortSignal): Promise<void> {
    if (queue.waiting.length >= this.most.waiting)
      throw new DomainError('too_many_reports', { retryAfter: RETRY_AFTER_SECONDS });
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        asker.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        queue.waiting.splice(queue.waiting.indexOf(begin), 1);
        reject(new DomainError('asker_gone'));
      };
      asker.addEventListener('abort', leave, { once: true });
      queue.waiting.push(begin);
    });
  }

  /** The place goes to the next of the person's. */
  #end(personId: string, queue: Queue): void {
    const next = queue.waiting.shift();
    if (next) {
      next();
      return;
    }
    queue.atWork -= 1;
    if (queue.atWork === 0) this.#queues.delete(personId);
  }
}
