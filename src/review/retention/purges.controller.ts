import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ProposedView } from '../../changes/changes.dto.js';
import { Answers, AnswersPage } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { PageQuery, type Page } from '../../contract/page.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { ProposePurgeDto, PurgeView } from './purges.dto.js';
import { PurgesService } from './purges.service.js';

@Controller('api/v1/purges')
export class PurgesController {
  constructor(private readonly purges: PurgesService) {}

  @Get()
  @AnswersPage(PurgeView)
  list(@Query() query: PageQuery): Promise<Page<PurgeView>> {
    return this.purges.list(query);
  }

  @Post()
  @HttpCode(202)
  @Answers(202, ProposedView)
  propose(@CallerOf() caller: Caller, @Body() body: ProposePurgeDto): Promise<ProposedView> {
    return this.purges.propose(caller, body);
  }
}
