import { AsyncLocalStorage } from 'node:async_hooks';

/** An answer as it came over the wire, and the values that the act it belongs to may bring. */
export interface HeardAnswer {
  request: string;
  bytes: Buffer;
  permitted: readonly string[];
}

/**
 * Keeps every answer of one service, status, headers and body, whoever asked for it. What an act may bring is said
 * around the act (`permitting`); everything else that leaves is for the test to find.
 */
export class Overheard {
  readonly answers: HeardAnswer[] = [];
  private readonly permitted = new AsyncLocalStorage<readonly string[]>();
  private readonly fetch = globalThis.fetch;

  constructor(private readonly url: string) {
    globalThis.fetch = (input, init) => this.hear(input, init);
  }

  permitting<T>(values: readonly string[], act: () => Promise<T>): Promise<T> {
    return this.permitted.run(values, act);
  }

  stop(): void {
    globalThis.fetch = this.fetch;
  }

  private async hear(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    const response = await this.fetch(input, init);
    const target = input instanceof Request ? input.url : String(input);
    if (!target.startsWith(this.url)) return response;
    const body = Buffer.from(await response.clone().arrayBuffer());
    const head = [`${response.status} ${response.statusText}`];
    for (const [name, value] of response.headers) head.push(`${name}: ${value}`);
    this.answers.push({
      request: `${init?.method ?? 'GET'} ${target.slice(this.url.length)} ${response.status}`,
      bytes: Buffer.concat([Buffer.from(head.join('\n')), Buffer.from('\n\n'), body]),
      permitted: this.permitted.getStore() ?? [],
    });
    return response;
  }
}
