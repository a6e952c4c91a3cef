import { Injectable } from '@nestjs/common';
import { VersionDigests } from '../changes/version-digests.js';
import { actionsFor } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { GuardDatabase } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { SessionBindings } from '../identity/session-bindings.js';
import { Ledger } from '../ledger/ledger.js';
import { TERMINAL_LOST } from './roster.records.js';
import type { TerminalView } from './terminals.dto.js';
import { actsOn } from './terminal.acts.js';
import { TerminalsRepository, type TerminalRow } from './terminals.repository.js';
import { viewOf } from './terminals.view.js';

/** 紛失: at once, by one word of an officer or the own supervisor; every credential and session on it is dead from here. */
@Injectable()
export class TerminalLoss {
  constructor(
    private readonly database: GuardDatabase,
    private readonly terminals: TerminalsRepository,
    private readonly sessions: SessionBindings,
    private readonly digests: VersionDigests,
    private readonly ledger: Ledger,
  ) {}

  async report(caller: Caller, id: string, reason: string): Promise<TerminalView> {
    const own = caller.role === 'supervisor' ? caller.organizationId : null;
    // An unknown one, or another organization's, holds nobody back at the gate.
    if (!(await this.terminals.find(this.database, id, own))) throw new DomainError('not_found');
    return changeOnce(this.database, caller, 'alone', async (tx) => {
      const row = await this.terminals.find(tx, id, own);
      if (!row) throw new DomainError('not_found');
      const [seen] = await this.terminals.lastSeen([id], tx);
      const view = (now: TerminalRow): TerminalView =>
        viewOf(now, seen?.at ?? null, actionsFor(caller, actsOn(now)));
      if (!(await this.terminals.lose(tx, id))) return view(row);
      const ended = await this.sessions.endOfTerminal(tx, id, caller.personId);
      const subject = { personId: caller.personId, organizationId: row.organization_id };
      const versions = await this.digests.ofNewest(tx, 'terminal', id);
      const details = { terminal: id, reason, ended_sessions: ended, versions };
      await this.ledger.append(tx, { type: TERMINAL_LOST, subject, details });
      return view({ ...row, lost_at: tx.now });
    });
  }
}
