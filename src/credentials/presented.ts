import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invariant } from '../contract/domain-error.js';
import type { AccessTokenClaims } from './access-token.js';

/** A well-signed token of a terminal that proved its key. Nothing is decided: the gate does that from rows. */
export interface PresentedCredential {
  holder: AccessTokenClaims;
  /** SHA-256 of the proof's key and id; the first decision burns it. */
  replayKey: Buffer;
}

export interface PresentingRequest extends FastifyRequest {
  presented?: PresentedCredential;
  /** A well-signed token, its proof not yet seen: whose token it is, should it turn out stolen. */
  claimed?: AccessTokenClaims;
}

/** The token of an `Authorization: DPoP` header (RFC 9449 §7.1), by its form alone. */
export function tokenIn(authorization: string | undefined): string | undefined {
  return /^DPoP ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
}

/** The presented credential, put there by the guard. */
export const PresentedOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): PresentedCredential => {
    const { presented } = context.switchToHttp().getRequest<PresentingRequest>();
    invariant(presented, 'the guard lets nobody through without a credential');
    return presented;
  },
);
