import { connect, createServer, type Server, type Socket } from 'node:net';

/** What stands before a highly available database: one address that leads to whoever is the primary. */
export class TcpSwitch {
  private readonly open = new Set<Socket>();
  private isSwallowing = false;
  /** Of these neither side hears that the other one left. */
  private readonly swallowed = new WeakSet<Socket>();

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {}

  static async start(target: number): Promise<TcpSwitch> {
    const server = createServer();
    const made = new TcpSwitch(server, target);
    server.on('connection', (socket) => made.join(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** New connections lead there; those that are open are closed, as a switch does that marks a server down. */
  to(target: number): void {
    this.target = target;
    for (const socket of this.open) socket.destroy();
  }

  /** From now on nothing comes through, either way, and nobody is told: neither on what is open nor on what comes. */
  swallow(): void {
    this.isSwallowing = true;
    for (const socket of this.open) {
      this.swallowed.add(socket);
      socket.unpipe().resume();
    }
  }

  /** New connections come through again; what was open stays as it is, as behind a firewall that forgot it. */
  restore(): void {
    this.isSwallowing = false;
  }

  close(): void {
    for (const socket of this.open) socket.destroy();
    this.server.close();
  }

  private join(near: Socket): void {
    if (this.isSwallowing) {
      this.open.add(near.resume());
      near.on('error', () => near.destroy());
      near.on('close', () => this.open.delete(near));
      return;
    }
    const far = connect(this.target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.open.add(one);
      one.setNoDelay(true);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        this.open.delete(one);
        if (!this.swallowed.has(one)) other.destroy();
      });
      one.pipe(other);
    }
  }
}
