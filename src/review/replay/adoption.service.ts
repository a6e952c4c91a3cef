import { Injectable } from '@nestjs/common';
import type { VersionDigest } from '../../changes/version-digests.js';
import { VersionDigests } from '../../changes/version-digests.js';
import { Database, type Tx } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import { AdoptionRepository } from './adoption.repository.js';
import { ADOPTED } from './replay.records.js';

/**
 * The facts that were here before the first start (the demonstration's sample, an owner's load) were agreed to by nobody
 * through the broker. They are taken over once, in the open: one record with a digest of every version of that moment.
 */
@Injectable()
export class AdoptionService {
  constructor(
    private readonly database: Database,
    private readonly adoption: AdoptionRepository,
    private readonly digests: VersionDigests,
    private readonly ledger: Ledger,
  ) {}

  /** → whether this call did it. Two at once: the second waits for the first one's row, and finds it done. */
  async adoptOnce(): Promise<boolean> {
    if (await this.adoption.isDone()) return false;
    return this.database.transaction('none', async (tx) => {
      if (!(await this.adoption.lockOpen(tx))) return false;
      const details = { versions: await this.versions(tx) };
      const [record] = await this.ledger.append(tx, { type: ADOPTED, subject: {}, details });
      await this.adoption.insert(tx, record?.id ?? '');
      return true;
    });
  }

  private async versions(tx: Tx): Promise<VersionDigest[]> {
    const all: VersionDigest[] = [];
    for await (const batch of this.digests.all(tx)) all.push(...batch);
    return all;
  }
}
