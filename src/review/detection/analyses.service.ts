import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { DomainError, invariant } from '../../contract/domain-error.js';
import { newId } from '../../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../../contract/page.js';
import { Database, type Tx } from '../../database/database.js';
import { answeredBefore, changeOnce } from '../../database/once.js';
import { Ledger } from '../../ledger/ledger.js';
import { Readings } from '../desk/readings.js';
import { dayOf, japaneseDay } from '../desk/trails.js';
import type { AnalysisDto, AnalysisLine, AnalysisStepDto, AnalysisView } from './analyses.dto.js';
import { ANALYSED, ANALYSIS_CONCLUDED, ANALYSIS_GIVEN } from './analyses.records.js';
import { AnalysesRepository, type AnalysisRow } from './analyses.repository.js';
import { lineOf, viewOf } from './analyses.view.js';
import { countsOf } from './detect.js';
import { lookThrough } from './look.js';
import { RULES_VERSION } from './rules.js';
import type { Sign } from './sign.js';

const CONCLUDED_WITHIN_DAYS = 7;
const DAY_MS = 86_400_000;
/** A year with a month to spare: what an analysis may cost the service that makes it. */
const LONGEST_DAYS = 400;
/** The gravest are kept; how many each rule gave is in the record. */
const KEPT = 2_000;

interface Looked {
  from: Date;
  to: Date;
  uses: number;
  signs: Sign[];
}

const fault = (pointer: string, detail: string): DomainError =>
  new DomainError('invalid_input', { faults: [{ pointer, detail }] });

/**
 * ログの解析 (EMG-1, METI-1, AUD-6): every day's uses by the rules, and any span's on demand. What struck waits for the
 * conclusion of a named auditor until a day. A sign is no verdict: a finding is made of it by a person.
 */
@Injectable()
export class AnalysesService {
  /** Memory is place enough: it bounds what this instance does at once, and decides no access. */
  private isLooking = false;

  constructor(
    private readonly database: Database,
    private readonly analyses: AnalysesRepository,
    private readonly ledger: Ledger,
    private readonly readings: Readings,
  ) {}

  /** → true when a day was analysed by this call; there may be more to make up for. While another is under way: false. */
  async daily(): Promise<boolean> {
    if (this.isLooking) return false;
    const day = await this.database.transaction('none', (tx) => this.analyses.nextDay(tx));
    const span = day === null ? undefined : dayOf(day);
    if (day === null || span === undefined) return false;
    const looked = await this.look(span.from, span.to);
    return this.database.transaction('none', async (tx) => {
      // Another instance may have been first.
      if ((await this.analyses.nextDay(tx)) !== day) return false;
      await this.keep(tx, looked, { kind: 'daily', day, owner: null });
      return true;
    });
  }

