import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ProposedView } from '../changes/changes.dto.js';
import { AsOfQuery } from '../changes/versions.repository.js';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { AddAgreementDto, ChangeAgreementDto, AgreementView } from './agreements.dto.js';
import { AgreementsService } from './agreements.service.js';

@Controller('api/v1/agreements')
export class AgreementsController {
  constructor(private readonly agreements: AgreementsService) {}

  @Get()
  @AnswersPage(AgreementView)
  list(@CallerOf() caller: Caller, @Query() query: AsOfQuery): Promise<Page<AgreementView>> {
    return this.agreements.list(caller, query);
  }

  @Post()
  @HttpCode(202)
  @Answers(202, ProposedView)
  add(@CallerOf() caller: Caller, @Body() body: AddAgreementDto): Promise<ProposedView> {
    return this.agreements.propose(caller, body);
  }

  @Patch(':id')
  @HttpCode(202)
  @Answers(202, ProposedView)
  change(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ChangeAgreementDto,
  ): Promise<ProposedView> {
    return this.agreements.proposeChange(caller, id, body);
  }

  @Post(':id/retire')
  @HttpCode(202)
  @Answers(202, ProposedView)
  retire(@CallerOf() caller: Caller, @Param('id') id: string): Promise<ProposedView> {
    return this.agreements.proposeRetirement(caller, id);
  }
}
