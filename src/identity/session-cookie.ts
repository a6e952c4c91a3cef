import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PublicUrl } from '../contract/public-url.js';
import type { StartedSession } from './sessions.service.js';

const NAME = 'kashikagi_session';

/**
 * The cookie that carries a session's token. Over https its name has the prefix `__Host-`: a browser then takes it only
 * with Secure, for the whole site and without a Domain, so no neighbouring host can plant one. Plain http (the
 * demonstration on loopback) cannot have that prefix; its name is not looked at where https is.
 */
@Injectable()
export class SessionCookie {
  constructor(private readonly publicUrl: PublicUrl) {}

  get isSecure(): boolean {
    return this.publicUrl.value.startsWith('https:');
  }

  get name(): string {
    return this.nameOf(NAME);
  }

  /** A name of ours, with the prefix where it can be. */
  nameOf(name: string): string {
    return this.isSecure ? `__Host-${name}` : name;
  }

  tokenIn(request: FastifyRequest): string | undefined {
    return request.cookies[this.name];
  }

  put(reply: FastifyReply, session: StartedSession): void {
    void reply.setCookie(this.name, session.token, {
      httpOnly: true,
      secure: this.isSecure,
      sameSite: 'strict',
      path: '/',
      expires: session.expiresAt,
    });
  }

  /** With Secure as well: a browser ignores a `__Host-` cookie without it, also one that only clears. */
  clear(reply: FastifyReply): void {
    void reply.clearCookie(this.name, {
      path: '/',
      httpOnly: true,
      secure: this.isSecure,
      sameSite: 'strict',
    });
  }
}
