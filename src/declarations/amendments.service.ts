import { Injectable, type OnModuleInit } from '@nestjs/common';
import { differenceOf, type DifferenceLine } from '../changes/change.js';
import type { ProposedView } from '../changes/changes.dto.js';
import { ChangesService } from '../changes/changes.service.js';
import { Settings } from '../config/settings.js';
import { refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import type { Code } from '../contract/codes.js';
import { DomainError } from '../contract/domain-error.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import { areaChange, covers, joined, missingIn, overlaps } from './area.js';
import { needsComplianceOfficer, whyNotExtended, whyNotGrown, whyNotOpen } from './declaration.js';
import { areaOf, subjectOf, viewOf } from './declaration.view.js';
import type { ChangeAreaDto, DeclarationView, ExtendDto } from './declarations.dto.js';
import { EXTENDED, GROWN, SHRUNK } from './declarations.records.js';
import { DeclarationsRepository, type DeclarationRow } from './declarations.repository.js';

/** What waits for the second person, as JSON. */
interface Extension {
  declaration_id: string;
  hard_end_at: string;
  reason: string;
  outage_households: number;
  needs_compliance_officer: boolean;
}
interface Growth {
  declaration_id: string;
  added: readonly string[];
  /** The area when it was proposed, and how many amendments there had been. */
  area_before: readonly string[];
  amendments_before: number;
  reason: string;
  needs_compliance_officer: boolean;
}

/**
 * Amendments of a declaration in force: 延長 and 区域の拡大 by two persons, 区域の縮小 by one, at once. A crash between
 * proposal and confirmation leaves the declaration as it is; it ends at its own time.
 */
@Injectable()
export class AmendmentsService implements OnModuleInit {
  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly changes: ChangesService,
    private readonly declarations: DeclarationsRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<Extension>({
      kind: 'declaration.extend',
      resourceType: 'declaration',
      ...DECIDERS,
      check: (tx, body) => this.checkExtension(tx, body),
      apply: (tx, body, changeId, by) => this.extend(tx, body, changeId, by),
    });
    this.changes.register<Growth>({
      kind: 'declaration.grow',
      resourceType: 'declaration',
      ...DECIDERS,
      check: (tx, body) => this.checkGrowth(tx, body),
      apply: (tx, body, changeId, by) => this.grow(tx, body, changeId, by),
    });
  }

  /** 延長: at most 72 hours each; beyond 14 days in total the compliance officer is the second person. */
  async proposeExtension(caller: Caller, id: string, dto: ExtendDto): Promise<ProposedView> {
    const row = await this.declarations.find(id, caller);
    if (!row) throw new DomainError('not_found');
    const extension: Extension = {
      declaration_id: id,
      hard_end_at: dto.hard_end_at.toISOString(),
      reason: dto.reason,
      outage_households: dto.outage_households,
      needs_compliance_officer: needsComplianceOfficer(
        row.declared_at,
        dto.hard_end_at,
        this.settings.policy,
      ),
    };
    return this.changes.propose(caller, 'declaration.extend', extension);
  }

  /** → the declaration when it shrank, the proposal when it is to grow. */
  async changeArea(caller: Caller, id: string, dto: ChangeAreaDto): Promise<DeclarationView | ProposedView> {
    const asked = areaOf(dto.target_area);
    const row = await this.declarations.find(id, caller);
    if (!row) throw new DomainError('not_found');
    const change = areaChange(row.target_area, asked);
    if (change.kind === 'grow') {
      const growth: Growth = {
        declaration_id: id,
        added: change.added,
        area_before: row.target_area,
        amendments_before: row.amendments.length,
        reason: dto.reason,
        needs_compliance_officer: needsComplianceOfficer(
          row.declared_at,
          await this.database.now(),
          this.settings.policy,
        ),
      };
      return this.changes.propose(caller, 'declaration.grow', growth);
    }
    // Also what is no change at all: a repeated key must get the answer of its first time.
    return this.shrink(caller, id, asked, dto.reason);
  }

  /** 縮小: waits for the decisions under way, and no use outside the area follows it. */
  private shrink(caller: Caller, id: string, asked: string[], reason: string): Promise<DeclarationView> {
    return changeOnce(this.database, caller, 'ahead', async (tx) => {
      const row = await this.inForce(tx, id);
      const { kind } = areaChange(row.target_area, asked);
      if (kind !== 'shrink') throw new DomainError(kind === 'unchanged' ? 'area_unchanged' : 'area_mixed');
      await this.declarations.amend(tx, id, {
        kind,
        by: caller.personId,
        changeId: null,
        targetArea: asked,
        reason,
      });
      const details = { target_area: asked, reason, told: await this.declarations.told(tx) };
      await this.ledger.append(tx, { type: SHRUNK, subject: subjectOf(caller, row), details });
      return viewOf(caller, (await this.declarations.get(tx, id)) ?? row, tx.now);
    });
  }

  private async checkExtension(tx: Tx, body: Extension): Promise<DifferenceLine[]> {
    const row = await this.declarations.lock(tx, body.declaration_id);
    if (!row) throw new DomainError('not_found');
    const refusal = whyNotExtended(row, new Date(body.hard_end_at), this.settings.policy, tx.now);
    if (refusal !== undefined) {
      throw new DomainError(refusal, { values: { hard_end_at: row.hard_end_at.toISOString() } });
    }
    return differenceOf({ hard_end_at: row.hard_end_at.toISOString() }, { hard_end_at: body.hard_end_at });
  }

  private async extend(tx: Tx, body: Extension, changeId: string, by: Caller): Promise<string> {
    const { declaration_id: id, hard_end_at: hardEndAt, reason, outage_households: outageHouseholds } = body;
    const row = await this.inForce(tx, id);
    await this.declarations.amend(tx, id, {
      kind: 'extend',
      by: by.personId,
      changeId,
      hardEndAt: new Date(hardEndAt),
      reason,
      outageHouseholds,
    });
    const told = await this.declarations.told(tx);
    const details = {
      hard_end_at: hardEndAt,
      reason,
      outage_households: outageHouseholds,
      change: changeId,
      told,
    };
    await this.ledger.append(tx, { type: EXTENDED, subject: subjectOf(by, row), details });
    return id;
  }

  private async checkGrowth(tx: Tx, body: Growth): Promise<DifferenceLine[]> {
    const row = await this.declarations.lock(tx, body.declaration_id);
    if (!row) throw new DomainError('not_found');
    refuseIf(whyNotGrown(row, tx.now));
    // Proposed before those days were over: another second person is needed now.
    const needed = needsComplianceOfficer(row.declared_at, tx.now, this.settings.policy);
    if (needed && !body.needs_compliance_officer) throw new DomainError('change_outdated');
    if (overlaps(body.added, takenAway(row, body))) throw new DomainError('change_outdated');
    if (covers(row.target_area, body.added)) throw new DomainError('area_unchanged');
    const after = joined(row.target_area, body.added);
    return differenceOf({ target_area: row.target_area }, { target_area: after });
  }

  private async grow(tx: Tx, body: Growth, changeId: string, by: Caller): Promise<string> {
    const { declaration_id: id, added, reason } = body;
    const row = await this.inForce(tx, id);
    const targetArea = joined(row.target_area, added);
    await this.declarations.amend(tx, id, { kind: 'grow', by: by.personId, changeId, targetArea, reason });
    const details = {
      target_area: targetArea,
      reason,
      change: changeId,
      told: await this.declarations.told(tx),
    };
    await this.ledger.append(tx, { type: GROWN, subject: subjectOf(by, row), details });
    return id;
  }

  private async inForce(tx: Tx, id: string): Promise<DeclarationRow> {
    const row = await this.declarations.lock(tx, id);
    if (!row) throw new DomainError('not_found');
    refuseIf(whyNotOpen(row, tx.now));
    return row;
  }
}

/**
 * Headquarters decides on declarations, and officers do not. Beyond 14 days, for more time and for more places, the compliance
 * officer is one of the two; headquarters can still reject.
 */
const DECIDERS = {
  whyNotFor(body: { needs_compliance_officer: boolean }, { role }: Caller): Code | undefined {
    const isFor = role === 'compliance_officer' ? body.needs_compliance_officer : role !== 'officer';
    return isFor ? undefined : 'role_not_allowed';
  },
  whyNotConfirmedBy(body: { needs_compliance_officer: boolean }, { role }: Caller): Code | undefined {
    const isLacking = body.needs_compliance_officer && role !== 'compliance_officer';
    return isLacking ? 'compliance_officer_needed' : undefined;
  },
};

/** What belonged to the area at the proposal or since, and does no more: no growth brings it back unseen. */
function takenAway(row: DeclarationRow, { area_before, amendments_before }: Growth): string[] {
  const since = row.amendments.slice(amendments_before).flatMap((one) => one.target_area ?? []);
  return missingIn(row.target_area, [...area_before, ...since]);
}
