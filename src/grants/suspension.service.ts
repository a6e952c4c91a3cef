import { Injectable } from '@nestjs/common';
import { refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import { GuardDatabase, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import { selvesOf } from '../roster/selves.repository.js';
import { whyNotResumed, whyNotSuspended } from './grant.acts.js';
import { isSuspended } from './grant.js';
import { subjectOf, viewOf } from './grant.view.js';
import type { GrantView } from './grants.dto.js';
import { RESUMED, SUSPENDED } from './grants.records.js';
import { GrantsRepository, type GrantRow } from './grants.repository.js';

/** 停止 and 再開: not an end. Nothing is cleared: the later of the two instants counts. */
@Injectable()
export class SuspensionService {
  constructor(
    private readonly database: GuardDatabase,
    private readonly grants: GrantsRepository,
    private readonly ledger: Ledger,
  ) {}

  /** 停止: by HQ, monitors or the own supervisor, at once. Of several who suspend each counts, and is on record. */
  async suspend(caller: Caller, id: string, reason: string): Promise<GrantView> {
    const found = await this.grants.get(this.database, id);
    if (!found || (caller.role === 'supervisor' && found.organization_id !== caller.organizationId)) {
      throw new DomainError('not_found');
    }
    const stance = caller.role === 'supervisor' ? 'alone' : 'ahead';
    return changeOnce(this.database, caller, stance, async (tx) => {
      const row = await this.grants.get(tx, id);
      invariant(row, 'a grant is never deleted, nor given to another organization');
      refuseIf(whyNotSuspended(row, tx.now));
      if (isSuspended(row) && row.suspended_by === caller.personId) return this.after(tx, caller, row);
      invariant(await this.grants.suspend(tx, id, caller.personId, reason), 'alone at the gate');
      const details = { grantee: row.grant_person_id, reason };
      await this.ledger.append(tx, { type: SUSPENDED, subject: subjectOf(caller, row), details });
      return this.after(tx, caller, row);
    });
  }

  /** 再開: by an HQ person who did not suspend it since the last one. It opens nothing before a fresh acknowledgement. */
  async resume(caller: Caller, id: string, reason: string): Promise<GrantView> {
    return changeOnce(this.database, caller, 'shared', async (tx) => {
      const row = await this.grants.lock(tx, id);
      if (!row) throw new DomainError('not_found');
      refuseIf(whyNotResumed(row, await selvesOf(tx, caller), tx.now));
      invariant(await this.grants.resume(tx, id, caller.personId, reason), 'the locked grant was suspended');
      const details = { grantee: row.grant_person_id, suspended_by: row.suspended_by, reason };
      await this.ledger.append(tx, { type: RESUMED, subject: subjectOf(caller, row), details });
      return this.after(tx, caller, row);
    });
  }

  private async after(tx: Tx, caller: Caller, { grant_id }: GrantRow): Promise<GrantView> {
    const row = await this.grants.get(tx, grant_id);
    invariant(row, 'a grant is never deleted');
    return viewOf(row, { caller, selves: await selvesOf(tx, caller), now: tx.now });
  }
}
