import { Injectable } from '@nestjs/common';
import { actionsFor, refuseIf } from '../../contract/actions.js';
import type { Caller } from '../../contract/caller.js';
import { DomainError, invariant } from '../../contract/domain-error.js';
import { newId } from '../../contract/ids.js';
import { pageOf, type Page } from '../../contract/page.js';
import { Database, type Tx } from '../../database/database.js';
import { changeOnce } from '../../database/once.js';
import { Ledger } from '../../ledger/ledger.js';
import { actsOn, isOverdue, stateOf, whyNotClosed, whyNotStepped } from './finding.js';
import type { FindingDto, FindingQuery, FindingStepDto, FindingView } from './findings.dto.js';
import { FINDING_AMENDED, FINDING_ANSWERED, FINDING_CLOSED, FOUND } from './findings.records.js';
import { FindingsRepository, type FindingRow } from './findings.repository.js';
import { Readings } from './readings.js';
import { dayOf } from './trails.js';

const fault = (pointer: string, detail: string): DomainError =>
  new DomainError('invalid_input', { faults: [{ pointer, detail }] });

/**
 * 指摘: the only thing that auditors change (law 5). The owner answers outside of this system, and an auditor writes the
 * answer down: whoever is watched has no hand in what was found. Each step is one transaction with its record.
 */
@Injectable()
export class FindingsService {
  constructor(
    private readonly database: Database,
    private readonly findings: FindingsRepository,
    private readonly ledger: Ledger,
    private readonly readings: Readings,
  ) {}

  async list(caller: Caller, query: FindingQuery): Promise<Page<FindingView>> {
    const [rows, now] = await Promise.all([this.findings.page(query), this.database.now()]);
    const page = pageOf(rows, query, (row) => ({ at: row.found_at, id: row.id }));
    const found = { ...page, items: page.items.map((row) => findingView(caller, row, now)) };
    const { state, owner, subject } = query;
    return this.readings.of(caller, 'findings', { state, owner, subject }, found, found.items.length);
  }

  async show(caller: Caller, id: string): Promise<FindingView> {
    const [row, now] = await Promise.all([this.findings.find(id), this.database.now()]);
    return this.readings.of(caller, 'finding', { id }, row && findingView(caller, row, now));
  }

  /** Errors: `invalid_input` for a subject that is not there, an owner who cannot be one, a due day that is over. */
  make(caller: Caller, dto: FindingDto): Promise<FindingView> {
    return changeOnce(this.database, caller, 'none', async (tx) => {
      if (!(await this.findings.isThere(tx, dto.subject_type, dto.subject_id)))
        throw fault('/subject_id', '見つかりません');
      await this.checkOwner(tx, dto.owner_person_id);
      checkDue(dto.due_date, tx.now);
      const finding = { ...dto, id: newId('finding') };
      await this.findings.insert(tx, finding, caller.personId);
      const { id, subject_type, subject_id: subject, type, severity, due_date, text } = finding;
      await this.ledger.append(tx, {
        type: FOUND,
        subject: subjectOf(caller),
        details: { finding: id, subject_type, subject, finding_type: type, severity, owner: dto.owner_person_id, due_date, text },
      }); // prettier-ignore
      return this.view(tx, caller, id);
    });
  }

  /** Errors: `not_found`, `finding_closed`, `finding_not_answered`; `invalid_input` for two steps at once, or none. */
  step(caller: Caller, id: string, dto: FindingStepDto): Promise<FindingView> {
    return changeOnce(this.database, caller, 'none', async (tx) => {
      const row = await this.findings.lock(tx, id);
      if (!row) throw new DomainError('not_found');
      checkOneStep(dto);
      refuseIf(whyNotStepped(row));
      if (dto.answer !== undefined) await this.answer(tx, caller, row, dto.answer);
      else if (dto.closing_reason !== undefined) await this.close(tx, caller, row, dto.closing_reason);
      else await this.amend(tx, caller, row, dto);
      return this.view(tx, caller, id);
    });
  }

  /** Another answer takes the place of the one before, which stays in its record. */
  private async answer(tx: Tx, caller: Caller, { id, owner_person_id: owner }: FindingRow, answer: string) {
    await this.findings.answer(tx, id, answer, caller.personId);
    const details = { finding: id, owner, answer };
    await this.ledger.append(tx, { type: FINDING_ANSWERED, subject: subjectOf(caller), details });
  }

  private async close(tx: Tx, caller: Caller, row: FindingRow, reason: string) {
    refuseIf(whyNotClosed(row));
    const { id } = row;
    await this.findings.close(tx, id, reason, caller.personId);
    const details = { finding: id, reason };
    await this.ledger.append(tx, { type: FINDING_CLOSED, subject: subjectOf(caller), details });
  }

  private async amend(tx: Tx, caller: Caller, row: FindingRow, dto: FindingStepDto) {
    if (dto.reason === undefined) throw fault('/reason', '変える理由が必要です');
    const { severity = row.severity, owner_person_id = row.owner_person_id, due_date = row.due_date } = dto;
    if (owner_person_id !== row.owner_person_id) await this.checkOwner(tx, owner_person_id);
    if (due_date !== row.due_date) checkDue(due_date, tx.now);
    await this.findings.amend(tx, row.id, { severity, owner_person_id, due_date }, caller.personId);
    const details = { finding: row.id, severity, owner: owner_person_id, due_date, reason: dto.reason };
    await this.ledger.append(tx, { type: FINDING_AMENDED, subject: subjectOf(caller), details });
  }

  private async checkOwner(tx: Tx, personId: string): Promise<void> {
    if (!(await this.findings.mayOwn(tx, personId)))
      throw fault('/owner_person_id', '在籍する情報管理責任者または法令遵守責任者を指定してください');
  }

  private async view(tx: Tx, caller: Caller, id: string): Promise<FindingView> {
    const row = await this.findings.lock(tx, id);
    invariant(row, 'a finding stays');
    return findingView(caller, row, tx.now);
  }
}

const subjectOf = ({ personId, organizationId }: Caller): { personId: string; organizationId: string } => ({
  personId,
  organizationId,
});

function checkDue(date: string, now: Date): void {
  const day = dayOf(date);
  if (!day || day.to <= now) throw fault('/due_date', '今日以降の日付を指定してください');
}

function checkOneStep({
  answer,
  closing_reason,
  reason,
  severity,
  owner_person_id,
  due_date,
}: FindingStepDto): void {
  const amended = [reason, severity, owner_person_id, due_date].some((value) => value !== undefined);
  const steps = [answer !== undefined, closing_reason !== undefined, amended].filter(Boolean);
  if (steps.length !== 1) throw fault('', '回答、完了、変更のどれか一つだけを送ってください');
  const isChanged = [severity, owner_person_id, due_date].some((value) => value !== undefined);
  if (amended && !isChanged) throw fault('', '変える内容がありません');
}

/** The row as it is shown; `overdue` as of `now`. */
export function findingView(caller: Caller, row: FindingRow, now: Date): FindingView {
  const { due_end, found_at, assigned_at, answered_at, closed_at, ...rest } = row;
  const state = stateOf(row);
  return {
    ...rest,
    state,
    overdue: isOverdue(state, due_end, now),
    found_at: found_at.toISOString(),
    assigned_at: assigned_at.toISOString(),
    answered_at: answered_at?.toISOString() ?? null,
    closed_at: closed_at?.toISOString() ?? null,
    actions: actionsFor(caller, actsOn(row)),
  };
}
