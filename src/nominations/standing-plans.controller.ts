import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { AsOfQuery } from '../changes/versions.repository.js';
import { ProposedView } from '../changes/changes.dto.js';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { AddStandingPlanDto, ChangeStandingPlanDto, StandingPlanView } from './standing-plans.dto.js';
import { StandingPlansService } from './standing-plans.service.js';

@Controller('api/v1/standing-plans')
export class StandingPlansController {
  constructor(private readonly plans: StandingPlansService) {}

  @Get()
  @AnswersPage(StandingPlanView)
  list(@CallerOf() caller: Caller, @Query() query: AsOfQuery): Promise<Page<StandingPlanView>> {
    return this.plans.list(caller, query);
  }

  @Post()
  @HttpCode(202)
  @Answers(202, ProposedView)
  add(@CallerOf() caller: Caller, @Body() body: AddStandingPlanDto): Promise<ProposedView> {
    return this.plans.add(caller, body);
  }

  @Patch(':id')
  @HttpCode(202)
  @Answers(202, ProposedView)
  change(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ChangeStandingPlanDto,
  ): Promise<ProposedView> {
    return this.plans.change(caller, id, body);
  }

  @Post(':id/retire')
  @HttpCode(202)
  @Answers(202, ProposedView)
  retire(@CallerOf() caller: Caller, @Param('id') id: string): Promise<ProposedView> {
    return this.plans.retire(caller, id);
  }
}
