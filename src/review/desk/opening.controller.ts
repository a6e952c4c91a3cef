import { Body, Controller, Header, HttpStatus, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ProposedView } from '../../changes/changes.dto.js';
import { Answers } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { OpenedView, OpenRecordDto } from './opening.dto.js';
import { OpeningService } from './opening.service.js';

@Controller('api/v1/records')
export class OpeningController {
  constructor(private readonly openings: OpeningService) {}

  /** 202 with the proposal until another person has confirmed it; then, for a day, 200 with the values. */
  @Post(':id/open')
  @Header('cache-control', 'no-store')
  @Answers(200, OpenedView)
  @Answers(202, ProposedView)
  async open(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: OpenRecordDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProposedView | OpenedView> {
    const answer = await this.openings.open(caller, id, body.reason);
    void reply.status('values' in answer ? HttpStatus.OK : HttpStatus.ACCEPTED);
    return answer;
  }
}
