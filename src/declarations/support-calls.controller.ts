import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { PageQuery, type Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { CallableView, CallForSupportDto, DeclineDto, SupportCallView } from './support-calls.dto.js';
import { SupportCallsService } from './support-calls.service.js';

@Controller('api/v1')
export class SupportCallsController {
  constructor(private readonly calls: SupportCallsService) {}

  @Post('declarations/:id/support-calls')
  @Answers(201, SupportCallView)
  call(
    @CallerOf() caller: Caller,
    @Param('id') declarationId: string,
    @Body() body: CallForSupportDto,
  ): Promise<SupportCallView> {
    return this.calls.call(caller, declarationId, body);
  }

  @Get('declarations/:id/callable')
  @AnswersPage(CallableView)
  callable(
    @CallerOf() caller: Caller,
    @Param('id') declarationId: string,
    @Query() query: PageQuery,
  ): Promise<Page<CallableView>> {
    return this.calls.callable(caller, declarationId, query);
  }

  @Get('support-calls')
  @AnswersPage(SupportCallView)
  list(@CallerOf() caller: Caller, @Query() query: PageQuery): Promise<Page<SupportCallView>> {
    return this.calls.list(caller, query);
  }

  @Get('support-calls/:id')
  @Answers(200, SupportCallView)
  show(@CallerOf() caller: Caller, @Param('id') id: string): Promise<SupportCallView> {
    return this.calls.show(caller, id);
  }

  @Post('support-calls/:id/decline')
  @HttpCode(200)
  @Answers(200, SupportCallView)
  decline(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: DeclineDto,
  ): Promise<SupportCallView> {
    return this.calls.decline(caller, id, body.reason);
  }
}
