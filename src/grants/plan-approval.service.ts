import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { SupportCallWithState } from '../declarations/support-calls.repository.js';
import { LedgerLag } from '../ledger/lag.js';
import type { InstantApproval } from '../nominations/instant-approval.js';
import type { GivenGrantView } from '../nominations/nominations.dto.js';
import type { NominationRow } from '../nominations/nominations.repository.js';
import { NominationsService } from '../nominations/nominations.service.js';
import { covers } from '../nominations/standing-plan.js';
import { StandingPlansRepository } from '../nominations/standing-plans.repository.js';
import { EndingsRepository } from './endings.repository.js';
import { GivingService } from './giving.service.js';

/**
 * 常設計画による承認: in the instant of the nomination, for all of its eligible people or for none. The verdicts are of
 * this very instant and under the approvals' lock, so the plan bypasses no check; what it does not cover waits for
 * headquarters.
 */
@Injectable()
export class PlanApprovalService implements OnModuleInit, InstantApproval {
  constructor(
    private readonly nominations: NominationsService,
    private readonly plans: StandingPlansRepository,
    private readonly endings: EndingsRepository,
    private readonly giving: GivingService,
    private readonly lag: LedgerLag,
  ) {}

  onModuleInit(): void {
    this.nominations.register(this);
  }

  isPossible(organizationId: string): Promise<boolean> {
    return this.plans.hasAny(organizationId);
  }

  async approve(
    tx: Tx,
    nomination: NominationRow,
    call: SupportCallWithState,
  ): Promise<{ planId: string; grants: GivenGrantView[] } | undefined> {
    const people = nomination.results.filter((one) => one.verdict === 'eligible').map((one) => one.person_id);
    if (people.length === 0) return undefined;
    const shift = { startsAt: nomination.starts_at, endsAt: nomination.ends_at };
    const asked = {
      people,
      shift,
      field_profile_id: call.field_profile_id,
      is_confirmed: call.confirmed_at !== null,
    };
    const plans = await this.plans.inForce(tx, nomination.organization_id, shift);
    const plan = plans.find((one) => covers(one, asked, one.seats_taken, tx.now));
    if (plan === undefined) return undefined;
    // Whom somebody stopped is let back in by a person with a name.
    if (await this.endings.wasStopped(tx, people, call.declaration_id)) return undefined;
    // Law 9: to interrupt a drill is a person's decision, with a name.
    if (!call.is_drill && (await this.endings.drillsDuring(tx, people, shift)).length > 0) return undefined;
    // The nomination stands and waits; headquarters approves when the ledger has caught up.
    if (await this.lag.isBehind(tx)) return undefined;
    // The same where what it would stand on is not what the ledger says.
    if (await this.giving.isGroundMismatched(tx, nomination.id, plan.id)) return undefined;
    const grants = await this.giving.give(tx, { nomination, call, people, by: { planId: plan.id } });
    return { planId: plan.id, grants };
  }
}
