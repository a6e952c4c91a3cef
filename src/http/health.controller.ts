import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AcceptedClocks, CLOCK_TEXT } from '../clock/shipped-clock.js';
import { packageRoot } from '../config/package-root.js';
import { Answers } from '../contract/answers.js';
import { Database } from '../database/database.js';
import { LedgerHealth } from '../ledger/ledger-health.js';

export class HealthView {
  @ApiProperty({ example: 'ok' }) status!: string;
}

export class ReadyView {
  @ApiProperty({ example: true }) ready!: boolean;
  @ApiProperty({ type: Object, example: { database: 'ok', clock: 'ok', ledger: 'ok', partitions: 'ok' } })
  checks!: Record<string, string>;
}

export class OpenapiView {
  @ApiProperty({ example: '3.0.3' }) openapi!: string;
  @ApiProperty({ type: Object, example: { title: '貸鍵 Kashikagi', version: '1' } }) info!: object;
  @ApiProperty({ type: Object, example: {} }) paths!: object;
}

@Controller()
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly clocks: AcceptedClocks,
    private readonly ledger: LedgerHealth,
  ) {}

  @Get('healthz')
  @Answers(200, HealthView)
  healthz(): HealthView {
    return { status: 'ok' };
  }

  /**
   * Ready when the database answers and its clock is the one that was shipped. What the ledger says of itself is told
   * and takes no instance away: lifting and revoking must still be reached when nothing can be signed (law 10).
   */
  @Get('readyz')
  @Header('cache-control', 'no-store')
  @Answers(200, ReadyView)
  @Answers(503, ReadyView)
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyView> {
    const row = await this.database
      .one<{ clock: string }>(`select ${CLOCK_TEXT} as clock`)
      .catch(() => undefined);
    const checks = {
      database: row ? 'ok' : 'down',
      clock: row === undefined ? 'unknown' : this.clocks.accepts(row.clock) ? 'ok' : 'replaced',
    };
    const ready = Object.values(checks).every((check) => check === 'ok');
    if (!ready) void reply.status(503);
    const ofLedger = row ? await this.ledger.checks() : { ledger: 'unknown', partitions: 'unknown' };
    return { ready, checks: { ...checks, ...ofLedger } };
  }

  @Get('openapi.json')
  @Answers(200, OpenapiView)
  @Header('content-type', 'application/json; charset=utf-8')
  openapi(): Promise<string> {
    return readFile(join(packageRoot(), 'src', 'http', 'openapi.json'), 'utf8');
  }
}
