import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ProposedView } from '../changes/changes.dto.js';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { PageQuery, type Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { AmendmentsService } from './amendments.service.js';
import { ChangeAreaDto, DeclarationView, DeclareDto, ExtendDto, LiftDto } from './declarations.dto.js';
import { DeclarationsService } from './declarations.service.js';

@Controller('api/v1/declarations')
export class DeclarationsController {
  constructor(
    private readonly declarations: DeclarationsService,
    private readonly amendments: AmendmentsService,
  ) {}

  @Post()
  @Answers(201, DeclarationView)
  declare(@CallerOf() caller: Caller, @Body() body: DeclareDto): Promise<DeclarationView> {
    return this.declarations.declare(caller, body);
  }

  @Get()
  @AnswersPage(DeclarationView)
  list(@CallerOf() caller: Caller, @Query() query: PageQuery): Promise<Page<DeclarationView>> {
    return this.declarations.list(caller, query);
  }

  @Get(':id')
  @Answers(200, DeclarationView)
  show(@CallerOf() caller: Caller, @Param('id') id: string): Promise<DeclarationView> {
    return this.declarations.show(caller, id);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Answers(200, DeclarationView)
  confirm(@CallerOf() caller: Caller, @Param('id') id: string): Promise<DeclarationView> {
    return this.declarations.confirm(caller, id);
  }

  @Post(':id/lift')
  @HttpCode(200)
  @Answers(200, DeclarationView)
  lift(@CallerOf() caller: Caller, @Param('id') id: string, @Body() body: LiftDto): Promise<DeclarationView> {
    return this.declarations.lift(caller, id, body.reason);
  }

  @Post(':id/extend')
  @HttpCode(202)
  @Answers(202, ProposedView)
  extend(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ExtendDto,
  ): Promise<ProposedView> {
    return this.amendments.proposeExtension(caller, id, body);
  }

  /** 200 with the declaration when it shrank, 202 with the change when it is to grow. */
  @Post(':id/area')
  @Answers(200, DeclarationView)
  @Answers(202, ProposedView)
  async changeArea(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ChangeAreaDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeclarationView | ProposedView> {
    const answer = await this.amendments.changeArea(caller, id, body);
    void reply.status('change_id' in answer ? HttpStatus.ACCEPTED : HttpStatus.OK);
    return answer;
  }
}
