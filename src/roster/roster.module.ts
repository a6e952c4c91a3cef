import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { FeedChange } from './feed.change.js';
import { FeedSize } from './feed-size.js';
import { PeopleController } from './people.controller.js';
import { PeoplePlans } from './people.plan.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';
import { PersonChange, PersonRetirement } from './person.changes.js';
import { TerminalChange, TerminalRetirement } from './terminal.changes.js';
import { TerminalsController } from './terminals.controller.js';
import { TerminalsRepository } from './terminals.repository.js';
import { TerminalsService } from './terminals.service.js';

@Module({
  imports: [ChangesModule],
  controllers: [PeopleController, TerminalsController],
  providers: [
    FeedChange,
    FeedSize,
    PeoplePlans,
    PeopleRepository,
    PeopleService,
    PersonChange,
    PersonRetirement,
    TerminalChange,
    TerminalRetirement,
    TerminalsRepository,
    TerminalsService,
  ],
  exports: [TerminalsRepository],
})
export class RosterModule {}
