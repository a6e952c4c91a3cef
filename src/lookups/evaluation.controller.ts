import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { Answers } from '../contract/answers.js';
import type { SystemCaller } from '../contract/caller.js';
import { SystemOf } from '../identity/caller.decorator.js';
import { EvaluationDto, EvaluationsDto, EvaluationsView, EvaluationView } from './evaluation.dto.js';
import { parseEvaluation, parseEvaluations } from './evaluation.request.js';
import { EvaluationService } from './evaluation.service.js';

@Controller('access/v1')
export class EvaluationController {
  constructor(private readonly evaluations: EvaluationService) {}

  @Post('evaluation')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiBody({ type: EvaluationDto })
  @Answers(200, EvaluationView)
  evaluate(@SystemOf() system: SystemCaller, @Body() body: Record<string, unknown>): Promise<EvaluationView> {
    return this.evaluations.evaluate(system.clientId, parseEvaluation(body));
  }

  @Post('evaluations')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiBody({ type: EvaluationsDto })
  @Answers(200, EvaluationsView)
  async evaluateAll(
    @SystemOf() system: SystemCaller,
    @Body() body: Record<string, unknown>,
  ): Promise<EvaluationsView> {
    const asked = parseEvaluations(body);
    const evaluations = await Promise.all(
      asked.map((one) => this.evaluations.evaluate(system.clientId, one)),
    );
    return { evaluations };
  }
}
