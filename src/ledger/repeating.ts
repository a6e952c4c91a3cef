import { Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Turns } from '../meters/turns.js';

/** Nothing was tried: says nothing about whether it would work. */
export const NOT_MY_TURN = Symbol('not my turn');

/** Work that is done again and again until the service stops. */
export class Repeating {
  private readonly stopping = new AbortController();
  readonly turns = new Turns();
  private readonly failing = new Set<string>();
  private readonly running: Promise<void>[] = [];

  constructor(private readonly log: Logger) {}

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Whether the last try of any work whose name begins so has failed. */
  isFailing(prefix: string): boolean {
    return [...this.failing].some((name) => name.startsWith(prefix));
  }

  start(name: string, everyMs: number, work: (stopping: AbortSignal) => Promise<unknown>): void {
    this.running.push(this.repeat(name, everyMs, work));
  }

  /** After what is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private async repeat(
    name: string,
    everyMs: number,
    work: (stopping: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.told(name, () => work(signal));
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** A failure is told once, and its end; it stops nothing: the next turn tries again. */
  private async told(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      if ((await this.turns.count(name, work())) === NOT_MY_TURN) return;
      if (this.failing.delete(name)) this.log.warn(`${name}: works again`);
    } catch (error) {
      if (this.isStopping) return;
      if (!this.failing.has(name)) this.log.error(`${name}: ${messageOf(error)}`);
      this.failing.add(name);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : 'unknown failure';
}
