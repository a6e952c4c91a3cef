import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';
import { Database } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import { DESK_READ } from './desk.records.js';

/** What was asked: ids, references, times; never a value of a customer. */
export type About = Readonly<Record<string, string | number | undefined>>;

/** The auditors are watched as well: that a page was read is durable before the page leaves. */
@Injectable()
export class Readings {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
  ) {}

  /** → the page, once its reading is on record. Errors: `not_found` where there is none. */
  async of<T>(caller: Caller, page: string, about: About, found: T | undefined, count = 1): Promise<T> {
    if (found === undefined) throw new DomainError('not_found');
    const subject = { personId: caller.personId, organizationId: caller.organizationId };
    const details = { page, about: JSON.stringify(about), count };
    await this.database.transaction('none', (tx) =>
      this.ledger.append(tx, { type: DESK_READ, subject, details }),
    );
    return found;
  }
}
