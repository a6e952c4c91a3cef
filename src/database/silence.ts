import type { Socket } from 'node:net';
import { Client, DatabaseError, type ClientBase } from 'pg';

/** A question that nothing came back to for so long is asked after, over another connection. */
const ASKED_AFTER_MS = 3_000;
/** When nobody can be asked either, what stays silent for so long is given up. */
const GIVEN_UP_MS = 10_000;
const LOOKS_EVERY_MS = 500;
/** How long whoever is asked may take. */
const ANSWER_WITHIN_MS = 2_500;

/**
 * Which of these connections the server still works for. One that waits for its client, or is not there, will never
 * answer what it was asked: the question or the answer was lost on the way.
 */
const AT_WORK = `
  select pid from pg_stat_activity
   where pid = any($1::int[]) and usename = current_user and state = 'active' and wait_event_type is distinct from 'Client'`;
/** What such a connection holds (the gate, rows) is given back at once. */
const END_LOST = `
  select pg_terminate_backend(pid) from pg_stat_activity
   where pid = any($1::int[]) and usename = current_user and (state <> 'active' or wait_event_type = 'Client')`;

/** What pg's client has beside its types: the server's process, and whether an answer is outstanding. */
interface Wire {
  processID: number;
  readyForQuery: boolean;
  connection: { stream: Socket };
}

const wireOf = (client: ClientBase): Wire => client as unknown as Wire;

interface Heard {
  bytes: number;
  silentSince: number;
}

/** Pure. Silence of `ms`, and what the server says of it (null: it says nothing either). */
export function verdictOf(ms: number, isAtWork: boolean | null): 'wait' | 'give up' {
  if (isAtWork === null) return ms >= GIVEN_UP_MS ? 'give up' : 'wait';
  return isAtWork || ms < ASKED_AFTER_MS ? 'wait' : 'give up';
}

/**
 * Packets that vanish without a reset leave a connection that never answers, and TCP notices after a quarter of an
 * hour. No query has a time limit, since a statement may rightly take long, and an ending must not be cut off; it is
 * silence that is looked into: whoever the server works for is waited for, however long it takes.
 */
export class SilenceWatch {
  private readonly heard = new Map<Wire, Heard>();
  /** Of connections that were given up while the server could not be told. */
  private readonly lost = new Set<number>();
  private readonly timer: NodeJS.Timeout;
  private isLooking = false;

  constructor(private readonly url: string) {
    this.timer = setInterval(() => void this.look(), LOOKS_EVERY_MS).unref();
  }

  /** For a pool's options: of each connection that it opens. */
  readonly onConnect = (client: ClientBase): void => {
    const wire = wireOf(client);
    this.heard.set(wire, { bytes: -1, silentSince: 0 });
    client.once('end', () => this.heard.delete(wire));
  };

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const silent = this.silent();
    if (this.isLooking || (silent.size === 0 && this.lost.size === 0)) return;
    this.isLooking = true;
    try {
      const pids = [...silent.keys()].map((wire) => wire.processID);
      const atWork = await this.ask(pids).catch(() => null);
      for (const [wire, ms] of silent) {
        const isStillSilent = this.silent().has(wire);
        const isAtWork = atWork === null ? null : atWork.has(wire.processID);
        if (isStillSilent && verdictOf(ms, isAtWork) === 'give up') this.giveUp(wire);
      }
      if (atWork !== null) await this.tell().catch(() => undefined);
    } finally {
      this.isLooking = false;
    }
  }

  /** → who waits for an answer of which not a byte came, and for how long, in ms */
  private silent(): Map<Wire, number> {
    const now = performance.now();
    const found = new Map<Wire, number>();
    for (const [wire, heard] of this.heard) {
      const { bytesRead } = wire.connection.stream;
      if (wire.readyForQuery || bytesRead !== heard.bytes)
        Object.assign(heard, { bytes: bytesRead, silentSince: now });
      const ms = now - heard.silentSince;
      if (ms >= ASKED_AFTER_MS) found.set(wire, ms);
    }
    return found;
  }

  /** → for which of these the server works; throws where it cannot be reached */
  private async ask(pids: number[]): Promise<Set<number>> {
    try {
      const rows = await this.alone<{ pid: number }>(AT_WORK, pids);
      return new Set(rows.map(({ pid }) => pid));
    } catch (error) {
      // It answers, though it has no room for one connection more: then nobody is given up on a guess.
      if (error instanceof DatabaseError) return new Set(pids);
      throw error;
    }
  }

  private async tell(): Promise<void> {
    if (this.lost.size === 0) return;
    const pids = [...this.lost];
    await this.alone(END_LOST, pids);
    for (const pid of pids) this.lost.delete(pid);
  }

  /** As if it had been reset: its caller hears that, the pool takes another. */
  private giveUp(wire: Wire): void {
    this.heard.delete(wire);
    this.lost.add(wire.processID);
    wire.connection.stream.destroy(
      Object.assign(new Error('Connection terminated: silence'), { code: 'ETIMEDOUT' }),
    );
  }

  private async alone<T extends object>(sql: string, pids: number[]): Promise<T[]> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'kashikagi silence',
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<T>(sql, [pids])).rows;
    } finally {
      // Its goodbye may be lost as well: nobody waits for that.
      void client.end().catch(() => undefined);
      wireOf(client).connection.stream.destroySoon();
    }
  }
}
