import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ProposedView } from '../changes/changes.dto.js';
import { ChangesService } from '../changes/changes.service.js';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { PageQuery, pageOf, type Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { AddIdentityDto, IdentityView } from './identities.dto.js';
import { IdentitiesRepository, type IdentityRow } from './identities.repository.js';

@Controller('api/v1/people/:id/identities')
export class IdentitiesController {
  constructor(
    private readonly changes: ChangesService,
    private readonly identities: IdentitiesRepository,
  ) {}

  @Get()
  @AnswersPage(IdentityView)
  async list(@Param('id') id: string, @Query() query: PageQuery): Promise<Page<IdentityView>> {
    if (!(await this.identities.isPerson(id))) throw new DomainError('not_found');
    const rows = await this.identities.page(id, query);
    const page = pageOf(rows, query, (row) => ({ at: row.registered_at, id: row.id }));
    return { ...page, items: page.items.map(viewOf) };
  }

  @Post()
  @HttpCode(202)
  @Answers(202, ProposedView)
  add(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: AddIdentityDto,
  ): Promise<ProposedView> {
    const { provider, subject } = body;
    return this.changes.propose(caller, 'person_identity.add', { person_id: id, provider, subject });
  }

  @Post(':identity/retire')
  @HttpCode(202)
  @Answers(202, ProposedView)
  retire(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Param('identity') identity: string,
  ): Promise<ProposedView> {
    return this.changes.propose(caller, 'person_identity.retire', { id: identity, person_id: id });
  }
}

const viewOf = (row: IdentityRow): IdentityView => ({
  ...row,
  registered_at: row.registered_at.toISOString(),
  retired_at: row.retired_at?.toISOString() ?? null,
});
