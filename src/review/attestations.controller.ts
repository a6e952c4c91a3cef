import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { PageQuery, type Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { AttestationView } from './attestations.dto.js';
import { AttestationsService } from './attestations.service.js';

@Controller('api/v1/attestations')
export class AttestationsController {
  constructor(private readonly attestations: AttestationsService) {}

  @Get()
  @AnswersPage(AttestationView)
  list(@Query() query: PageQuery): Promise<Page<AttestationView>> {
    return this.attestations.list(query);
  }

  @Post()
  @HttpCode(201)
  @Answers(201, AttestationView)
  attest(@CallerOf() caller: Caller): Promise<AttestationView> {
    return this.attestations.onDemand(caller);
  }
}
