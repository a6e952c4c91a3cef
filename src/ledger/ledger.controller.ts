import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../contract/domain-error.js';
import { CheckpointSigner } from './note.js';
import { PublishedTree } from './published-tree.js';
import { parseTilePath } from './tiles.js';

const TEXT = 'text/plain; charset=utf-8';

function answersText(example: string): MethodDecorator {
  return ApiResponse({ status: 200, content: { 'text/plain': { schema: { type: 'string', example } } } });
}

const CHECKPOINT = `kashikagi.example/demonstration
2
u6GwqF8jzjD4fBcm7aI2nBzNfPfhqFkYX0o5fN0zXkY=

— kashikagi.example/demonstration J9uF…
`;

/** For everybody: what verifies the ledger (c2sp.org/tlog-tiles). The leaves tell of nobody and of no activity. */
@Controller('ledger')
export class LedgerController {
  constructor(
    private readonly published: PublishedTree,
    private readonly signer: CheckpointSigner,
  ) {}

  @Get('checkpoint')
  @Header('content-type', TEXT)
  @Header('cache-control', 'public, max-age=2')
  @answersText(CHECKPOINT)
  async checkpoint(): Promise<string> {
    const checkpoint = await this.published.checkpoint();
    if (!checkpoint) throw new DomainError('not_found');
    return checkpoint.note;
  }

  @Get('vkey')
  @Header('content-type', TEXT)
  @Header('cache-control', 'public, max-age=3600')
  @answersText('kashikagi.example/demonstration+27db85e3+AZ…\n')
  vkey(): string {
    return `${this.signer.vkey}\n`;
  }

  @Get('tile/*')
  @Header('content-type', 'application/octet-stream')
  @Header('cache-control', 'public, max-age=31536000, immutable')
  @ApiResponse({
    status: 200,
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary', example: '…' } } },
  })
  async tile(@Req() request: FastifyRequest): Promise<Buffer> {
    const name = parseTilePath((request.params as Record<string, string>)['*'] ?? '');
    const tile = name && (await this.published.read(name));
    if (!tile) throw new DomainError('not_found');
    return tile;
  }
}
