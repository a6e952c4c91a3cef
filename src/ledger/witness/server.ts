import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Witness } from './witness.js';

/** 63 proof lines and a checkpoint with a crowd of signatures are a few KB. */
const MOST_BYTES = 64 * 1024;
const REQUEST_LIMIT_MS = 10_000;

export interface WitnessServer {
  /** http://host:port */
  url: string;
  close(): Promise<void>;
}

/** `POST /add-checkpoint` and `GET /vkey`, for whoever asks: the log's signature is all that counts. */
export async function serveWitness(
  witness: Witness,
  place: { host: string; port: number },
  onFailure: (why: string) => void,
): Promise<WitnessServer> {
  const server = createServer((request, response) => {
    answer(witness, request, response).catch((error: unknown) => {
      onFailure(error instanceof Error ? error.message : String(error));
      // What exactly failed is for the log of this machine only.
      if (response.headersSent) response.destroy();
      else send(response, 500, 'failed\n');
    });
  });
  server.requestTimeout = REQUEST_LIMIT_MS;
  server.headersTimeout = REQUEST_LIMIT_MS;
  await listening(server, place);
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return { url: `http://${host}:${port}`, close: () => closed(server) };
}

async function answer(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').split('?')[0];
  const asked = `${request.method} ${path}`;
  if (asked === 'GET /vkey') return send(response, 200, `${witness.vkey}\n`);
  if (path === '/vkey' || (path === '/add-checkpoint' && request.method !== 'POST')) {
    return send(response, 405, 'not this way\n');
  }
  if (asked !== 'POST /add-checkpoint') return send(response, 404, 'not found\n');
  const body = await bodyOf(request);
  if (!body) {
    response.setHeader('connection', 'close');
    return send(response, 413, 'too long\n');
  }
  const reply = await witness.addCheckpoint(body);
  send(response, reply.status, reply.body, reply.type);
}

/** Undefined: longer than any request is. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  // The rest of a body that is too long is not read; the connection stays for the answer.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length > MOST_BYTES) return undefined;
  }
  return Buffer.concat(parts);
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      done();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeIdleConnections();
  });
}
