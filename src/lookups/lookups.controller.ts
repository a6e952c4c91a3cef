import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Answers } from '../contract/answers.js';
import { PresentedOf } from '../credentials/presented.js';
import { LookupDto, LookupView, MatchDto, MatchView, RevealDto, RevealView } from './lookups.dto.js';
import { LookupsService } from './lookups.service.js';
import type { Presented } from './question.js';
import { RefUsesService } from './ref-uses.service.js';
import { untilBucketEnds } from './same-time.js';

@Controller('api/v1/lookups')
export class LookupsController {
  constructor(
    private readonly lookups: LookupsService,
    private readonly uses: RefUsesService,
  ) {}

  @Post()
  @HttpCode(200)
  @Answers(200, LookupView)
  async lookup(@PresentedOf() presented: Presented, @Body() body: LookupDto): Promise<LookupView> {
    const startedAt = performance.now();
    const view = await this.lookups.lookup(presented, body);
    if (view.outcome === 'no_result') await untilBucketEnds(startedAt);
    return view;
  }

  @Post(':ref/match')
  @HttpCode(200)
  @Answers(200, MatchView)
  match(
    @PresentedOf() presented: Presented,
    @Param('ref') ref: string,
    @Body() body: MatchDto,
  ): Promise<MatchView> {
    return this.uses.match(presented, ref, body);
  }

  @Post(':ref/reveal')
  @HttpCode(200)
  @Answers(200, RevealView)
  reveal(
    @PresentedOf() presented: Presented,
    @Param('ref') ref: string,
    @Body() body: RevealDto,
  ): Promise<RevealView> {
    return this.uses.reveal(presented, ref, body);
  }
}
