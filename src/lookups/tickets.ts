import { Logger } from '@nestjs/common';
import { DomainError } from '../contract/domain-error.js';
import type { Database } from '../database/database.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Subject } from '../ledger/record.js';
import type { WheelingConnector } from '../wheeling/wheeling.connector.js';
import type { WheelingRecord } from '../wheeling/wheeling-record.js';
import { DISPATCH_FAILED } from './lookups.records.js';
import type { MaskedValue } from './mask.js';
import type { Call } from './use.js';

/** What goes to the crew, and by which use: recorded before it is sent. */
export interface Dispatch {
  ticketId: string;
  recordId: string;
  terminal: string;
  fields: Record<string, MaskedValue>;
  subject: Subject;
}

/** Null: no such ticket. Undefined: nobody knows, and then nothing is held against the call. */
export type TicketPoint = string | null | undefined;

/** 受付番号: whether a ticket is what the caller says, and what the crew is told through it. */
export class Tickets {
  private readonly log = new Logger('tickets');

  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
  ) {}

  /** → the point that the call's ticket concerns; null: no such ticket; undefined: not asked, or no answer. Never throws. */
  async pointOf(wheeling: WheelingConnector, { ticketId, direction }: Call): Promise<TicketPoint> {
    // Outbound calls match only, with or without a ticket.
    if (ticketId === null || direction === 'outbound') return undefined;
    try {
      return (await wheeling.ticket(ticketId))?.supplyPointId ?? null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.log.warn(`a ticket could not be asked after: ${error.message}`);
      return undefined;
    }
  }

  /**
   * Into the ticket for the crew. It comes after the commit: if the process ends in between, the record says more
   * than happened. → whether it arrived; if not, a record says so, and the operator's answer goes on.
   */
  async dispatch(wheeling: WheelingConnector, { ticketId, recordId, ...rest }: Dispatch): Promise<boolean> {
    const { terminal, fields, subject } = rest;
    try {
      await wheeling.dispatch(ticketId, recordId, fields);
      return true;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const details = { use: recordId, ticket_id: ticketId, dispatched: Object.keys(fields), terminal };
      const record = { type: DISPATCH_FAILED, code: error.code, subject, details };
      await this.database
        .transaction('none', (tx) => this.ledger.append(tx, record))
        .catch((fault: unknown) =>
          this.log.error(`a failed dispatch could not be recorded: ${String(fault)}`),
        );
      return false;
    }
  }
}

/** The ticket counts only if it is the one that the outage system opened for the point, or concerns that very point. */
export function isTicketOf(record: WheelingRecord, { ticketId }: Call, ticketPoint: TicketPoint): boolean {
  if (ticketId === null) return false;
  return record['call_ticket_id'] === ticketId || ticketPoint === record.supply_point_id;
}
