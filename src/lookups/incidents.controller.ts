import { Body, Controller, Post } from '@nestjs/common';
import { Answers } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { IncidentDto, IncidentView } from './incidents.dto.js';
import { IncidentsService } from './incidents.service.js';

@Controller('api/v1/incidents')
export class IncidentsController {
  constructor(private readonly incidents: IncidentsService) {}

  @Post()
  @Answers(201, IncidentView)
  report(@CallerOf() caller: Caller, @Body() body: IncidentDto): Promise<IncidentView> {
    return this.incidents.report(caller, body);
  }
}
