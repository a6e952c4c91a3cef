import { Controller, Get, Query } from '@nestjs/common';
import { AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { PageQuery, type Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { InboxItemView } from './inbox.dto.js';
import { InboxService } from './inbox.service.js';

@Controller('api/v1/inbox')
export class InboxController {
  constructor(private readonly inbox: InboxService) {}

  @Get()
  @AnswersPage(InboxItemView)
  list(@CallerOf() caller: Caller, @Query() query: PageQuery): Promise<Page<InboxItemView>> {
    return this.inbox.page(caller, query);
  }
}
