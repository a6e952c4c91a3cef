import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { PageQuery, type Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { DeclarationView, DeclareDto, LiftDto } from './declarations.dto.js';
import { DeclarationsService } from './declarations.service.js';

@Controller('api/v1/declarations')
export class DeclarationsController {
  constructor(private readonly declarations: DeclarationsService) {}

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
}
