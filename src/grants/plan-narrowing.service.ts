import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import type { PlanNarrowing } from '../nominations/plan-narrowing.js';
import { StandingPlansService } from '../nominations/standing-plans.service.js';
import { EndingsRepository } from './endings.repository.js';
import { REVOKED } from './grants.records.js';

const REASON = '常設計画の廃止・縮小のため';

/**
 * No grant of a plan outlives it: a plan that is retired, shortened or loses people takes along what it had approved
 * for later. A shift under way goes on to its end, which lies within the plan as it was agreed to.
 */
@Injectable()
export class PlanNarrowingService implements OnModuleInit, PlanNarrowing {
  constructor(
    private readonly plans: StandingPlansService,
    private readonly endings: EndingsRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.plans.register(this);
  }

  async narrowed(tx: Tx, planId: string, confirmedBy: Caller): Promise<void> {
    const { personId } = confirmedBy;
    const ended = await this.endings.revokeOutsidePlan(tx, planId, personId, REASON);
    const records = ended.map((grant) => ({
      type: REVOKED,
      subject: {
        isDrill: grant.is_drill,
        personId,
        organizationId: grant.organization_id,
        declarationId: grant.declaration_id,
        grantId: grant.id,
      },
      details: { grantee: grant.person_id, reason: REASON, gives_way_to: null },
    }));
    if (records.length > 0) await this.ledger.append(tx, ...records);
  }
}
