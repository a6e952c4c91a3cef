import { Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AgreementsModule } from './agreements/agreements.module.js';
import { ChangesModule } from './changes/changes.module.js';
import { CredentialsModule } from './credentials/credentials.module.js';
import { TerminalWindowsModule } from './credentials/terminal-windows/terminal-windows.module.js';
import { DeclarationsModule } from './declarations/declarations.module.js';
import { GrantsModule } from './grants/grants.module.js';
import { HouseModule, type Runtime } from './house.module.js';
import { HttpModule } from './http/http.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { PasskeysModule } from './identity/passkeys/passkeys.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { LookupsModule } from './lookups/lookups.module.js';
import { NominationsModule } from './nominations/nominations.module.js';
import { DeskModule } from './review/desk/desk.module.js';
import { DetectionModule } from './review/detection/detection.module.js';
import { ExportsModule } from './review/exports/exports.module.js';
import { ReviewModule } from './review/review.module.js';
import { RosterModule } from './roster/roster.module.js';

/** The list of rooms, nothing else. */
@Module({})
export class AppModule {
  static on(runtime: Runtime): DynamicModule {
    return {
      module: AppModule,
      imports: [
        HouseModule.on(runtime),
        ScheduleModule.forRoot(),
        DeclarationsModule,
        AgreementsModule,
        RosterModule,
        ChangesModule,
        NominationsModule,
        GrantsModule,
        CredentialsModule,
        TerminalWindowsModule,
        LookupsModule,
        ReviewModule,
        DeskModule,
        DetectionModule,
        ExportsModule,
        LedgerModule,
        IdentityModule,
        PasskeysModule,
        HttpModule,
      ],
    };
  }
}
