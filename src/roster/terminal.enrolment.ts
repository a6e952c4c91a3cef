import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChangeKind } from '../changes/change-kind.js';
import { ChangesService } from '../changes/changes.service.js';
import { differenceOf, type DifferenceLine } from '../changes/change.js';
import type { ProposedView } from '../changes/changes.dto.js';
import { Settings } from '../config/settings.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { jwkThumbprint, parseTerminalKey } from '../contract/terminal-key.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { TERMINAL_ENROLLED } from './roster.records.js';
import type { EnrolTerminalDto } from './terminals.dto.js';
import { TerminalsRepository } from './terminals.repository.js';

/** Where a terminal is to stand, and with whom. */
export type Placement = Omit<EnrolTerminalDto, 'jwk'>;
/** With `window`: the key was shown by the terminal itself, in that window. */
export type GivenTerminal = EnrolTerminalDto & { window?: string };

/** 端末の登録: by two officers. Outside of the demonstration the key comes from the terminal itself, in a window. */
@Injectable()
export class TerminalEnrolment implements OnModuleInit, ChangeKind<GivenTerminal> {
  readonly kind = 'terminal.enrol';
  readonly resourceType = 'terminal';

  constructor(
    private readonly settings: Settings,
    private readonly changes: ChangesService,
    private readonly terminals: TerminalsRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<GivenTerminal>(this);
  }

  /** A key that somebody brings along: in the demonstration only. */
  propose(caller: Caller, dto: EnrolTerminalDto): Promise<ProposedView> {
    return this.changes.propose(caller, this.kind, { ...dto, jwk: parseTerminalKey(dto.jwk) });
  }

  async check(tx: Tx, given: GivenTerminal): Promise<DifferenceLine[]> {
    if (given.window === undefined && !this.settings.isDemonstration)
      throw new DomainError('ceremony_required');
    await this.refuseMisplaced(tx, given, jwkThumbprint(parseTerminalKey(given.jwk)));
    const { serial, organization_id, custodian_person_id, room } = given;
    return differenceOf(null, { serial, organization_id, custodian_person_id, room });
  }

  /** @param jkt null before the terminal has shown its key */
  async refuseMisplaced(tx: Tx, placement: Placement, jkt: string | null): Promise<void> {
    const facts = await this.terminals.facts(tx, placement, jkt);
    if (facts?.no_organization !== false) throw new DomainError('unknown_organization');
    if (facts.no_custodian) throw new DomainError('unknown_custodian');
    if (facts.no_room) throw new DomainError('unknown_room');
    if (facts.is_taken) throw new DomainError('terminal_taken');
  }

  async apply(tx: Tx, given: GivenTerminal, changeId: string, confirmedBy: Caller): Promise<string> {
    const id = newId('terminal');
    const jkt = jwkThumbprint(parseTerminalKey(given.jwk));
    await this.terminals.insert(tx, id, given, jkt, changeId);
    const details = {
      terminal: id,
      serial: given.serial,
      custodian: given.custodian_person_id,
      room: given.room,
      jkt,
      window: given.window ?? null,
    };
    const subject = { personId: confirmedBy.personId, organizationId: given.organization_id };
    await this.ledger.append(tx, { type: TERMINAL_ENROLLED, subject, details });
    return id;
  }
}
