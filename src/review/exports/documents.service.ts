import { Injectable } from '@nestjs/common';
import { DomainError } from '../../contract/domain-error.js';
import type { Checkpoint } from '../../ledger/note.js';
import { TreeRepository } from '../../ledger/tree.repository.js';
import { CertificatesService } from '../certificates.service.js';
import { certificateSheet } from './certificate.sheet.js';
import { DocumentsRepository } from './documents.repository.js';
import type { ExportRow, Rows } from './export-row.js';
import type { RowFilter } from './exports.dto.js';
import { grantSheet } from './grant.sheet.js';

/** A paper is for reading: more lines than this are an export. */
const MOST_LINES = 5_000;

export interface DocumentOrder {
  filter: RowFilter;
  checkpoint: Checkpoint;
  /** The records of the filter, in the order of the tree. */
  rows: Rows;
}

/** The two papers: a declaration's closing certificate, and one grant's page. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly certificates: CertificatesService,
    private readonly tree: TreeRepository,
  ) {}

  /** Errors: `invalid_input` unless the filter is one declaration or one grant; `export_too_large`; `not_found`. */
  write(order: DocumentOrder): Promise<AsyncIterable<Uint8Array>> {
    const { declaration, grant, ...others } = order.filter;
    if (Object.keys(others).length === 0) {
      if (declaration !== undefined && grant === undefined) return this.certificate(declaration, order);
      if (grant !== undefined && declaration === undefined) return this.grant(order);
    }
    const detail = 'pdf は、発令一つ（declaration だけ）か付与一つ（grant だけ）について作ります';
    throw new DomainError('invalid_input', { faults: [{ pointer: '/filter', detail }] });
  }

  /**
   * A certificate does not change once it is written, and is refused while it would differ (an exposure was found
   * since); its record must stand in the tree that the paper names.
   */
  private async certificate(id: string, { checkpoint }: DocumentOrder): Promise<AsyncIterable<Uint8Array>> {
    const certificate = await this.certificates.show(id);
    const position = await this.tree.positionOf(certificate.record_id);
    if (position === undefined || position >= checkpoint.size) throw new DomainError('not_sequenced_yet');
    if (certificate.grants.length > MOST_LINES) throw tooLong();
    const ids = certificate.grants.flatMap((one) => [one.person_id, one.organization_id]);
    const names = await this.documents.namesAsOf(ids, new Date(certificate.completed_at));
    return certificateSheet({ certificate, position, checkpoint, names });
  }

  /** From its records alone, as far as they stand in the tree. */
  private async grant({ rows, checkpoint }: DocumentOrder): Promise<AsyncIterable<Uint8Array>> {
    const all: ExportRow[] = [];
    for await (const row of rows) {
      if (all.length === MOST_LINES) throw tooLong();
      all.push(row);
    }
    const given = all.find(({ record }) => /^(drill\.)?grant\.given$/.test(record.type));
    const last = all.at(-1);
    if (!given || !last) throw new DomainError('not_found');
    const declaration = await this.documents.declaration(given.record.declarationId ?? '');
    if (!declaration) throw new DomainError('not_found');
    const ids = all.flatMap(({ record: one }) => [one.personId, one.organizationId, one.details['grantee']]);
    const known = ids.filter((id): id is string => typeof id === 'string');
    const names = await this.documents.namesAsOf([...new Set(known)], last.record.at);
    return grantSheet({ given, rows: all, declaration, checkpoint, names });
  }
}

function tooLong(): DomainError {
  return new DomainError('export_too_large', { values: { limit: MOST_LINES } });
}
