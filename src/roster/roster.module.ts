import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { PasskeysModule } from '../identity/passkeys/passkeys.module.js';
import { FeedChange } from './feed.change.js';
import { FeedSize } from './feed-size.js';
import { IdentitiesController } from './identities.controller.js';
import { IdentitiesRepository } from './identities.repository.js';
import { IdentityAddition, IdentityRetirement } from './identity.changes.js';
import { PasskeyEnrolment } from './passkey.change.js';
import { PasskeyProposalsController } from './passkey-proposals.controller.js';
import { PeopleController } from './people.controller.js';
import { PeoplePlans } from './people.plan.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';
import { PersonChange, PersonRetirement } from './person.changes.js';
import { TerminalChange, TerminalRetirement } from './terminal.changes.js';
import { TerminalEnrolment } from './terminal.enrolment.js';
import { TerminalLoss } from './terminal.loss.js';
import { RoomsController } from './rooms.controller.js';
import { TerminalsController } from './terminals.controller.js';
import { TerminalsRepository } from './terminals.repository.js';
import { TerminalsService } from './terminals.service.js';

@Module({
  imports: [ChangesModule, IdentityModule, PasskeysModule],
  controllers: [
    IdentitiesController,
    PasskeyProposalsController,
    PeopleController,
    RoomsController,
    TerminalsController,
  ],
  providers: [
    FeedChange,
    FeedSize,
    IdentitiesRepository,
    IdentityAddition,
    IdentityRetirement,
    PasskeyEnrolment,
    PeoplePlans,
    PeopleRepository,
    PeopleService,
    PersonChange,
    PersonRetirement,
    TerminalChange,
    TerminalEnrolment,
    TerminalLoss,
    TerminalRetirement,
    TerminalsRepository,
    TerminalsService,
  ],
  exports: [TerminalEnrolment, TerminalsRepository],
})
export class RosterModule {}
