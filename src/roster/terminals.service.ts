import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChangesService, type ChangeKind } from '../changes/changes.service.js';
import { differenceOf, type DifferenceLine } from '../changes/change.js';
import type { ProposedView } from '../changes/changes.dto.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { jwkThumbprint, parseTerminalKey } from '../contract/terminal-key.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import { TERMINAL_ENROLLED, TERMINAL_LOST } from './roster.records.js';
import type { EnrolTerminalDto, TerminalView } from './terminals.dto.js';
import { TerminalsRepository, type TerminalRow } from './terminals.repository.js';

/** Terminals: enrolled by two officers, lost by one word of either side. */
@Injectable()
export class TerminalsService implements OnModuleInit, ChangeKind<EnrolTerminalDto> {
  readonly kind = 'terminal.enrol';
  readonly resourceType = 'terminal';

  constructor(
    private readonly database: Database,
    private readonly changes: ChangesService,
    private readonly terminals: TerminalsRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<EnrolTerminalDto>(this);
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<TerminalView>> {
    const rows = await this.terminals.page(query, caller);
    const page = pageOf(rows, query, (row) => ({ at: row.enrolled_at, id: row.id }));
    return { ...page, items: page.items.map(viewOf) };
  }

  propose(caller: Caller, dto: EnrolTerminalDto): Promise<ProposedView> {
    return this.changes.propose(caller, this.kind, { ...dto, jwk: parseTerminalKey(dto.jwk) });
  }

  async check(tx: Tx, dto: EnrolTerminalDto): Promise<DifferenceLine[]> {
    const facts = await this.terminals.facts(tx, dto, jwkThumbprint(parseTerminalKey(dto.jwk)));
    if (facts?.no_organization !== false) throw new DomainError('unknown_organization');
    if (facts.no_custodian) throw new DomainError('unknown_custodian');
    if (facts.no_room) throw new DomainError('unknown_room');
    if (facts.is_taken) throw new DomainError('terminal_taken');
    const { serial, organization_id, custodian_person_id, room } = dto;
    return differenceOf(null, { serial, organization_id, custodian_person_id, room });
  }

  async apply(tx: Tx, dto: EnrolTerminalDto, changeId: string, confirmedBy: Caller): Promise<string> {
    const id = newId('terminal');
    const jkt = jwkThumbprint(parseTerminalKey(dto.jwk));
    await this.terminals.insert(tx, id, dto, jkt, changeId);
    const details = {
      terminal: id,
      serial: dto.serial,
      custodian: dto.custodian_person_id,
      room: dto.room,
      jkt,
    };
    const subject = { personId: confirmedBy.personId, organizationId: dto.organization_id };
    await this.ledger.append(tx, { type: TERMINAL_ENROLLED, subject, details });
    return id;
  }

  /** 紛失: at once, by an officer or the own supervisor; every credential on the terminal is dead from here. */
  async lose(caller: Caller, id: string, reason: string): Promise<TerminalView> {
    return changeOnce(this.database, caller, 'alone', async (tx) => {
      const own = caller.role === 'supervisor' ? caller.organizationId : null;
      const row = await this.terminals.find(tx, id, own);
      if (!row) throw new DomainError('not_found');
      if (!(await this.terminals.lose(tx, id))) return viewOf(row);
      const subject = { personId: caller.personId, organizationId: row.organization_id };
      await this.ledger.append(tx, { type: TERMINAL_LOST, subject, details: { terminal: id, reason } });
      return viewOf({ ...row, lost_at: tx.now });
    });
  }
}

function viewOf(row: TerminalRow): TerminalView {
  return {
    id: row.id,
    serial: row.serial,
    organization_id: row.organization_id,
    custodian_person_id: row.custodian_person_id,
    room: row.room_id,
    jkt: row.jkt,
    enrolled_at: row.enrolled_at.toISOString(),
    lost_at: row.lost_at?.toISOString() ?? null,
    retired_at: row.retired_at?.toISOString() ?? null,
  };
}
