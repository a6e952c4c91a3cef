import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ProposedView } from '../changes/changes.dto.js';
import { AsOfQuery } from '../changes/versions.repository.js';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import {
  AddFieldProfileDto,
  CatalogueFieldView,
  ChangeFieldProfileDto,
  FieldProfileView,
  ProfileDifferenceView,
} from './field-profiles.dto.js';
import { FieldProfilesService } from './field-profiles.service.js';

@Controller('api/v1/field-profiles')
export class FieldProfilesController {
  constructor(private readonly profiles: FieldProfilesService) {}

  @Get()
  @AnswersPage(FieldProfileView)
  list(@CallerOf() caller: Caller, @Query() query: AsOfQuery): Promise<Page<FieldProfileView>> {
    return this.profiles.list(caller, query);
  }

  /** The ceiling: every field there is, and the most that a profile may do with it. */
  @Get('catalogue')
  @AnswersPage(CatalogueFieldView)
  catalogue(@CallerOf() caller: Caller): Page<CatalogueFieldView> {
    return { items: this.profiles.catalogue(caller), next: null };
  }

  @Get(':id/difference')
  @Answers(200, ProfileDifferenceView)
  difference(@CallerOf() caller: Caller, @Param('id') id: string): Promise<ProfileDifferenceView> {
    return this.profiles.switchingDifference(caller, id);
  }

  @Post()
  @HttpCode(202)
  @Answers(202, ProposedView)
  add(@CallerOf() caller: Caller, @Body() body: AddFieldProfileDto): Promise<ProposedView> {
    return this.profiles.propose(caller, body);
  }

  @Patch(':id')
  @HttpCode(202)
  @Answers(202, ProposedView)
  change(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ChangeFieldProfileDto,
  ): Promise<ProposedView> {
    return this.profiles.proposeChange(caller, id, body);
  }

  @Post(':id/retire')
  @HttpCode(202)
  @Answers(202, ProposedView)
  retire(@CallerOf() caller: Caller, @Param('id') id: string): Promise<ProposedView> {
    return this.profiles.proposeRetirement(caller, id);
  }
}
