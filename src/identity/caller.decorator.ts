import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller, SystemCaller } from '../contract/caller.js';
import { invariant } from '../contract/domain-error.js';

/** What the guard has found out about a request; nothing else writes it. */
export interface KnownRequest extends FastifyRequest {
  caller?: Caller;
  system?: SystemCaller;
}

/** The signed-in person, put there by the guard. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<KnownRequest>();
  invariant(caller, 'the guard lets nobody through without a caller');
  return caller;
});

/** The authenticated system, put there by the guard. */
export const SystemOf = createParamDecorator((_: unknown, context: ExecutionContext): SystemCaller => {
  const { system } = context.switchToHttp().getRequest<KnownRequest>();
  invariant(system, 'the guard lets nobody through without a client');
  return system;
});
