import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { RecordQuery, RecordSearchDto, RecordView } from './records.dto.js';
import { RecordsService } from './records.service.js';

@Controller('api/v1/records')
export class RecordsController {
  constructor(private readonly records: RecordsService) {}

  @Get()
  @AnswersPage(RecordView)
  list(@CallerOf() caller: Caller, @Query() query: RecordQuery): Promise<Page<RecordView>> {
    return this.records.list(caller, query);
  }

  @Post('search')
  @HttpCode(200)
  @AnswersPage(RecordView)
  search(@CallerOf() caller: Caller, @Body() body: RecordSearchDto): Promise<Page<RecordView>> {
    return this.records.search(caller, body);
  }

  @Get(':id')
  @Answers(200, RecordView)
  show(@CallerOf() caller: Caller, @Param('id') id: string): Promise<RecordView> {
    return this.records.show(caller, id);
  }
}
