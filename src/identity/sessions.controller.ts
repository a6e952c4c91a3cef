import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { Pattern } from '../contract/fields.js';
import { PageQuery, type Page } from '../contract/page.js';
import { CallerOf } from './caller.decorator.js';
import { SessionsService } from './sessions.service.js';
import { EndedSessionsView, ListedSessionView, listedViewOf } from './session.view.js';

export class SessionsQuery extends PageQuery {
  @Pattern({
    about: '誰の（管理責任者のみ。省略は自分）',
    example: 'hq-1',
    pattern: /^[a-z][a-z0-9-]{1,63}$/,
    optional: true,
  })
  person?: string;
}

@Controller('api/v1')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  @Get('sessions')
  @AnswersPage(ListedSessionView)
  async list(@CallerOf() caller: Caller, @Query() query: SessionsQuery): Promise<Page<ListedSessionView>> {
    const page = await this.sessions.list(caller, query.person, query);
    const { presenceMinutes } = this.settings.policy;
    return { ...page, items: page.items.map((row) => listedViewOf(row, caller.sessionId, presenceMinutes)) };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  end(@CallerOf() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.sessions.endOne(caller, id);
  }

  @Post('people/:id/end-sessions')
  @HttpCode(200)
  @Answers(200, EndedSessionsView)
  endAll(@CallerOf() caller: Caller, @Param('id') id: string): Promise<EndedSessionsView> {
    return this.sessions.endAllOf(caller, id);
  }
}
