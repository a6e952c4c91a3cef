import { Body, Controller, Header, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { SystemCaller } from '../contract/caller.js';
import { SystemOf } from '../identity/caller.decorator.js';
import { EvaluationDto, EvaluationsDto, EvaluationsView, EvaluationView } from './evaluation.dto.js';
import { parseEvaluation, parseEvaluations } from './evaluation.request.js';
import { EvaluationService } from './evaluation.service.js';
import { AnswersUse, withReceipts } from './receipt.js';

@Controller('access/v1')
export class EvaluationController {
  constructor(private readonly evaluations: EvaluationService) {}

  @Post('evaluation')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiBody({ type: EvaluationDto })
  @AnswersUse(EvaluationView)
  async evaluate(
    @SystemOf() system: SystemCaller,
    @Body() body: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EvaluationView> {
    const { view, receipt } = await this.evaluations.evaluate(system.clientId, parseEvaluation(body));
    return withReceipts(reply, [receipt], view);
  }

  @Post('evaluations')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiBody({ type: EvaluationsDto })
  @AnswersUse(EvaluationsView)
  async evaluateAll(
    @SystemOf() system: SystemCaller,
    @Body() body: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EvaluationsView> {
    const asked = parseEvaluations(body);
    const used = await Promise.all(asked.map((one) => this.evaluations.evaluate(system.clientId, one)));
    const evaluations = used.map(({ view }) => view);
    return withReceipts(
      reply,
      used.map(({ receipt }) => receipt),
      { evaluations },
    );
  }
}
