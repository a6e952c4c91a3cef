import { Body, Controller, HttpCode, Post, Res, StreamableFile } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answers } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { ExportCountRequest, ExportCountView, ExportRequest, type Format } from './exports.dto.js';
import { ExportsService } from './exports.service.js';

/** Of each format its media type, and how its file's name ends. */
const FILES: Record<Format, { type: string; ending: string }> = {
  jsonl: { type: 'application/x-tar', ending: 'tar' },
  csv: { type: 'text/csv; charset=utf-8', ending: 'csv' },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', ending: 'xlsx' },
  parquet: { type: 'application/vnd.apache.parquet', ending: 'parquet' },
  ocsf: { type: 'application/x-ndjson', ending: 'ocsf.jsonl' },
  pdf: { type: 'application/pdf', ending: 'pdf' },
};

const BINARY = { schema: { type: 'string', format: 'binary', example: '…' } };

@Controller('api/v1/exports')
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  @Post('count')
  @HttpCode(200)
  @Answers(200, ExportCountView)
  count(@CallerOf() caller: Caller, @Body() request: ExportCountRequest): Promise<ExportCountView> {
    return this.exports.count(caller, request);
  }

  /** The hash travels as `Repr-Digest` (RFC 9530), the tree size and the record of this export beside it. */
  @Post()
  @HttpCode(200)
  @ApiResponse({
    status: 200,
    content: Object.fromEntries(Object.values(FILES).map(({ type }) => [type.split(';')[0] ?? type, BINARY])),
  })
  async make(
    @CallerOf() caller: Caller,
    @Body() request: ExportRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const made = await this.exports.make(caller, request);
    // Who has gone away in the meantime, or goes in the middle, holds neither the file nor the place.
    if (reply.raw.destroyed) made.body.destroy();
    else reply.raw.once('close', () => made.body.destroy());
    const { type, ending } = FILES[request.format];
    void reply.headers({
      'cache-control': 'no-store',
      'repr-digest': `sha-256=:${made.sha256.toString('base64')}:`,
      'kashikagi-tree-size': String(made.treeSize),
      'kashikagi-rows': String(made.rows),
      'kashikagi-record': made.recordId,
    });
    const name = `kashikagi-${made.treeSize}.${ending}`;
    return new StreamableFile(made.body, {
      type,
      length: made.spool.size,
      disposition: `attachment; filename="${name}"`,
    });
  }
}
