import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../config/package-root.js';
import { Answers } from '../contract/answers.js';
import { ReadinessCheck } from './readiness.js';

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
  /** One for all: whoever does not read it holds no copy. */
  private document: Promise<Buffer> | undefined;

  constructor(private readonly readiness: ReadinessCheck) {}

  @Get('healthz')
  @Answers(200, HealthView)
  healthz(): HealthView {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Header('cache-control', 'no-store')
  @Answers(200, ReadyView)
  @Answers(503, ReadyView)
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyView> {
    const found = await this.readiness.look();
    if (!found.ready) void reply.status(503);
    return found;
  }

  @Get('openapi.json')
  @Answers(200, OpenapiView)
  @Header('content-type', 'application/json; charset=utf-8')
  openapi(): Promise<Buffer> {
    this.document ??= readFile(join(packageRoot(), 'src', 'http', 'openapi.json'));
    return this.document;
  }
}
