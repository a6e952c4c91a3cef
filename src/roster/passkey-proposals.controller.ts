import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ProposedView } from '../changes/changes.dto.js';
import { Answers } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { PasskeyEnrolment } from './passkey.change.js';

/** The rest of `/passkeys` is the room identity's, which knows nothing of two persons. */
@Controller('api/v1/passkeys')
export class PasskeyProposalsController {
  constructor(private readonly enrolment: PasskeyEnrolment) {}

  @Post(':id/propose')
  @HttpCode(202)
  @Answers(202, ProposedView)
  propose(@CallerOf() caller: Caller, @Param('id') id: string): Promise<ProposedView> {
    return this.enrolment.propose(caller, id);
  }
}
