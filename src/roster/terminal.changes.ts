import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChangeKind } from '../changes/change-kind.js';
import { ChangesService } from '../changes/changes.service.js';
import { differenceOf, type DifferenceLine } from '../changes/change.js';
import { refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import type { Tx } from '../database/database.js';
import { SessionBindings } from '../identity/session-bindings.js';
import { Ledger } from '../ledger/ledger.js';
import { AT_CONFIRMATION } from './person.js';
import { TERMINAL_CHANGED, TERMINAL_RETIRED } from './roster.records.js';
import type { ChangeTerminalDto } from './terminals.dto.js';
import { whyNotChanged, whyNotRetired } from './terminal.acts.js';
import { TerminalsRepository, type TerminalMembers, type TerminalRow } from './terminals.repository.js';

type GivenTerminal = ChangeTerminalDto & { id: string };

async function inUse(tx: Tx, terminals: TerminalsRepository, id: string): Promise<TerminalRow> {
  const row = await terminals.find(tx, id, null);
  if (!row) throw new DomainError('not_found');
  refuseIf(whyNotRetired(row));
  return row;
}

/** 貸出・返却・移動: who keeps a terminal, who has it, and in which room it stands. */
@Injectable()
export class TerminalChange implements OnModuleInit, ChangeKind<GivenTerminal> {
  readonly kind = 'terminal.change';
  readonly resourceType = 'terminal';

  constructor(
    private readonly changes: ChangesService,
    private readonly terminals: TerminalsRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<GivenTerminal>(this);
  }

  async check(tx: Tx, given: GivenTerminal): Promise<DifferenceLine[]> {
    const { before, after, organizationId } = await this.plan(tx, given);
    const facts = await this.terminals.placement(tx, organizationId, after);
    if (facts?.no_custodian !== false) throw new DomainError('unknown_custodian');
    if (facts.no_room) throw new DomainError('unknown_room');
    if (facts.no_holder) throw new DomainError('person_unknown');
    return differenceOf({ ...before }, { ...after });
  }

  async apply(tx: Tx, given: GivenTerminal, changeId: string, confirmedBy: Caller): Promise<string> {
    const { after, organizationId } = await this.plan(tx, given);
    invariant(await this.terminals.change(tx, given.id, after, changeId), 'in use a moment ago');
    const details = {
      change: changeId,
      terminal: given.id,
      custodian: after.custodian_person_id,
      room: after.room,
      checked_out_to: after.checked_out_to,
      room_entry_log: after.room_entry_log_ref,
    };
    const subject = { personId: confirmedBy.personId, organizationId };
    await this.ledger.append(tx, { type: TERMINAL_CHANGED, subject, details });
    return given.id;
  }

  private async plan(
    tx: Tx,
    given: GivenTerminal,
  ): Promise<{ before: TerminalMembers; after: TerminalMembers; organizationId: string }> {
    const row = await inUse(tx, this.terminals, given.id);
    refuseIf(whyNotChanged(row));
    const before = {
      custodian_person_id: row.custodian_person_id,
      room: row.room_id,
      checked_out_to: row.checked_out_to,
      room_entry_log_ref: row.room_entry_log_ref,
    };
    const after = {
      custodian_person_id: given.custodian_person_id ?? before.custodian_person_id,
      room: given.room ?? before.room,
      // Null is said, not left out: the terminal came back.
      checked_out_to: given.checked_out_to === undefined ? before.checked_out_to : given.checked_out_to,
      room_entry_log_ref: given.room_entry_log_ref ?? before.room_entry_log_ref,
    };
    return { before, after, organizationId: row.organization_id };
  }
}

/** 端末の廃止: an ending at once; whatever was issued on the terminal, and every session there, is dead from here. */
@Injectable()
export class TerminalRetirement implements OnModuleInit, ChangeKind<{ id: string }> {
  readonly kind = 'terminal.retire';
  readonly resourceType = 'terminal';

  constructor(
    private readonly changes: ChangesService,
    private readonly terminals: TerminalsRepository,
    private readonly sessions: SessionBindings,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<{ id: string }>(this);
  }

  async check(tx: Tx, { id }: { id: string }): Promise<DifferenceLine[]> {
    await inUse(tx, this.terminals, id);
    return [{ field: 'retired_at', before: null, after: AT_CONFIRMATION }];
  }

  async apply(tx: Tx, { id }: { id: string }, changeId: string, confirmedBy: Caller): Promise<string> {
    const row = await inUse(tx, this.terminals, id);
    invariant(await this.terminals.retire(tx, id, changeId), 'in use a moment ago');
    await this.sessions.endOfTerminal(tx, id, confirmedBy.personId);
    const subject = { personId: confirmedBy.personId, organizationId: row.organization_id };
    await this.ledger.append(tx, {
      type: TERMINAL_RETIRED,
      subject,
      details: { change: changeId, terminal: id },
    });
    return id;
  }
}
