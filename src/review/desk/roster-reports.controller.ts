import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answers } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import { CallerOf } from '../../identity/caller.decorator.js';
import { PersonPage } from './person-page.dto.js';
import { PersonPageService } from './person-page.service.js';
import { SpanQuery } from './reports.dto.js';
import { ViewedByOthersView } from './retailer-reports.dto.js';
import { csvOfViewed, RetailerReportsService } from './retailer-reports.service.js';
import { RoomsView, TrainingQuery, TrainingView } from './roster-reports.dto.js';
import { RosterReportsService } from './roster-reports.service.js';

const EXAMPLE_CSV =
  '日,扱った会社,会社名,目的,利用の種類,件数,供給地点の数,項目\r\n2026-11-23,retailer-a,見本小売電気,outage_enquiry,use.lookup,12,9,outage_state\r\n';

/** What the desk says of people, rooms and retailers. */
@Controller('api/v1/desk')
export class RosterReportsController {
  constructor(
    private readonly people: PersonPageService,
    private readonly reports: RosterReportsService,
    private readonly retailers: RetailerReportsService,
  ) {}

  @Get('people/:id')
  @Answers(200, PersonPage)
  person(@CallerOf() caller: Caller, @Param('id') id: string): Promise<PersonPage> {
    return this.people.show(caller, id);
  }

  @Get('training')
  @Answers(200, TrainingView)
  training(@CallerOf() caller: Caller, @Query() query: TrainingQuery): Promise<TrainingView> {
    return this.reports.training(caller, query);
  }

  @Get('rooms')
  @Answers(200, RoomsView)
  rooms(@CallerOf() caller: Caller): Promise<RoomsView> {
    return this.reports.rooms(caller);
  }

  @Get('retailers/:id/viewed-by-others')
  @ApiExtraModels(ViewedByOthersView)
  @ApiResponse({
    status: 200,
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ViewedByOthersView) } },
      'text/csv': { schema: { type: 'string', example: EXAMPLE_CSV } },
    },
  })
  async viewed(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Query() query: SpanQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ViewedByOthersView | string> {
    const view = await this.retailers.viewed(caller, id, query);
    if (!/\btext\/csv\b/i.test(accept ?? '')) return view;
    void reply.type('text/csv; charset=utf-8');
    return csvOfViewed(view);
  }
}
