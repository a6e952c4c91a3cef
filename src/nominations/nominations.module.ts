import { Module } from '@nestjs/common';
import { DeclarationsModule } from '../declarations/declarations.module.js';
import { NominationsController } from './nominations.controller.js';
import { NominationsRepository } from './nominations.repository.js';
import { NominationsService } from './nominations.service.js';

@Module({
  imports: [DeclarationsModule],
  controllers: [NominationsController],
  providers: [NominationsRepository, NominationsService],
  exports: [NominationsRepository, NominationsService],
})
export class NominationsModule {}
