import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { PageQuery, type Page } from '../../contract/page.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { AnalysisDto, AnalysisLine, AnalysisStepDto, AnalysisView } from './analyses.dto.js';
import { AnalysesService } from './analyses.service.js';

@Controller('api/v1/analyses')
export class AnalysesController {
  constructor(private readonly analyses: AnalysesService) {}

  @Get()
  @AnswersPage(AnalysisLine)
  list(@CallerOf() caller: Caller, @Query() query: PageQuery): Promise<Page<AnalysisLine>> {
    return this.analyses.list(caller, query);
  }

  @Post()
  @Answers(201, AnalysisLine)
  make(@CallerOf() caller: Caller, @Body() body: AnalysisDto): Promise<AnalysisLine> {
    return this.analyses.onDemand(caller, body);
  }

  @Get(':id')
  @Answers(200, AnalysisView)
  show(@CallerOf() caller: Caller, @Param('id') id: string): Promise<AnalysisView> {
    return this.analyses.show(caller, id);
  }

  @Patch(':id')
  @Answers(200, AnalysisLine)
  step(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: AnalysisStepDto,
  ): Promise<AnalysisLine> {
    return this.analyses.step(caller, id, body);
  }
}
