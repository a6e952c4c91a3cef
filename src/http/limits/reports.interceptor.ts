import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { accessOf } from '../../contract/access-table.js';
import { whoAsks } from '../../database/who-asks.js';
import type { KnownRequest } from '../../identity/caller.decorator.js';
import { ReportTurns } from './report-turns.js';

/** A page of the auditors' desk asks for a few at once; the pool has four connections for all. */
const OF_A_PERSON = { atWork: 2, waiting: 8 };

/** What may read millions of records: a few at once for each person, and for nobody who has gone. */
@Injectable()
export class ReportsInterceptor implements NestInterceptor {
  private readonly turns = new ReportTurns(OF_A_PERSON);

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & KnownRequest>();
    const access = accessOf(request.method, request.routeOptions.url ?? '');
    const { caller } = request;
    if (access?.isReport !== true || caller === undefined) return next.handle();
    const { raw } = http.getResponse<FastifyReply>();
    const asker = new AbortController();
    if (raw.destroyed) asker.abort();
    raw.once('close', () => asker.abort());
    return defer(() => this.inTurn(caller.personId, asker.signal, next));
  }

  private async inTurn(personId: string, asker: AbortSignal, next: CallHandler<unknown>): Promise<unknown> {
    const end = await this.turns.take(personId, asker);
    try {
      return await whoAsks.run(asker, () => lastValueFrom(next.handle()));
    } finally {
      end();
    }
  }
}
