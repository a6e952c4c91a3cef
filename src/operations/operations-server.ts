import type { INestApplication } from '@nestjs/common';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReadinessCheck } from '../http/readiness.js';
import { Metrics } from './metrics.js';

/** Scrapers and probes are few; whoever sends half a request is let go. */
const PATIENCE_MS = 10_000;

export interface OperationsServer {
  url: string;
  close(): Promise<void>;
}

/**
 * `/metrics`, `/healthz` and `/readyz` on a port of their own, with no route of the API. Nobody is asked who they are: the
 * port is trusted to be reached by the operations network alone (loopback, unless the settings say otherwise).
 */
export async function serveOperations(
  app: INestApplication,
  { host, port }: { host: string; port: number },
): Promise<OperationsServer> {
  const metrics = new Metrics(app);
  const readiness = app.get(ReadinessCheck, { strict: false });
  const server = createServer(
    { requestTimeout: PATIENCE_MS, headersTimeout: PATIENCE_MS },
    (request, response) => {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      const path = isRead ? (request.url ?? '').split('?', 1).join() : '';
      answer(path, response, metrics, readiness).catch(() => response.writeHead(500).end());
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: () => closed(server),
  };
}

async function answer(
  path: string,
  response: ServerResponse,
  metrics: Metrics,
  readiness: ReadinessCheck,
): Promise<void> {
  switch (path) {
    case '/metrics': {
      const { type, body } = await metrics.text();
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
      return;
    }
    case '/healthz':
      return json(response, 200, { status: 'ok' });
    case '/readyz': {
      const found = await readiness.look();
      return json(response, found.ready ? 200 : 503, found);
    }
    default:
      return json(response, 404, { status: 'not found' });
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function closed(server: Server): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await ended;
}
