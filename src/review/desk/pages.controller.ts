import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { PageQuery, type Page } from '../../contract/page.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { DeclarationPage } from './declaration-page.dto.js';
import { GrantPage } from './grant-page.dto.js';
import { PagesService } from './pages.service.js';
import { DayQuery, PointSearchDto, TrailLine } from './trails.dto.js';
import { TrailsService } from './trails.service.js';

@Controller('api/v1/desk')
export class PagesController {
  constructor(
    private readonly pages: PagesService,
    private readonly trails: TrailsService,
  ) {}

  @Get('declarations/:id')
  @Answers(200, DeclarationPage)
  declaration(@CallerOf() caller: Caller, @Param('id') id: string): Promise<DeclarationPage> {
    return this.pages.declaration(caller, id);
  }

  @Get('grants/:id')
  @Answers(200, GrantPage)
  grant(@CallerOf() caller: Caller, @Param('id') id: string): Promise<GrantPage> {
    return this.pages.grant(caller, id);
  }

  @Get('people/:id/day')
  @AnswersPage(TrailLine)
  day(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Query() query: DayQuery,
  ): Promise<Page<TrailLine>> {
    return this.trails.day(caller, id, query);
  }

  @Get('supply-points/:ref')
  @AnswersPage(TrailLine)
  point(
    @CallerOf() caller: Caller,
    @Param('ref') ref: string,
    @Query() query: PageQuery,
  ): Promise<Page<TrailLine>> {
    return this.trails.point(caller, ref, query);
  }

  @Post('supply-points')
  @HttpCode(200)
  @AnswersPage(TrailLine)
  pointByNumber(@CallerOf() caller: Caller, @Body() body: PointSearchDto): Promise<Page<TrailLine>> {
    return this.trails.pointByNumber(caller, body);
  }
}
