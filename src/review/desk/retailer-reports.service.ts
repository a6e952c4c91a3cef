import { Injectable } from '@nestjs/common';
import { Reference } from '../../config/secret-keys.js';
import type { Caller } from '../../contract/caller.js';
import { Database } from '../../database/database.js';
import { retailerReference } from '../../lookups/audit-facts.js';
import { csvLine } from '../exports/csv.js';
import { Readings } from './readings.js';
import type { SpanQuery } from './reports.dto.js';
import type { ViewedByOthersView } from './retailer-reports.dto.js';
import { RetailerReportsRepository } from './retailer-reports.repository.js';

const HEADINGS = ['日', '扱った会社', '会社名', '目的', '利用の種類', '件数', '供給地点の数', '項目'];

/**
 * 「御社のお客さまを他社が扱った件数」 (domain §2.5): counts that may be handed to that retailer. No person, no supply point and no
 * reference of one; whose customer it was is compared by the keyed reference that the record froze.
 */
@Injectable()
export class RetailerReportsService {
  constructor(
    private readonly database: Database,
    private readonly reports: RetailerReportsRepository,
    private readonly reference: Reference,
    private readonly readings: Readings,
  ) {}

  /** Errors: `not_found` for whoever is no retailer. */
  async viewed(caller: Caller, id: string, query: SpanQuery): Promise<ViewedByOthersView> {
    const now = await this.database.now();
    const span = { from: query.from ?? null, to: query.to !== undefined && query.to < now ? query.to : now };
    const retailer = await this.reports.retailer(id);
    const view = retailer && (await this.report(id, retailer.name, span));
    const about = { retailer: id, from: span.from?.toISOString(), to: span.to.toISOString() };
    return this.readings.of(caller, 'viewed_by_others', about, view, view?.lines.length);
  }

  private async report(
    id: string,
    name: string,
    span: { from: Date | null; to: Date },
  ): Promise<ViewedByOthersView> {
    const held = (await this.reports.codes(id)).flatMap(({ code, from, until }) => {
      const reference = retailerReference(this.reference, code);
      return reference === null ? [] : [{ reference, from, until }];
    });
    const [lines, unknown] = await Promise.all([
      this.reports.viewed(id, span, held),
      this.reports.unknown(span),
    ]);
    return {
      retailer_id: id,
      retailer_name: name,
      from: span.from?.toISOString() ?? null,
      to: span.to.toISOString(),
      uses: lines.reduce((sum, line) => sum + line.uses, 0),
      unknown,
      lines,
    };
  }
}

/** The lines for a spreadsheet: UTF-8 with BOM, CRLF; nothing in it is taken for a formula. */
export function csvOfViewed({ lines }: ViewedByOthersView): string {
  const rows = lines.map((line) => [
    ...[line.day, line.organization_id, line.organization_name, line.purpose, line.type],
    ...[line.uses, line.points, line.fields.join(' ')],
  ]);
  return `\ufeff${[HEADINGS, ...rows].map((cells) => csvLine(cells)).join('')}`;
}
