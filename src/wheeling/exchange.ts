import { type Agent, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { DomainError } from '../contract/domain-error.js';
import { untrusted } from './wheeling-record.js';

export interface Target {
  url: URL;
  /** Of node:http or node:https. */
  request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void) => ClientRequest;
  agent: Agent;
  maxAnswerBytes: number;
}

/** What cannot be reached says why in words of ours, never with a part of an answer. */
export function unavailable(why: string): DomainError {
  return new DomainError('wheeling_unavailable', { internal: why });
}

/**
 * One POST of JSON and its answer as text, of at most `maxAnswerBytes`. `done` is called once, unless the
 * exchange was aborted.
 */
export class Exchange {
  private call: ClientRequest | undefined;
  private over = false;

  constructor(
    private readonly target: Target,
    private readonly body: string,
    private readonly done: (outcome: string | DomainError) => void,
  ) {
    this.send();
  }

  abort(): void {
    this.over = true;
    this.call?.destroy();
  }

  private send(): void {
    const { url, agent, request } = this.target;
    const options: RequestOptions = {
      host: url.hostname,
      port: url.port,
      path: url.pathname,
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(this.body) },
    };
    const call = request(options, (response) => this.receive(response));
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (this.over) return;
      // The server closed an idle connection just as it was taken again. A search changes nothing: ask again.
      if (call.reusedSocket && error.code === 'ECONNRESET') this.send();
      else this.fail(unavailable(error.code ?? 'connection'));
    });
    this.call = call;
    call.end(this.body);
  }

  private receive(response: IncomingMessage): void {
    const { statusCode = 0 } = response;
    if (statusCode >= 500 || statusCode === 429) return this.fail(unavailable(`status ${statusCode}`));
    if (statusCode !== 200) return this.fail(untrusted(`status ${statusCode}`));
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > this.target.maxAnswerBytes) this.fail(untrusted('too large'));
    });
    response.once('error', () => this.fail(unavailable('cut off')));
    response.once('end', () => this.finish(Buffer.concat(chunks, bytes).toString()));
  }

  /** The rest of a refused answer is not read. */
  private fail(error: DomainError): void {
    this.finish(error);
    this.call?.destroy();
  }

  private finish(outcome: string | DomainError): void {
    if (this.over) return;
    this.over = true;
    this.done(outcome);
  }
}
