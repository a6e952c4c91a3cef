import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { NegativeTestView } from './negative-test.dto.js';
import { NegativeTestService } from './negative-test.service.js';
import {
  ExtractView,
  FairnessView,
  FrequencyView,
  RetentionView,
  SampleQuery,
  SampleView,
  SpanQuery,
  ViewersView,
} from './reports.dto.js';
import { ReportsService } from './reports.service.js';
import { RetentionService } from './retention.service.js';

@Controller('api/v1/desk')
export class ReportsController {
  constructor(
    private readonly reports: ReportsService,
    private readonly retentions: RetentionService,
    private readonly negatives: NegativeTestService,
  ) {}

  @Get('sample')
  @Answers(200, SampleView)
  sample(@CallerOf() caller: Caller, @Query() query: SampleQuery): Promise<SampleView> {
    return this.reports.sample(caller, query);
  }

  @Get('viewers')
  @Answers(200, ViewersView)
  viewers(@CallerOf() caller: Caller, @Query() query: SpanQuery): Promise<ViewersView> {
    return this.reports.viewers(caller, query);
  }

  @Get('fairness')
  @Answers(200, FairnessView)
  fairness(@CallerOf() caller: Caller, @Query() query: SpanQuery): Promise<FairnessView> {
    return this.reports.fairness(caller, query);
  }

  @Get('frequency')
  @Answers(200, FrequencyView)
  frequency(@CallerOf() caller: Caller): Promise<FrequencyView> {
    return this.reports.frequency(caller);
  }

  @Get('public-extract')
  @Answers(200, ExtractView)
  extract(@CallerOf() caller: Caller): Promise<ExtractView> {
    return this.reports.extract(caller);
  }

  @Get('retention')
  @Answers(200, RetentionView)
  retention(@CallerOf() caller: Caller): Promise<RetentionView> {
    return this.retentions.show(caller);
  }

  @Post('people/:id/negative-test')
  @HttpCode(200)
  @Answers(200, NegativeTestView)
  negative(@CallerOf() caller: Caller, @Param('id') id: string): Promise<NegativeTestView> {
    return this.negatives.test(caller, id);
  }
}
