import { type Agent, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { DomainError } from '../contract/domain-error.js';
import { untrusted } from './wheeling-record.js';

export interface Target {
  /** Base of the system's API, ending in a slash. */
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

/** What is asked: a path below the base, and JSON for a POST. Each may be asked again without a second effect. */
export interface Inquiry {
  method: 'GET' | 'POST';
  path: string;
  body: string;
}

/** The text of the answer; undefined where there is no such thing (404). */
export type Outcome = string | undefined;

/**
 * One exchange over HTTP and its answer as text, of at most `maxAnswerBytes`. `done` is called once, unless the
 * exchange was aborted.
 */
export class Exchange {
  private call: ClientRequest | undefined;
  private over = false;

  constructor(
    private readonly target: Target,
    private readonly inquiry: Inquiry,
    private readonly done: (outcome: Outcome | DomainError) => void,
  ) {
    this.send();
  }

  abort(): void {
    this.over = true;
    this.call?.destroy();
  }

  private send(): void {
    const { url, agent, request } = this.target;
    const { method, path, body } = this.inquiry;
    const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options: RequestOptions = {
      host: url.hostname,
      port: url.port,
      path: `${url.pathname}${path}`,
      method,
      agent,
      headers: method === 'POST' ? length : {},
    };
    const call = request(options, (response) => this.receive(response));
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (this.over) return;
      // The server closed an idle connection just as it was taken again. Nothing happens twice: ask again.
      if (call.reusedSocket && error.code === 'ECONNRESET') this.send();
      else this.fail(unavailable(error.code ?? 'connection'));
    });
    this.call = call;
    call.end(body);
  }

  private receive(response: IncomingMessage): void {
    const { statusCode = 0 } = response;
    if (statusCode >= 500 || statusCode === 429) return this.fail(unavailable(`status ${statusCode}`));
    if (statusCode === 404) return this.missing();
    if (statusCode !== 200 && statusCode !== 201) return this.fail(untrusted(`status ${statusCode}`));
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

  private missing(): void {
    this.finish(undefined);
    this.call?.destroy();
  }

  /** The rest of a refused answer is not read. */
  private fail(error: DomainError): void {
    this.finish(error);
    this.call?.destroy();
  }

  private finish(outcome: Outcome | DomainError): void {
    if (this.over) return;
    this.over = true;
    this.done(outcome);
  }
}
