import { Module } from '@nestjs/common';
import { LedgerModule } from '../../ledger/ledger.module.js';
import { CertificatesRepository } from '../certificates.repository.js';
import { CertificatesService } from '../certificates.service.js';
import { DocumentsRepository } from './documents.repository.js';
import { DocumentsService } from './documents.service.js';
import { ExportRowsRepository } from './export-rows.repository.js';
import { ExportWriter } from './export-writer.js';
import { ExportsController } from './exports.controller.js';
import { ExportsService } from './exports.service.js';
import { PinnedTree } from './pinned-tree.js';

@Module({
  imports: [LedgerModule],
  controllers: [ExportsController],
  providers: [
    CertificatesRepository,
    CertificatesService,
    DocumentsRepository,
    DocumentsService,
    ExportRowsRepository,
    PinnedTree,
    ExportWriter,
    ExportsService,
  ],
})
export class ExportsModule {}
