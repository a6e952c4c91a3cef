import { Injectable } from '@nestjs/common';
import { ChangesService } from '../changes/changes.service.js';
import type { ProposedView } from '../changes/changes.dto.js';
import { VersionsRepository, type AsOfQuery, type Version } from '../changes/versions.repository.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import type { ChangeTerminalDto, TerminalView } from './terminals.dto.js';
import { TerminalsRepository } from './terminals.repository.js';
import { rowOf, viewOf, type TerminalFacts } from './terminals.view.js';

/** The register: what stands in it, and what two officers change of it. */
@Injectable()
export class TerminalsService {
  constructor(
    private readonly changes: ChangesService,
    private readonly versions: VersionsRepository,
    private readonly terminals: TerminalsRepository,
  ) {}

  async list(caller: Caller, query: AsOfQuery): Promise<Page<TerminalView>> {
    const own = caller.role === 'supervisor' ? caller.organizationId : null;
    const page = await this.versions.page('terminal', query, own, (version: Version<TerminalFacts>) =>
      rowOf(version.facts),
    );
    // A credential's row holds the last one only: what was seen before an earlier instant is not known here.
    const seen = query.as_of === undefined ? await this.lastSeen(page.items.map((row) => row.id)) : null;
    return { ...page, items: page.items.map((row) => viewOf(row, seen?.get(row.id) ?? null)) };
  }

  change(caller: Caller, id: string, dto: ChangeTerminalDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'terminal.change', { id, ...dto });
  }

  retire(caller: Caller, id: string): Promise<ProposedView> {
    return this.changes.propose(caller, 'terminal.retire', { id });
  }

  /** 紛失: at once, by an officer or the own supervisor; every credential on the terminal is dead from here. */
  async lose(caller: Caller, id: string, reason: string): Promise<TerminalView> {
    return changeOnce(this.database, caller, 'alone', async (tx) => {
      const own = caller.role === 'supervisor' ? caller.organizationId : null;
      const row = await this.terminals.find(tx, id, own);
      if (!row) throw new DomainError('not_found');
      const [seen] = await this.terminals.lastSeen([id]);
      if (!(await this.terminals.lose(tx, id))) return viewOf(row, seen?.at ?? null);
      const subject = { personId: caller.personId, organizationId: row.organization_id };
      const details = { terminal: id, reason, versions: await this.changes.digestsOf(tx, 'terminal', id) };
      await this.ledger.append(tx, { type: TERMINAL_LOST, subject, details });
      return viewOf({ ...row, lost_at: tx.now }, seen?.at ?? null);
    });
  }

  private async lastSeen(ids: string[]): Promise<Map<string, Date>> {
    const rows = await this.terminals.lastSeen(ids);
    return new Map(rows.map((row) => [row.id, row.at]));
  }
}
