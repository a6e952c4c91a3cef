import { Controller, Get, Param, Query } from '@nestjs/common';
import { Answers } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { PageQuery } from '../../contract/page.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { TimelineView } from './timeline.dto.js';
import { TimelineService } from './timeline.service.js';

@Controller('api/v1/declarations')
export class TimelineController {
  constructor(private readonly timelines: TimelineService) {}

  @Get(':id/timeline')
  @Answers(200, TimelineView)
  show(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<TimelineView> {
    return this.timelines.show(caller, id, query);
  }
}
