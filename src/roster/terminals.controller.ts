import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ProposedView } from '../changes/changes.dto.js';
import { AsOfQuery } from '../changes/versions.repository.js';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { ChangeTerminalDto, EnrolTerminalDto, TerminalLostDto, TerminalView } from './terminals.dto.js';
import { TerminalEnrolment } from './terminal.enrolment.js';
import { TerminalLoss } from './terminal.loss.js';
import { TerminalsService } from './terminals.service.js';

@Controller('api/v1/terminals')
export class TerminalsController {
  constructor(
    private readonly terminals: TerminalsService,
    private readonly enrolment: TerminalEnrolment,
    private readonly losses: TerminalLoss,
  ) {}

  @Get()
  @AnswersPage(TerminalView)
  list(@CallerOf() caller: Caller, @Query() query: AsOfQuery): Promise<Page<TerminalView>> {
    return this.terminals.list(caller, query);
  }

  @Post()
  @HttpCode(202)
  @Answers(202, ProposedView)
  enrol(@CallerOf() caller: Caller, @Body() body: EnrolTerminalDto): Promise<ProposedView> {
    return this.enrolment.propose(caller, body);
  }

  @Patch(':id')
  @HttpCode(202)
  @Answers(202, ProposedView)
  change(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ChangeTerminalDto,
  ): Promise<ProposedView> {
    return this.terminals.change(caller, id, body);
  }

  @Post(':id/retire')
  @HttpCode(202)
  @Answers(202, ProposedView)
  retire(@CallerOf() caller: Caller, @Param('id') id: string): Promise<ProposedView> {
    return this.terminals.retire(caller, id);
  }

  @Post(':id/lost')
  @HttpCode(200)
  @Answers(200, TerminalView)
  lose(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: TerminalLostDto,
  ): Promise<TerminalView> {
    return this.losses.report(caller, id, body.reason);
  }
}
