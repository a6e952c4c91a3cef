import { Controller, Get } from '@nestjs/common';
import { Answers } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { SituationView } from './situation.dto.js';
import { SituationService } from './situation.service.js';

@Controller('api/v1/situation')
export class SituationController {
  constructor(private readonly situation: SituationService) {}

  @Get()
  @Answers(200, SituationView)
  show(@CallerOf() caller: Caller): Promise<SituationView> {
    return this.situation.show(caller);
  }
}
