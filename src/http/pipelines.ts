import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Socket } from 'node:net';

/** No browser and no proxy asks again on a connection before it was answered; one answer may still be on its way out. */
const UNANSWERED_AT_MOST = 4;

/**
 * Ends a connection on which more was asked than is answered. Node reads all requests of a packet at once, and keeps every
 * answer in memory until it is read: whoever never reads would be given gigabytes.
 */
export function endPipelines(app: NestFastifyApplication): void {
  const unanswered = new WeakMap<Socket, number>();
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    const count = (unanswered.get(socket) ?? 0) + 1;
    unanswered.set(socket, count);
    reply.raw.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    // The rest of the packet comes as requests of a connection that is no more: none of them is looked at.
    if (count > UNANSWERED_AT_MOST) socket.destroy();
    if (socket.destroyed) {
      reply.hijack();
      return;
    }
    done();
  });
}
