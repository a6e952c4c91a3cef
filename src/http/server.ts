import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import cookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from '../app.module.js';
import { BrokerClock } from '../clock/broker-clock.js';
import { ACCESS_TABLE, accessOf } from '../contract/access-table.js';
import { invariant } from '../contract/domain-error.js';
import { PublicUrl } from '../contract/public-url.js';
import type { Runtime } from '../house.module.js';
import { WaysIn } from '../identity/ways-in.repository.js';
import { LedgerClockwork } from '../ledger/ledger-clockwork.js';
import { OutsideClockwork } from '../ledger/outside/outside-clockwork.js';
import { newRequestId, noteRequests } from './access-lines.js';
import { readBodies } from './bodies.js';
import { serveConsole } from './console/console-pages.js';
import { Turnstile } from './limits/turnstile.js';
import { endPipelines } from './pipelines.js';
import { domainErrorOf, languageOf, problemOf } from './problem.js';
import { answerSafely, HEADERS_BEFORE_ROUTING } from './security-headers.js';
import { InputPipe } from './validation.js';

/** Bodies are small: a nomination of 2,000 people is some 60 KB. */
const BODY_LIMIT = 512 * 1024;
/** Of those whom nobody knows: a passkey's attestation is a few KB. */
const ANONYMOUS_BODY_LIMIT = 32 * 1024;
/** How long a connection may be held by whom; README, "Slow and idle clients". */
const PATIENCE = {
  /** From the first byte to the last of a request: whoever sends it slower only holds a connection. */
  requestTimeout: 30_000,
  /** Longer than proxies keep an idle connection (60 s is usual), so that they close it and never meet a closed one. */
  keepAliveTimeout: 75_000,
  /** Nothing came or went: whoever does not read an answer. Longer than any answer takes to begin. */
  connectionTimeout: 120_000,
  /** A proxy's connection is many people's; what it carries is counted by whoever asks. */
  maxRequestsPerSocket: 0,
  /** From the connection to the end of the headers, also where nothing is sent at all; looked at every five seconds. */
  http: { headersTimeout: 15_000, connectionsCheckingInterval: 5_000 },
};

export interface Server {
  app: NestFastifyApplication;
  /** Where it listens, as http://host:port. */
  address: string;
  /** By the database's clock. */
  startedAt: Date;
  close(): Promise<void>;
}

/** Builds the application without listening. A route that the access table does not know stops it here. */
export async function createApp(
  runtime: Runtime,
  logger: LoggerService | false,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    ...PATIENCE,
    trustProxy: runtime.settings.trustProxy.length > 0 && [...runtime.settings.trustProxy],
    exposeHeadRoutes: false,
    genReqId: newRequestId,
    frameworkErrors: refuseBeforeRouting,
    // Not `true`, nor Nest's option of that name: both cut off the requests that are under way.
    forceCloseConnections: 'idle',
  });
  const routes = new Set<string>();
  adapter.getInstance().addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      routes.add(`${method} ${route.url}`);
      if (accessOf(method, route.url)?.entry === 'anyone') route.bodyLimit = ANONYMOUS_BODY_LIMIT;
    }
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.on(runtime), adapter, {
    logger,
    abortOnError: false,
  });
  endPipelines(app);
  await app.register(cookie);
  noteRequests(app);
  await answerSafely(app, runtime.settings.publicUrl);
  countCalls(app);
  readBodies(app, BODY_LIMIT);
  serveConsole(app);
  app.useGlobalPipes(new InputPipe());
  await app.init();
  try {
    refuseUnlistedRoutes(routes);
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

/** After the hooks that read the cookies and put the headers: a refusal here has them too. */
function countCalls(app: NestFastifyApplication): void {
  const turnstile = app.get(Turnstile);
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', (request, reply, done) => {
    if (request.raw.socket.destroyed) {
      // Whoever asked has left: there is no address to count, and nobody to answer.
      reply.hijack();
      return;
    }
    try {
      turnstile.atTheDoor(request);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  });
  server.addHook('onSend', (request, _reply, _payload, done) => {
    turnstile.answered(request);
    done();
  });
}

export async function serve(
  runtime: Runtime,
  options: { logger: LoggerService | false; host: string; port: number; publicUrl: string | null },
): Promise<Server> {
  const app = await createApp(runtime, options.logger);
  try {
    await app.get(BrokerClock).start();
    await app.get(LedgerClockwork).start();
    await app.get(WaysIn).sayIfThereIsNone();
    app.get(OutsideClockwork).start();
    await app.listen(options.port, options.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  const address = await app.getUrl();
  app.get(PublicUrl).set(options.publicUrl ?? address);
  return { app, address, startedAt: app.get(BrokerClock).now(), close: () => app.close() };
}

/** An address that no route can have (a bad escape, an endless id): before any room or filter sees it. */
function refuseBeforeRouting(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(domainErrorOf(error), languageOf(request.headers['accept-language']));
  void reply.headers(HEADERS_BEFORE_ROUTING);
  void reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem);
}

function refuseUnlistedRoutes(routes: ReadonlySet<string>): void {
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    if (method === 'OPTIONS') continue;
    invariant(accessOf(method, path), `${route} stands in the access table`);
  }
  for (const { method, path } of ACCESS_TABLE) {
    invariant(routes.has(`${method} ${path}`), `${method} ${path} of the access table has a route`);
  }
}
