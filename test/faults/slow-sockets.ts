import { connect, type Socket } from 'node:net';

/** How a client holds a connection. */
export const HABITS = {
  'sends nothing': [],
  'sends its headers a byte a second': ['GET /api/v1/inbox HTTP/1.1\r\nhost: x\r\nx-long: '],
  'sends its body a byte a second': ['POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{"person_id":"'],
  'never reads its answers': Array<string>(200).fill('GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'),
} satisfies Record<string, string[]>; // prettier-ignore

export type Habit = keyof typeof HABITS;

/** Clients that hold connections and give nothing for them. */
export class SlowSockets {
  private readonly open = new Set<Socket>();
  private readonly dripping = new Set<Socket>();
  private readonly drip = setInterval(() => {
    for (const socket of this.dripping) socket.write('a');
  }, 1_000);
  private refused = 0;

  /** So many of a habit, each connected before the next hundred is tried. */
  async join(address: string, habit: Habit, count: number): Promise<void> {
    for (let left = count; left > 0; left -= 100) {
      await Promise.all(Array.from({ length: Math.min(100, left) }, () => this.one(address, habit)));
    }
  }

  /** Those that the service has not sent away. */
  get held(): number {
    return this.open.size;
  }

  get notLetIn(): number {
    return this.refused;
  }

  leave(): void {
    clearInterval(this.drip);
    for (const socket of this.open) socket.destroy();
  }

  private async one(address: string, habit: Habit): Promise<void> {
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname);
    const isIn = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (!isIn) {
      this.refused += 1;
      return;
    }
    this.open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.open.delete(socket);
      this.dripping.delete(socket);
    });
    // A socket that is not read does not hear that the other side left either; what cannot be written tells it.
    if (habit === 'never reads its answers') socket.pause();
    else socket.resume();
    for (const part of HABITS[habit]) socket.write(part);
    if (HABITS[habit].length === 1 || habit === 'never reads its answers') this.dripping.add(socket);
  }
}
