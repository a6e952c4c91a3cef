import { Injectable } from '@nestjs/common';
import { ChangesService } from '../changes/changes.service.js';
import type { ProposedView } from '../changes/changes.dto.js';
import { VersionsRepository, type AsOfQuery, type Version } from '../changes/versions.repository.js';
import { actionsFor } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import type { Page } from '../contract/page.js';
import type { ChangeTerminalDto, TerminalView } from './terminals.dto.js';
import { actsOn } from './terminal.acts.js';
import { TerminalsRepository, type TerminalRow } from './terminals.repository.js';
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
    const view = (row: TerminalRow): TerminalView =>
      seen === null
        ? viewOf(row, null, [])
        : viewOf(row, seen.get(row.id) ?? null, actionsFor(caller, actsOn(row)));
    return { ...page, items: page.items.map(view) };
  }

  change(caller: Caller, id: string, dto: ChangeTerminalDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'terminal.change', { id, ...dto });
  }

  retire(caller: Caller, id: string): Promise<ProposedView> {
    return this.changes.propose(caller, 'terminal.retire', { id });
  }

  private async lastSeen(ids: string[]): Promise<Map<string, Date>> {
    const rows = await this.terminals.lastSeen(ids);
    return new Map(rows.map((row) => [row.id, row.at]));
  }
}
