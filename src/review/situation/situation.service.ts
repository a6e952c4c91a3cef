import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { Database } from '../../database/database.js';
import { whyNotInForce } from '../../declarations/declaration.js';
import { LedgerLag } from '../../ledger/lag.js';
import { InboxService } from '../inbox.service.js';
import type { DeclarationInSituation, LedgerInSituation, SituationView } from './situation.dto.js';
import { SituationRepository, type DeclarationRow, type Part } from './situation.repository.js';
import {
  firstMinute,
  minutesFrom,
  remainingSeconds,
  seesCounts,
  seesExposures,
  seesLedger,
} from './situation.js';

type Counts = Pick<DeclarationInSituation, 'calls' | 'grants' | 'uses'>;

/**
 * 状況: the first screen of everybody, in one answer and a fixed number of statements. Nothing is kept between two answers.
 * Counts only: no name of an operator, no customer.
 */
@Injectable()
export class SituationService {
  constructor(
    private readonly database: Database,
    private readonly situation: SituationRepository,
    private readonly inbox: InboxService,
    private readonly lag: LedgerLag,
  ) {}

  async show(caller: Caller): Promise<SituationView> {
    const now = await this.database.now();
    const part = partOf(caller);
    const rows = await this.situation.declarations(now, part);
    const ids = rows.map((row) => row.id);
    const [counts, exposures, waiting, ledger] = await Promise.all([
      seesCounts(caller.role) ? this.counts(rows, part, now) : undefined,
      seesExposures(caller.role) ? this.situation.exposures(ids) : undefined,
      this.inbox.waiting(caller),
      seesLedger(caller.role) ? this.ledger() : null,
    ]);
    const declarations = rows.map((row) => ({
      ...declarationOf(row, now),
      ...(counts?.get(row.id) ?? { calls: [], grants: [], uses: null }),
      exposures_open: exposures?.get(row.id) ?? 0,
    }));
    return { server_time: now.toISOString(), declarations, waiting, ledger };
  }

  private async counts(rows: readonly DeclarationRow[], part: Part, now: Date): Promise<Map<string, Counts>> {
    const ids = rows.map((row) => row.id);
    const from = firstMinute(now);
    const { organizationId } = part;
    const [calls, grants, uses] = await Promise.all([
      this.situation.calls(ids, now, organizationId),
      this.situation.grants(ids, now, organizationId),
      this.situation.uses(ids, from, organizationId),
    ]);
    const of = <T extends { declaration_id: string }>(all: readonly T[], id: string): T[] =>
      all.filter((one) => one.declaration_id === id);
    const countsOf = (id: string): Counts => ({
      calls: of(calls, id).map(({ id: call, number, response_pattern, called_at, organizations }) => ({
        ...{ id: call, number, response_pattern, organizations },
        called_at: called_at.toISOString(),
      })),
      grants: of(grants, id).map(({ declaration_id: _, ...counts }) => counts),
      uses: minutesFrom(from, of(uses, id)),
    });
    return new Map(ids.map((id) => [id, countsOf(id)]));
  }

  private async ledger(): Promise<LedgerInSituation> {
    const [row, lag_seconds] = await Promise.all([this.situation.ledger(), this.lag.lagSeconds()]);
    return {
      lag_seconds,
      size: row.size,
      signed_at: row.signed_at?.toISOString() ?? null,
      compared_at: row.compared_at?.toISOString() ?? null,
      mismatches_open: row.mismatches_open,
    };
  }
}

/** A supervisor has the own organization's part, an operator that of the own grants; everybody else the whole. */
function partOf({ role, organizationId, personId }: Caller): Part {
  return {
    organizationId: role === 'supervisor' ? organizationId : null,
    personId: role === 'operator' ? personId : null,
  };
}

type Basics = Omit<DeclarationInSituation, keyof Counts | 'exposures_open'>;

function declarationOf(row: DeclarationRow, now: Date): Basics {
  const { id, number, name, is_drill, posture_level, target_area } = row;
  return {
    ...{ id, number, name, is_drill, posture_level, target_area },
    live: whyNotInForce(row, now) === undefined,
    confirmed: row.confirmed_at !== null,
    declared_at: row.declared_at.toISOString(),
    hard_end_at: row.hard_end_at.toISOString(),
    lifted_at: row.lifted_at?.toISOString() ?? null,
    remaining_seconds: remainingSeconds(row, now),
  };
}
