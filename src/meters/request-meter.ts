import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';

export interface CountedRequest {
  /** The route's template (`/api/v1/grants/:id`), never the address; undefined: no route. */
  route: string | undefined;
  method: string;
  status: number;
  seconds: number;
}

/** Requests by route template and class of status, and refusals by code: neither holds anything a caller chose. */
@Injectable()
export class RequestMeter {
  private readonly seconds = new Histogram({
    name: 'kashikagi_http_request_seconds',
    help: 'From the request’s head to the last byte of the answer, by route template and class of status',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers: [],
  });
  private readonly refusals = new Counter({
    name: 'kashikagi_http_refusals_total',
    help: 'Requests that were answered with a problem, by its code; caller: known (on record) or stranger (counted here alone)',
    labelNames: ['code', 'caller'],
    registers: [],
  });
  private readonly limits = new Counter({
    name: 'kashikagi_limits_hit_total',
    help: 'Requests that a rate limit refused, by the limit’s name',
    labelNames: ['limit'],
    registers: [],
  });
  readonly metrics = [this.seconds, this.refusals, this.limits];

  answered({ route, method, status, seconds }: CountedRequest): void {
    const known = route === undefined ? { route: 'none', method: 'any' } : { route, method };
    this.seconds.observe({ ...known, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  refused(code: string, caller: 'known' | 'stranger'): void {
    this.refusals.inc({ code, caller });
  }

  /** @param limit one of a closed list of names; never a caller's address or id */
  limitHit(limit: string): void {
    this.limits.inc({ limit });
  }
}
