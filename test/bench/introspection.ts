import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { basic } from './decisions.js';
import { press, render, targetOf, type LoadResult } from './load.js';

interface Ready {
  url: string;
  token: string;
  client: { id: string; secret: string };
}

/** oidc-provider's introspection in memory: what a decision costs that is neither recorded nor read from rows. */
export class Introspection {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ready: Ready,
  ) {}

  static async start(): Promise<Introspection> {
    const program = new URL('./introspection-server.js', import.meta.url);
    const child = fork(program, { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
    if (!child.stdout) throw new Error('its output is a pipe');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return new Introspection(child, JSON.parse(line) as Ready);
  }

  async press(seconds: number): Promise<LoadResult> {
    const { url, token, client } = this.ready;
    const request = render({
      url: `${url}/token/introspection`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basic(client.id, client.secret),
      },
      body: `token=${encodeURIComponent(token)}`,
    });
    const result = await press({
      ...targetOf(url),
      connections: 64,
      seconds,
      requests: [request],
      isOnce: false,
      permittedBy: '"active":true',
    });
    if (result.permitted !== result.answers) throw new Error('oidc-provider knows its own token');
    return result;
  }

  stop(): void {
    this.child.disconnect();
  }
}
