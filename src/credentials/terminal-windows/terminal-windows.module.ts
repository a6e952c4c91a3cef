import { Module } from '@nestjs/common';
import { ChangesModule } from '../../changes/changes.module.js';
import { ChangesService } from '../../changes/changes.service.js';
import { PublicUrl } from '../../contract/public-url.js';
import { Database } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import { RosterModule } from '../../roster/roster.module.js';
import { TerminalEnrolment } from '../../roster/terminal.enrolment.js';
import { TerminalWindowsController } from './terminal-windows.controller.js';
import { TerminalWindowsRepository } from './terminal-windows.repository.js';
import { TerminalWindowsService } from './terminal-windows.service.js';

@Module({
  imports: [ChangesModule, RosterModule],
  controllers: [TerminalWindowsController],
  providers: [
    TerminalWindowsRepository,
    {
      provide: TerminalWindowsService,
      useFactory: (
        database: Database,
        windows: TerminalWindowsRepository,
        enrolment: TerminalEnrolment,
        changes: ChangesService,
        publicUrl: PublicUrl,
        ledger: Ledger,
      ) => new TerminalWindowsService(database, { windows, enrolment, changes, publicUrl, ledger }),
      inject: [Database, TerminalWindowsRepository, TerminalEnrolment, ChangesService, PublicUrl, Ledger],
    },
  ],
})
export class TerminalWindowsModule {}
