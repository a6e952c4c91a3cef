import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface LoadOrder {
  host: string;
  port: number;
  connections: number;
  seconds: number;
  /** Whole HTTP/1.1 requests, sent in this order. */
  requests: string[];
  /** Each request is sent at most once (a DPoP proof is good once); else they are sent round and round. */
  isOnce: boolean;
  /** An answer counts as permitted when its body holds this text. */
  permittedBy: string;
}

export interface LoadResult {
  answers: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** Longest answer, in milliseconds like p50 and p99. */
  worst: number;
  permitted: number;
  statuses: Record<string, number>;
}

/**
 * Presses on a server from a worker thread, each connection sending its next request when the last was answered.
 * It speaks just enough HTTP for the answers it gets (Content-Length, keep-alive): on two shared cores, what the
 * load generator uses is taken from the measured.
 */
export async function press(order: LoadOrder): Promise<LoadResult> {
  const worker = new Worker(new URL('./load-worker.js', import.meta.url), { workerData: order });
  const [[result]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  return result as LoadResult;
}

export interface PostedRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export function render({ url, headers, body }: PostedRequest): string {
  const { host, pathname } = new URL(url);
  const lines = Object.entries({ host, 'content-length': Buffer.byteLength(body), ...headers });
  return `POST ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

export function targetOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
