import { Body, Controller, Header, HttpCode, Param, Post } from '@nestjs/common';
import { Answers } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { OpenedWindowView, OpenWindowDto, ShowKeyDto, ShownKeyView } from './terminal-windows.dto.js';
import { TerminalWindowsService } from './terminal-windows.service.js';

@Controller('api/v1/terminal-windows')
export class TerminalWindowsController {
  constructor(private readonly windows: TerminalWindowsService) {}

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
