import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ProposedView } from '../changes/changes.dto.js';
import { AsOfQuery } from '../changes/versions.repository.js';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { AddOrganizationDto, ChangeOrganizationDto, OrganizationView } from './organizations.dto.js';
import { OrganizationsService } from './organizations.service.js';

@Controller('api/v1/organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Get()
  @AnswersPage(OrganizationView)
  list(@CallerOf() caller: Caller, @Query() query: AsOfQuery): Promise<Page<OrganizationView>> {
    return this.organizations.list(caller, query);
  }

  @Post()
  @HttpCode(202)
  @Answers(202, ProposedView)
  add(@CallerOf() caller: Caller, @Body() body: AddOrganizationDto): Promise<ProposedView> {
    return this.organizations.propose(caller, body);
  }

  @Patch(':id')
  @HttpCode(202)
  @Answers(202, ProposedView)
  change(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ChangeOrganizationDto,
  ): Promise<ProposedView> {
    return this.organizations.proposeChange(caller, id, body);
  }

  @Post(':id/retire')
  @HttpCode(202)
  @Answers(202, ProposedView)
  retire(@CallerOf() caller: Caller, @Param('id') id: string): Promise<ProposedView> {
    return this.organizations.proposeRetirement(caller, id);
  }
}
