import { Injectable } from '@nestjs/common';
import { refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { Database, GuardDatabase, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import { selvesOf } from '../roster/selves.repository.js';
import { EndingsRepository } from './endings.repository.js';
import { whyNotAcknowledged } from './grant.acts.js';
import { subjectOf, viewOf } from './grant.view.js';
import type { GrantView, RevokedAllView } from './grants.dto.js';
import { ACKNOWLEDGED, HANDED_BACK, REVOKED, REVOKED_ALL } from './grants.records.js';
import { GrantsRepository, type GrantRow } from './grants.repository.js';
import { NOTICE } from './notice.js';

@Injectable()
export class GrantsService {
  constructor(
    private readonly database: Database,
    private readonly grants: GrantsRepository,
    private readonly endings: EndingsRepository,
    private readonly ledger: Ledger,
    private readonly guard: GuardDatabase,
  ) {}

  async show(caller: Caller, id: string): Promise<GrantView> {
    const row = await this.grants.find(id, caller);
    if (!row) throw new DomainError('not_found');
    const [selves, now] = await Promise.all([selvesOf(this.database, caller), this.database.now()]);
    return viewOf(row, { caller, selves, now });
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<GrantView>> {
    const [rows, selves, now] = await Promise.all([
      this.grants.page(query, caller),
      selvesOf(this.database, caller),
      this.database.now(),
    ]);
    const page = pageOf(rows, query, (row) => ({ at: row.approved_at, id: row.grant_id }));
    return { ...page, items: page.items.map((row) => viewOf(row, { caller, selves, now })) };
  }

  /** 本人確認: by that very person, of the notice in force, before the grant's end; anew after a resumption. */
  async acknowledge(caller: Caller, id: string, noticeVersion: string): Promise<GrantView> {
    return changeOnce(this.database, caller, 'shared', async (tx) => {
      const row = await this.grants.lock(tx, id);
      if (row?.grant_person_id !== caller.personId) throw new DomainError('not_found');
      refuseIf(whyNotAcknowledged(row, tx.now));
      if (noticeVersion !== NOTICE.version)
        throw new DomainError('notice_outdated', { values: { version: NOTICE.version } });
      if (!(await this.grants.acknowledge(tx, id, caller.personId, noticeVersion))) {
        throw new DomainError('already_acknowledged');
      }
      const details = { notice_version: noticeVersion };
      await this.ledger.append(tx, { type: ACKNOWLEDGED, subject: subjectOf(caller, row), details });
      const after = await this.grants.get(tx, id);
      invariant(after, 'a grant is never deleted');
      return this.viewIn(tx, caller, after);
    });
  }

  /** 取消: by HQ or the monitors, at once; idempotent for the caller: already revoked stays revoked. */
  async revoke(caller: Caller, id: string, reason: string): Promise<GrantView> {
    return changeOnce(this.database, caller, 'ahead', async (tx) => {
      const row = await this.grants.get(tx, id);
      if (!row) throw new DomainError('not_found');
      if (!(await this.endings.revoke(tx, id, caller.personId, reason))) return this.viewIn(tx, caller, row);
      const details = { grantee: row.grant_person_id, reason, gives_way_to: null };
      await this.ledger.append(tx, { type: REVOKED, subject: subjectOf(caller, row), details });
      return this.viewIn(tx, caller, { ...row, revoked_at: tx.now });
    });
  }

  /** 一括取消: every grant of a declaration that is not over yet, or of one organization in it, at once. */
  async revokeAll(
    caller: Caller,
    declarationId: string,
    reason: string,
    organizationId: string | undefined,
  ): Promise<RevokedAllView> {
    return changeOnce(this.database, caller, 'ahead', async (tx) => {
      const ground = await this.endings.declarationOf(tx, declarationId, organizationId ?? null);
      if (!ground) throw new DomainError('not_found');
      if (!ground.is_organization) throw new DomainError('unknown_organization');
      const scope = { declarationId, organizationId: organizationId ?? null };
      const revoked = await this.endings.revokeAll(tx, scope, caller.personId, reason);
      const subject = { isDrill: ground.is_drill, personId: caller.personId, declarationId };
      const act = { organization: organizationId ?? null, revoked: revoked.length, reason };
      await this.ledger.append(tx, {
        type: REVOKED_ALL,
        subject: { ...subject, organizationId },
        details: act,
      });
      const records = revoked.map((grant) => ({
        type: REVOKED,
        subject: { ...subject, organizationId: grant.organization_id, grantId: grant.id },
        details: { grantee: grant.person_id, reason, gives_way_to: null },
      }));
      if (records.length > 0) await this.ledger.append(tx, ...records);
      return { revoked: revoked.length, grants: revoked.map((grant) => grant.id) };
    });
  }

  /**
   * 返却: the person is done. The seat is free at once. What is nobody's, another's, or given back already (which stays so)
   * is no ending, and holds nobody back at the gate.
   */
  async handBack(caller: Caller, id: string): Promise<GrantView> {
    const found = await this.grants.get(this.guard, id);
    if (found?.grant_person_id !== caller.personId) throw new DomainError('not_found');
    const stance = found.handed_back_at === null ? 'alone' : 'none';
    return changeOnce(this.database, caller, stance, async (tx) => {
      const row = await this.grants.get(tx, id);
      if (row?.grant_person_id !== caller.personId) throw new DomainError('not_found');
      if (!(await this.endings.handBack(tx, id, caller.personId))) return this.viewIn(tx, caller, row);
      await this.ledger.append(tx, { type: HANDED_BACK, subject: subjectOf(caller, row), details: {} });
      return this.viewIn(tx, caller, { ...row, handed_back_at: tx.now });
    });
  }

  private async viewIn(tx: Tx, caller: Caller, row: GrantRow): Promise<GrantView> {
    return viewOf(row, { caller, selves: await selvesOf(tx, caller), now: tx.now });
  }
}
