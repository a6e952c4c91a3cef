import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Answers, AnswersPage } from '../../contract/answers.js';
import type { Caller } from '../../contract/caller.js';
import type { Page } from '../../contract/page.js';
import { CallerOf } from '../caller.decorator.js';
import { FirstPasskeysService } from './first-passkeys.service.js';
import {
  CeremonyView,
  FirstCodeDto,
  FirstPasskeyDto,
  PasskeysQuery,
  PasskeyView,
  RevokePasskeyDto,
  ShowPasskeyDto,
} from './passkeys.dto.js';
import { PasskeysService } from './passkeys.service.js';

@Controller('api/v1/passkeys')
export class PasskeysController {
  constructor(
    private readonly passkeys: PasskeysService,
    private readonly first: FirstPasskeysService,
  ) {}

  @Get()
  @AnswersPage(PasskeyView)
  list(@CallerOf() caller: Caller, @Query() query: PasskeysQuery): Promise<Page<PasskeyView>> {
    return this.passkeys.list(caller, query);
  }

  @Post('options')
  @HttpCode(200)
  @Answers(200, CeremonyView)
  options(@CallerOf() caller: Caller): Promise<CeremonyView> {
    return this.passkeys.options(caller);
  }

  @Post()
  @HttpCode(201)
  @Answers(201, PasskeyView)
  show(@CallerOf() caller: Caller, @Body() body: ShowPasskeyDto): Promise<PasskeyView> {
    return this.passkeys.show(caller, body);
  }

  @Post('first/options')
  @HttpCode(200)
  @Answers(200, CeremonyView)
  firstOptions(@Body() body: FirstCodeDto): Promise<CeremonyView> {
    return this.first.options(body.code);
  }

  @Post('first')
  @HttpCode(201)
  @Answers(201, PasskeyView)
  enrolFirst(@Body() body: FirstPasskeyDto): Promise<PasskeyView> {
    return this.first.enrol(body);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Answers(200, PasskeyView)
  revoke(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body() body: RevokePasskeyDto,
  ): Promise<PasskeyView> {
    return this.passkeys.revoke(caller, id, body);
  }
}
