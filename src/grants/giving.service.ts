import { Injectable } from '@nestjs/common';
import { DomainError } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import type { Tx } from '../database/database.js';
import type { SupportCallWithState } from '../declarations/support-calls.repository.js';
import { LedgerLag } from '../ledger/lag.js';
import { Ledger } from '../ledger/ledger.js';
import type { Subject } from '../ledger/record.js';
import {
  NominationsRepository,
  type Decider,
  type NominationRow,
} from '../nominations/nominations.repository.js';
import type { GivenGrantView } from '../nominations/nominations.dto.js';
import { EndingsRepository } from './endings.repository.js';
import { APPROVED, GRANTED, REVOKED } from './grants.records.js';
import { GrantsRepository, type NewGrant } from './grants.repository.js';

const DRILL_GIVES_WAY = '実災害のため訓練を終了';

/** An approval: of this nomination, for these people, by that person or plan; judged by whoever asks for it. */
export interface Approval {
  nomination: NominationRow;
  call: SupportCallWithState;
  people: readonly string[];
  by: Decider;
}

/** Turns an approval into grants: decision, grants, records, and the end of the drills that they interrupt. */
@Injectable()
export class GivingService {
  constructor(
    private readonly nominations: NominationsRepository,
    private readonly grants: GrantsRepository,
    private readonly endings: EndingsRepository,
    private readonly ledger: Ledger,
    private readonly lag: LedgerLag,
  ) {}

  isGroundMismatched(tx: Tx, nominationId: string, planId: string | null): Promise<boolean> {
    return this.grants.isGroundMismatched(tx, nominationId, planId);
  }

  /** In a transaction that stands in the queue of approvals. */
  async give(tx: Tx, approval: Approval): Promise<GivenGrantView[]> {
    await this.lag.refuseNewGrantsWhenBehind(tx);
    const { nomination, by } = approval;
    if (await this.isGroundMismatched(tx, nomination.id, by.planId ?? null))
      throw new DomainError('record_mismatch');
    const grants = approval.people.map((personId) => ({ id: newId('grant'), personId }));
    if (!(await this.nominations.decide(tx, nomination.id, 'approved', by))) {
      throw new DomainError('nomination_decided');
    }
    await this.grants.insert(tx, nomination.id, by, grants);
    await this.record(tx, approval, grants);
    if (!approval.call.is_drill) await this.endDrills(tx, approval);
    return grants.map(({ id, personId }) => ({ id, person_id: personId }));
  }

  /**
   * Law 9: a person's shift is real or a drill. Written last, with the gate's lock and at an instant after it, so that
   * no use of the drill stands after its end and the gate stands still for these rows only.
   */
  private async endDrills(tx: Tx, { nomination, call, people, by }: Approval): Promise<void> {
    const shift = { startsAt: nomination.starts_at, endsAt: nomination.ends_at };
    const drills = await this.endings.drillsDuring(tx, people, shift);
    // A plan is nobody: it does not get here with drills to end.
    if (drills.length === 0 || by.personId === undefined) return;
    const endedAt = await this.endings.standAlone(tx);
    const ended = await this.endings.revokeThese(tx, drills, {
      at: endedAt,
      by: by.personId,
      reason: DRILL_GIVES_WAY,
    });
    const records = ended.map((drill) => ({
      type: REVOKED,
      subject: {
        isDrill: true,
        personId: by.personId,
        organizationId: drill.organization_id,
        declarationId: drill.declaration_id,
        grantId: drill.id,
      },
      details: { grantee: drill.person_id, reason: DRILL_GIVES_WAY, gives_way_to: call.declaration_id },
    }));
    await this.ledger.appendOn((sql, parameters) => tx.change(sql, parameters), endedAt, records);
  }

  private async record(
    tx: Tx,
    { nomination, call, by }: Approval,
    grants: readonly NewGrant[],
  ): Promise<void> {
    // Approved by a plan: nobody acted but the two who agreed to it.
    const subject: Subject = {
      isDrill: call.is_drill,
      personId: by.personId,
      organizationId: nomination.organization_id,
      declarationId: call.declaration_id,
    };
    const standing_plan = by.planId ?? null;
    const given = new Set(grants.map((one) => one.personId));
    const leftOut = nomination.results.map((one) => one.person_id).filter((personId) => !given.has(personId));
    await this.ledger.append(tx, {
      type: APPROVED,
      subject,
      details: { nomination: nomination.id, standing_plan, people: [...given], left_out: leftOut },
    });
    const records = grants.map((grant) => ({
      type: GRANTED,
      subject: { ...subject, grantId: grant.id },
      details: {
        nomination: nomination.id,
        standing_plan,
        grantee: grant.personId,
        field_profile: call.field_profile_id,
        starts_at: nomination.starts_at.toISOString(),
        ends_at: nomination.ends_at.toISOString(),
      },
    }));
    await this.ledger.append(tx, ...records);
  }
}
