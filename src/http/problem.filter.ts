import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../contract/domain-error.js';
import { problemPage, wantsPage } from '../identity/sign-in.page.js';
import { domainErrorOf, languageOf, problemOf } from './problem.js';
import type { PresentingRequest } from '../credentials/presented.js';
import { Turnstile } from './limits/turnstile.js';
import { Refusals } from './refusals.js';

const SCHEMES: Partial<Record<string, string>> = {
  invalid_client: 'Basic realm="kashikagi"',
  invalid_token: 'DPoP error="invalid_token", algs="ES256 EdDSA"',
  credential_superseded: 'DPoP error="invalid_token", algs="ES256 EdDSA"',
  invalid_dpop_proof: 'DPoP error="invalid_dpop_proof", algs="ES256 EdDSA"',
  dpop_replayed: 'DPoP error="invalid_dpop_proof", algs="ES256 EdDSA"',
  use_dpop_nonce: 'DPoP error="use_dpop_nonce", algs="ES256 EdDSA"',
};

/** The one place where a failure becomes an answer: problem+json (RFC 9457), recorded before it leaves. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  constructor(
    private readonly refusals: Refusals,
    private readonly turnstile: Turnstile,
  ) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest & PresentingRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = domainErrorOf(thrown);
    if (error.status >= 500) {
      this.log.error(
        `${request.method} ${request.routeOptions.url ?? ''} ${error.code} ${error.more.internal ?? ''} (${request.id})`,
      );
    }
    const recordId = await this.record(request, error);
    const told = recordId === undefined ? error : new DomainError(error.code, { ...error.more, recordId });
    const problem = problemOf(told, languageOf(request.headers['accept-language']));
    const challenge = SCHEMES[error.code];
    if (challenge !== undefined) void reply.header('www-authenticate', challenge);
    const { retryAfter } = error.more;
    if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
    const { presented } = request;
    if (error.code === 'too_many_lookups' && presented && retryAfter !== undefined)
      this.turnstile.noLookupsFor(presented.holder, retryAfter);
    void reply.header('cache-control', 'no-store');
    if (wantsPage(request.routeOptions.url ?? '', request.headers.accept)) {
      await reply.status(problem.status).type('text/html; charset=utf-8').send(problemPage(problem));
      return;
    }
    await reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem);
  }

  /** If a refusal cannot be recorded, it is still a refusal: no value leaves either way. */
  private async record(request: FastifyRequest, error: DomainError): Promise<string | undefined> {
    try {
      return await this.refusals.note(request, error);
    } catch (failure) {
      this.log.error(
        `a refusal could not be recorded: ${failure instanceof Error ? failure.name : 'unknown'}`,
      );
      return undefined;
    }
  }
}
