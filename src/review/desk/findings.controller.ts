import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import type { Page } from '../../contract/page.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { FindingDto, FindingQuery, FindingStepDto, FindingView } from './findings.dto.js';
import { FindingsService } from './findings.service.js';

@Controller('api/v1/findings')
export class FindingsController {
  constructor(private readonly findings: FindingsService) {}

  @Get()
  @AnswersPage(FindingView)
  list(@CallerOf() caller: Caller, @Query() query: FindingQuery): Promise<Page<FindingView>> {
    return this.findings.list(caller, query);
  }

  @Post()
  @Answers(201, FindingView)
  make(@CallerOf() caller: Caller, @Body() body: FindingDto): Promise<FindingView> {
    return this.findings.make(caller, body);
  }

  @Get(':id')
  @Answers(200, FindingView)
  show(@CallerOf() caller: Caller, @Param('id') id: string): Promise<FindingView> {
    return this.findings.show(caller, id);
  }

  @Patch(':id')
  @Answers(200, FindingView)
  step(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: FindingStepDto,
  ): Promise<FindingView> {
    return this.findings.step(caller, id, body);
  }
}
