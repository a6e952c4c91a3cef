import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { PageQuery, pageOf, type Page } from '../../contract/page.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { ReplayService, viewOf } from './replay.service.js';
import { ReplayView } from './replays.dto.js';
import { ReplaysRepository } from './replays.repository.js';

@Controller('api/v1/replays')
export class ReplaysController {
  constructor(
    private readonly replay: ReplayService,
    private readonly replays: ReplaysRepository,
  ) {}

  @Get()
  @AnswersPage(ReplayView)
  async list(@Query() query: PageQuery): Promise<Page<ReplayView>> {
    const page = pageOf(await this.replays.page(query), query, ({ at, id }) => ({ at, id }));
    return { ...page, items: page.items.map(viewOf) };
  }

  @Post()
  @HttpCode(201)
  @Answers(201, ReplayView)
  make(@CallerOf() caller: Caller): Promise<ReplayView> {
    return this.replay.asked(caller);
  }
}
