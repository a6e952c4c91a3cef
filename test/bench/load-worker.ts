import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadOrder, LoadResult } from './load.js';

const order = workerData as LoadOrder;
const requests = order.requests.map((text) => Buffer.from(text));
const permittedBy = Buffer.from(order.permittedBy);
const END_OF_HEAD = Buffer.from('\r\n\r\n');

const latencies: number[] = [];
const statuses: Record<string, number> = {};
let permitted = 0;
let cursor = 0;

function nextRequest(): Buffer | undefined {
  const request = requests[order.isOnce ? cursor : cursor % requests.length];
  cursor += 1;
  return request;
}

/** Runs one connection until `deadline`; resolves when its last answer has come. */
function drive(socket: Socket, deadline: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      const request = sentAt < deadline ? nextRequest() : undefined;
      if (request) socket.write(request);
      else resolve();
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection under load')));
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (!isWhole(received)) return;
      latencies.push(performance.now() - sentAt);
      note(received);
      received = Buffer.alloc(0);
      send();
    });
    send();
  });
}

function isWhole(received: Buffer): boolean {
  const head = received.indexOf(END_OF_HEAD);
  if (head < 0) return false;
  const [, length] = /content-length: (\d+)/i.exec(received.toString('latin1', 0, head)) ?? [];
  if (length === undefined) throw new Error('an answer without Content-Length');
  return received.length >= head + END_OF_HEAD.length + Number(length);
}

function note(answer: Buffer): void {
  const status = answer.toString('latin1', 9, 12);
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (answer.includes(permittedBy)) permitted += 1;
}

const { host, port, connections, seconds } = order;
const sockets = Array.from({ length: connections }, () => connect({ host, port, noDelay: true }));
await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
const begun = performance.now();
await Promise.all(sockets.map((socket) => drive(socket, begun + seconds * 1000)));
const elapsed = (performance.now() - begun) / 1000;
for (const socket of sockets) socket.removeAllListeners('close').destroy();

const sorted = Float64Array.from(latencies).sort();
const at = (share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const result: LoadResult = {
  answers: sorted.length,
  perSecond: sorted.length / elapsed,
  p50: at(0.5),
  p99: at(0.99),
  worst: at(1),
  permitted,
  statuses,
};
parentPort?.postMessage(result);
