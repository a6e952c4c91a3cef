import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { Database } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { proofText } from '../ledger/proofs.js';
import { PublishedTree } from '../ledger/published-tree.js';
import { TreeRepository } from '../ledger/tree.repository.js';
import { ProofRepository } from './proof.repository.js';
import { RECORDS_READ } from './records.records.js';

/** Proves to a stranger that a record stands in the signed ledger. Who took the proof is recorded first. */
@Injectable()
export class ProofService {
  constructor(
    private readonly database: Database,
    private readonly records: ProofRepository,
    private readonly tree: TreeRepository,
    private readonly published: PublishedTree,
    private readonly ledger: Ledger,
  ) {}

  /** → c2sp.org/tlog-proof@v1. With the record's payload it verifies without us: the `extra` is its salt. */
  async prove(caller: Caller, id: string): Promise<string> {
    const salt = await this.records.saltOf(id);
    if (!salt) throw new DomainError('not_found');
    const index = await this.tree.positionOf(id);
    const checkpoint = index === undefined ? undefined : await this.published.covering(index + 1);
    if (index === undefined || !checkpoint) throw new DomainError('not_sequenced_yet');
    const hashes = await this.published.inclusion(index, checkpoint);
    await this.note(caller, id);
    return proofText({ extra: salt, index, hashes, checkpoint: checkpoint.note });
  }

  private async note(caller: Caller, id: string): Promise<void> {
    const subject = { personId: caller.personId, organizationId: caller.organizationId };
    const details = { filter: JSON.stringify({ id, proof: true }), count: 1 };
    await this.database.transaction('none', (tx) =>
      this.ledger.append(tx, { type: RECORDS_READ, subject, details }),
    );
  }
}
