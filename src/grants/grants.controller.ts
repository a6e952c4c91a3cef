import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { PageQuery, type Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { ApprovalService } from './approval.service.js';
import {
  AcknowledgeDto,
  ApprovalView,
  ApproveDto,
  GrantView,
  NoticeView,
  ResumeDto,
  RevokeAllDto,
  RevokedAllView,
  RevokeDto,
  SuspendDto,
} from './grants.dto.js';
import { GrantsService } from './grants.service.js';
import { NOTICE } from './notice.js';
import { SuspensionService } from './suspension.service.js';

@Controller('api/v1')
export class GrantsController {
  constructor(
    private readonly grants: GrantsService,
    private readonly approval: ApprovalService,
    private readonly suspension: SuspensionService,
  ) {}

  @Get('notice')
  @Answers(200, NoticeView)
  notice(): NoticeView {
    return NOTICE;
  }

  @Post('nominations/:id/approve')
  @HttpCode(200)
  @Answers(200, ApprovalView)
  approve(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ApproveDto,
  ): Promise<ApprovalView> {
    return this.approval.approve(caller, id, body.people);
  }

  @Get('grants')
  @AnswersPage(GrantView)
  list(@CallerOf() caller: Caller, @Query() query: PageQuery): Promise<Page<GrantView>> {
    return this.grants.list(caller, query);
  }

  @Get('grants/:id')
  @Answers(200, GrantView)
  show(@CallerOf() caller: Caller, @Param('id') id: string): Promise<GrantView> {
    return this.grants.show(caller, id);
  }

  @Post('grants/:id/acknowledge')
  @HttpCode(200)
  @Answers(200, GrantView)
  acknowledge(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: AcknowledgeDto,
  ): Promise<GrantView> {
    return this.grants.acknowledge(caller, id, body.notice_version);
  }

  @Post('grants/:id/suspend')
  @HttpCode(200)
  @Answers(200, GrantView)
  suspend(@CallerOf() caller: Caller, @Param('id') id: string, @Body() body: SuspendDto): Promise<GrantView> {
    return this.suspension.suspend(caller, id, body.reason);
  }

  @Post('grants/:id/resume')
  @HttpCode(200)
  @Answers(200, GrantView)
  resume(@CallerOf() caller: Caller, @Param('id') id: string, @Body() body: ResumeDto): Promise<GrantView> {
    return this.suspension.resume(caller, id, body.reason);
  }

  @Post('declarations/:id/revoke-all')
  @HttpCode(200)
  @Answers(200, RevokedAllView)
  revokeAll(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: RevokeAllDto,
  ): Promise<RevokedAllView> {
    return this.grants.revokeAll(caller, id, body.reason, body.organization_id);
  }

  @Post('grants/:id/revoke')
  @HttpCode(200)
  @Answers(200, GrantView)
  revoke(@CallerOf() caller: Caller, @Param('id') id: string, @Body() body: RevokeDto): Promise<GrantView> {
    return this.grants.revoke(caller, id, body.reason);
  }

  @Post('grants/:id/hand-back')
  @HttpCode(200)
  @Answers(200, GrantView)
  handBack(@CallerOf() caller: Caller, @Param('id') id: string): Promise<GrantView> {
    return this.grants.handBack(caller, id);
  }
}
