import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PresentedOf } from '../credentials/presented.js';
import { LookupDto, LookupView, MatchDto, MatchView, RevealDto, RevealView } from './lookups.dto.js';
import { LookupsService } from './lookups.service.js';
import type { Presented } from './question.js';
import { AnswersUse, withReceipts } from './receipt.js';
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
  @AnswersUse(LookupView)
  async lookup(
    @PresentedOf() presented: Presented,
    @Body() body: LookupDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LookupView> {
    const startedAt = performance.now();
    const { view, receipt } = await this.lookups.lookup(presented, body);
    if (view.outcome === 'no_result') await untilBucketEnds(startedAt);
    return withReceipts(reply, [receipt], view);
  }

  @Post(':ref/match')
  @HttpCode(200)
  @AnswersUse(MatchView)
  async match(
    @PresentedOf() presented: Presented,
    @Param('ref') ref: string,
    @Body() body: MatchDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MatchView> {
    const { view, receipt } = await this.uses.match(presented, ref, body);
    return withReceipts(reply, [receipt], view);
  }

  @Post(':ref/reveal')
  @HttpCode(200)
  @AnswersUse(RevealView)
  async reveal(
    @PresentedOf() presented: Presented,
    @Param('ref') ref: string,
    @Body() body: RevealDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RevealView> {
    const { view, receipt } = await this.uses.reveal(presented, ref, body);
    return withReceipts(reply, [receipt], view);
  }
}
