import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { TerminalsController } from './terminals.controller.js';
import { TerminalsRepository } from './terminals.repository.js';
import { TerminalsService } from './terminals.service.js';

@Module({
  imports: [ChangesModule],
  controllers: [TerminalsController],
  providers: [TerminalsRepository, TerminalsService],
  exports: [TerminalsRepository],
})
export class RosterModule {}
