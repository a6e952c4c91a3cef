import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ProposedView } from '../../changes/changes.dto.js';
import { Answers, AnswersPage } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { PageQuery, type Page } from '../../contract/page.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { HoldView, PlaceHoldDto, ReleaseHoldDto } from './holds.dto.js';
import { HoldsService } from './holds.service.js';

@Controller('api/v1/legal-holds')
export class HoldsController {
  constructor(private readonly holds: HoldsService) {}

  @Get()
  @AnswersPage(HoldView)
  list(@Query() query: PageQuery): Promise<Page<HoldView>> {
    return this.holds.list(query);
  }

  @Post()
  @HttpCode(201)
  @Answers(201, HoldView)
  place(@CallerOf() caller: Caller, @Body() body: PlaceHoldDto): Promise<HoldView> {
    return this.holds.place(caller, body);
  }

  @Post(':id/release')
  @HttpCode(202)
  @Answers(202, ProposedView)
  release(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ReleaseHoldDto,
  ): Promise<ProposedView> {
    return this.holds.proposeRelease(caller, id, body.reason);
  }
}