  /** Errors: `invalid_input` for a span that is empty, has not begun or is too long; `analysis_under_way`. */
  async onDemand(caller: Caller, { from, to }: AnalysisDto): Promise<AnalysisLine> {
    const before = await answeredBefore<AnalysisLine>(this.database, caller);
    if (before) return before;
    const now = await this.database.now();
    const end = to < now ? to : now;
    if (from >= end) throw fault('/from', '期間の始まりは、終わりといまより前にしてください');
    if (end.getTime() - from.getTime() > LONGEST_DAYS * DAY_MS)
      throw fault('/from', `期間は${LONGEST_DAYS}日までです。分けて分析してください`);
    const looked = await this.look(from, end);
    return changeOnce(this.database, caller, 'none', async (tx) =>
      lineOf(await this.keep(tx, looked, { kind: 'on_demand', day: null, owner: caller.personId })),
    );
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<AnalysisLine>> {
    const rows = await this.analyses.page(query);
    const page = pageOf(rows, query, (row) => ({ at: row.made_at, id: row.id }));
    const found = { ...page, items: page.items.map(lineOf) };
    return this.readings.of(caller, 'analyses', {}, found, found.items.length);
  }

  async show(caller: Caller, id: string): Promise<AnalysisView> {
    const row = await this.analyses.find(id);
    const view = row && viewOf(row, await this.analyses.signsOf(id));
    return this.readings.of(caller, 'analysis', { id }, view, view?.items.length);
  }

  /** Errors: `not_found`, `analysis_concluded`, `not_your_analysis`; `invalid_input` for two steps at once, or none. */
  step(caller: Caller, id: string, dto: AnalysisStepDto): Promise<AnalysisLine> {
    return changeOnce(this.database, caller, 'none', async (tx) => {
      const row = await this.analyses.lock(tx, id);
      if (!row) throw new DomainError('not_found');
      const { conclusion, owner_person_id: owner, reason } = dto;
      if ((conclusion === undefined) === (owner === undefined))
        throw fault('', '結論か、担当の変更の、どちらか一つを送ってください');
      if (row.concluded_at !== null || row.owner_person_id === null)
        throw new DomainError('analysis_concluded');
      if (conclusion !== undefined) await this.conclude(tx, caller, row, conclusion);
      else if (owner !== undefined) await this.give(tx, caller, id, { owner, reason });
      return lineOf(await this.of(tx, id));
    });
  }

  private async conclude(tx: Tx, caller: Caller, row: AnalysisRow, conclusion: string): Promise<void> {
    if (row.owner_person_id !== caller.personId)
      throw new DomainError('not_your_analysis', { values: { owner: row.owner_person_id ?? '' } });
    await this.analyses.conclude(tx, row.id, conclusion, caller.personId);
    const details = { analysis: row.id, conclusion };
    await this.ledger.append(tx, { type: ANALYSIS_CONCLUDED, subject: subjectOf(caller), details });
  }

  private async give(
    tx: Tx,
    caller: Caller,
    id: string,
    { owner, reason }: { owner: string; reason: string | undefined },
  ): Promise<void> {
    if (reason === undefined) throw fault('/reason', '担当を変える理由が必要です');
    if (!(await this.analyses.mayOwn(tx, owner)))
      throw fault('/owner_person_id', '在籍する監視部門の人を指定してください');
    await this.analyses.give(tx, id, owner);
    const details = { analysis: id, owner, reason };
    await this.ledger.append(tx, { type: ANALYSIS_GIVEN, subject: subjectOf(caller), details });
  }

  private async look(from: Date, to: Date): Promise<Looked> {
    if (this.isLooking) throw new DomainError('analysis_under_way');
    this.isLooking = true;
    try {
      const detection = await lookThrough(this.analyses.uses(from, to));
      return { from, to, uses: detection.uses, signs: detection.signs() };
    } finally {
      this.isLooking = false;
    }
  }

  private async keep(
    tx: Tx,
    { from, to, uses, signs }: Looked,
    asked: { kind: AnalysisRow['kind']; day: string | null; owner: string | null },
  ): Promise<AnalysisRow> {
    const isFound = signs.length > 0;
    const owner = isFound ? (asked.owner ?? (await this.analyses.nextOwner(tx))) : null;
    if (isFound && owner === null) throw new Error('no auditor is here to conclude what struck');
    const due = isFound ? japaneseDay(new Date(tx.now.getTime() + CONCLUDED_WITHIN_DAYS * DAY_MS)) : null;
    const id = newId('analysis');
    const details = {
      analysis: id,
      kind: asked.kind,
      from: from.toISOString(),
      to: to.toISOString(),
      rules: RULES_VERSION,
      uses,
      signs: countsOf(signs),
      owner,
      due_date: due,
    };
    const subject = asked.owner === null ? {} : { personId: asked.owner };
    const [record] = await this.ledger.append(tx, { type: ANALYSED, subject, details });
    invariant(record, 'one record was written');
    const row = {
      id,
      kind: asked.kind,
      day: asked.day,
      from_at: from,
      to_at: to,
      rules_version: RULES_VERSION,
    };
    await this.analyses.insert(
      tx,
      { ...row, uses, signs: signs.length, owner_person_id: owner, due_date: due, record_id: record.id },
      signs.slice(0, KEPT),
    );
    return this.of(tx, id);
  }

  private async of(tx: Tx, id: string): Promise<AnalysisRow> {
    const row = await this.analyses.lock(tx, id);
    invariant(row, 'an analysis stays');
    return row;
  }
}

const subjectOf = ({ personId, organizationId }: Caller): { personId: string; organizationId: string } => ({
  personId,
  organizationId,
});
