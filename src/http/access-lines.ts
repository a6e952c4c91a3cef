import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { accessOf } from '../contract/access-table.js';
import { RequestMeter } from '../meters/request-meter.js';

/** Made here for each request: one that a caller sends could be chosen to look like another's, or to hold a value. */
export const newRequestId = (): string => `rq_${randomBytes(12).toString('base64url')}`;

/** One request, as the log tells it: the route's template, never the address; nothing of who called. */
export class AccessLine {
  constructor(
    readonly fields: { request_id: string; method: string; route: string; status: number; ms: number },
  ) {}

  toString(): string {
    const { method, route, status, ms, request_id: id } = this.fields;
    return `${method} ${route} ${status} ${ms} ms ${id}`;
  }
}

/**
 * Gives each answer its request's id (`X-Request-Id`), and notes it when its last byte is out: counted always; told in the
 * log when it changed something or failed on our side, else for whoever turns the log up to `debug`.
 */
export function noteRequests(app: NestFastifyApplication): void {
  const meter = app.get(RequestMeter);
  const log = new Logger('access');
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const { url: route } = request.routeOptions;
    const { statusCode: status, elapsedTime } = reply;
    const method = route === undefined ? 'any' : request.method;
    meter.answered({ route, method, status, seconds: elapsedTime / 1000 });
    const ms = Math.round(elapsedTime * 10) / 10;
    const line = new AccessLine({ request_id: request.id, method, route: route ?? 'none', status, ms });
    const isChange = route !== undefined && accessOf(request.method, route)?.isChange === true;
    if (isChange || status >= 500) log.log(line);
    else log.debug(line);
    done();
  });
}
