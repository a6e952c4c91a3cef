import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { ChangesQuery, ChangeView, ConfirmedView, RejectDto } from './changes.dto.js';
import { ChangesService } from './changes.service.js';

@Controller('api/v1/changes')
export class ChangesController {
  constructor(private readonly changes: ChangesService) {}

  @Get()
  @AnswersPage(ChangeView)
  list(@CallerOf() caller: Caller, @Query() query: ChangesQuery): Promise<Page<ChangeView>> {
    return this.changes.list(caller, query);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Answers(200, ConfirmedView)
  confirm(@CallerOf() caller: Caller, @Param('id') id: string): Promise<ConfirmedView> {
    return this.changes.confirm(caller, id);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Answers(200, ChangeView)
  reject(@CallerOf() caller: Caller, @Param('id') id: string, @Body() body: RejectDto): Promise<ChangeView> {
    return this.changes.reject(caller, id, body.reason);
  }
}
