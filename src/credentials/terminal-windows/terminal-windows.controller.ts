import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { PageQuery, type Page } from '../../contract/page.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import {
  OpenedWindowView,
  OpenWindowDto,
  ShowKeyDto,
  ShownKeyView,
  WindowView,
} from './terminal-windows.dto.js';
import { TerminalWindowsService } from './terminal-windows.service.js';

@Controller('api/v1/terminal-windows')
export class TerminalWindowsController {
  constructor(private readonly windows: TerminalWindowsService) {}

  @Get()
  @AnswersPage(WindowView)
  list(@Query() query: PageQuery): Promise<Page<WindowView>> {
    return this.windows.list(query);
  }

  @Post()
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  @Answers(201, OpenedWindowView)
  open(@CallerOf() caller: Caller, @Body() body: OpenWindowDto): Promise<OpenedWindowView> {
    return this.windows.open(caller, body);
  }

  @Post(':id/key')
  @HttpCode(202)
  @Answers(202, ShownKeyView)
  showKey(@Param('id') id: string, @Body() body: ShowKeyDto): Promise<ShownKeyView> {
    return this.windows.showKey(id, body);
  }
}
