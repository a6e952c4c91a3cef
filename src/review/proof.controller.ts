import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { Caller } from '../contract/caller.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { ProofService } from './proof.service.js';

const EXAMPLE = `c2sp.org/tlog-proof@v1
extra nZ0V8bq1C9dR3yq7i8WQm2aWb0T1xPq8sJm2Xk3v9Qk=
index 1
u6GwqF8jzjD4fBcm7aI2nBzNfPfhqFkYX0o5fN0zXkY=

kashikagi.example/demonstration
2
…
`;

@Controller('api/v1/records')
export class ProofController {
  constructor(private readonly proofs: ProofService) {}

  @Get(':id/proof')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, content: { 'text/plain': { schema: { type: 'string', example: EXAMPLE } } } })
  prove(@CallerOf() caller: Caller, @Param('id') id: string): Promise<string> {
    return this.proofs.prove(caller, id);
  }
}
