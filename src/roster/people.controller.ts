import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ProposedView } from '../changes/changes.dto.js';
import { AsOfQuery } from '../changes/versions.repository.js';
import { Answers, AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { ChangePersonDto, FeedDto, PersonView } from './people.dto.js';
import { PeopleService } from './people.service.js';

@Controller('api/v1/people')
export class PeopleController {
  constructor(private readonly people: PeopleService) {}

  @Get()
  @AnswersPage(PersonView)
  list(@CallerOf() caller: Caller, @Query() query: AsOfQuery): Promise<Page<PersonView>> {
    return this.people.list(caller, query);
  }

  @Post()
  @HttpCode(202)
  @Answers(202, ProposedView)
  feed(@CallerOf() caller: Caller, @Body() body: FeedDto): Promise<ProposedView> {
    return this.people.feed(caller, body);
  }

  @Patch(':id')
  @HttpCode(202)
  @Answers(202, ProposedView)
  change(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: ChangePersonDto,
  ): Promise<ProposedView> {
    return this.people.change(caller, id, body);
  }

  @Post(':id/retire')
  @HttpCode(202)
  @Answers(202, ProposedView)
  retire(@CallerOf() caller: Caller, @Param('id') id: string): Promise<ProposedView> {
    return this.people.retire(caller, id);
  }
}
