import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { PageQuery, type Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { CandidatesDto, CandidatesView } from './candidates.dto.js';
import { CandidatesService } from './candidates.service.js';
import { DenyDto, NominateDto, NominatedView, NominationView } from './nominations.dto.js';
import { NominationsService } from './nominations.service.js';

@Controller('api/v1')
export class NominationsController {
  constructor(
    private readonly nominations: NominationsService,
    private readonly pasted: CandidatesService,
  ) {}

  @Post('support-calls/:id/nominations')
  @Answers(201, NominatedView)
  nominate(
    @CallerOf() caller: Caller,
    @Param('id') callId: string,
    @Body() body: NominateDto,
  ): Promise<NominatedView> {
    return this.nominations.nominate(caller, callId, body);
  }

  @Post('support-calls/:id/candidates')
  @HttpCode(200)
  @Answers(200, CandidatesView)
  candidates(
    @CallerOf() caller: Caller,
    @Param('id') callId: string,
    @Body() body: CandidatesDto,
  ): Promise<CandidatesView> {
    return this.pasted.resolve(caller, callId, body);
  }

  @Get('nominations')
  @AnswersPage(NominationView)
  list(@CallerOf() caller: Caller, @Query() query: PageQuery): Promise<Page<NominationView>> {
    return this.nominations.list(caller, query);
  }

  @Get('nominations/:id')
  @Answers(200, NominationView)
  show(@CallerOf() caller: Caller, @Param('id') id: string): Promise<NominationView> {
    return this.nominations.show(caller, id);
  }

  @Post('nominations/:id/deny')
  @HttpCode(200)
  @Answers(200, NominationView)
  deny(@CallerOf() caller: Caller, @Param('id') id: string, @Body() body: DenyDto): Promise<NominationView> {
    return this.nominations.deny(caller, id, body.reason);
  }

  @Post('nominations/:id/withdraw')
  @HttpCode(200)
  @Answers(200, NominationView)
  withdraw(@CallerOf() caller: Caller, @Param('id') id: string): Promise<NominationView> {
    return this.nominations.withdraw(caller, id);
  }
}
