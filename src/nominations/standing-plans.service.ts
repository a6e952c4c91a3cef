import { Injectable, type OnModuleInit } from '@nestjs/common';
import { actsOn, whyNotChanged } from '../agreements/master-data.acts.js';
import { differenceOf, type DifferenceLine } from '../changes/change.js';
import type { ProposedView } from '../changes/changes.dto.js';
import type { ChangeKind } from '../changes/change-kind.js';
import { ChangesService } from '../changes/changes.service.js';
import {
  actionsNow,
  VersionsRepository,
  type AsOfQuery,
  type Version,
} from '../changes/versions.repository.js';
import { refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import type { Page } from '../contract/page.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import type { RecordType } from '../ledger/record.js';
import { PLAN_ADDED, PLAN_CHANGED, PLAN_RETIRED, type PlanDetails } from './nominations.records.js';
import type { PlanNarrowing } from './plan-narrowing.js';
import { factsOf, widens, type PlanFacts, type StandingPlan } from './standing-plan.js';
import type { AddStandingPlanDto, ChangeStandingPlanDto, StandingPlanView } from './standing-plans.dto.js';
import { StandingPlansRepository } from './standing-plans.repository.js';

const DAY = 86_400_000;
const DAYS_MAX = 90;

/** A change's body as it is kept: JSON, times as text. */
interface Body {
  /** None: a new plan. */
  id?: string;
  organization_id?: string;
  field_profile?: string;
  people?: string[];
  seats?: number;
  shift_hours_max?: number;
  valid_from?: string;
  valid_until?: string;
}

interface Act {
  kind: 'standing_plan.add' | 'standing_plan.change' | 'standing_plan.retire';
  record: RecordType<PlanDetails>;
}
const ACTS: readonly Act[] = [
  { kind: 'standing_plan.add', record: PLAN_ADDED },
  { kind: 'standing_plan.change', record: PLAN_CHANGED },
  { kind: 'standing_plan.retire', record: PLAN_RETIRED },
];

/** 常設計画: agreed to, changed and retired by two persons; what it approves is the grants room's. */
@Injectable()
export class StandingPlansService implements OnModuleInit {
  private narrowing: PlanNarrowing | undefined;

  constructor(
    private readonly changes: ChangesService,
    private readonly versions: VersionsRepository,
    private readonly plans: StandingPlansRepository,
    private readonly ledger: Ledger,
  ) {}

  /** The room above ends what a narrowed plan had approved. */
  register(narrowing: PlanNarrowing): void {
    this.narrowing = narrowing;
  }

  onModuleInit(): void {
    for (const act of ACTS) this.changes.register<Body>(this.kindOf(act));
  }

  list(caller: Caller, query: AsOfQuery): Promise<Page<StandingPlanView>> {
    return this.versions.page('standing_plan', query, null, (version: Version<KeptFacts>) => ({
      ...viewOf(version),
      actions: actionsNow(caller, query, () => actsOn('standing-plans', version.facts.retired_at !== null)),
    }));
  }

  add(caller: Caller, dto: AddStandingPlanDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'standing_plan.add', inJson(dto));
  }

  change(caller: Caller, id: string, dto: ChangeStandingPlanDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'standing_plan.change', { ...inJson(dto), id });
  }

  retire(caller: Caller, id: string): Promise<ProposedView> {
    return this.changes.propose(caller, 'standing_plan.retire', { id });
  }

  private kindOf({ kind, record }: Act): ChangeKind<Body> {
    return {
      kind,
      resourceType: 'standing_plan',
      check: async (tx, body, caller) => {
        const before = await this.before(tx, body);
        // When it is retired is the confirmation's instant: not something to agree to.
        if (kind === 'standing_plan.retire') return [{ field: 'is_retired', before: false, after: true }];
        const after = afterOf(before, body);
        await this.refuse(tx, before, after, caller);
        return differences(before, after);
      },
      apply: async (tx, body, changeId, caller) => {
        const before = await this.before(tx, body);
        const changed = afterOf(before, body);
        const after = kind === 'standing_plan.retire' ? { ...changed, retired_at: tx.now } : changed;
        if (before === undefined) await this.plans.insert(tx, after, changeId);
        else invariant(await this.plans.update(tx, after, changeId), 'not retired under the gate');
        const subject = { personId: caller.personId, organizationId: after.organization_id };
        await this.ledger.append(tx, {
          type: record,
          subject,
          details: { plan: after.id, ...factsOf(after) },
        });
        await this.narrowing?.narrowed(tx, after.id, caller);
        return after.id;
      },
    };
  }

  private async before(tx: Tx, { id }: Body): Promise<StandingPlan | undefined> {
    if (id === undefined) return undefined;
    const plan = await this.plans.get(tx, id);
    if (!plan) throw new DomainError('not_found');
    refuseIf(whyNotChanged(plan.retired_at !== null));
    return plan;
  }

  private async refuse(
    tx: Tx,
    before: StandingPlan | undefined,
    after: StandingPlan,
    caller: Caller,
  ): Promise<void> {
    refuseTimes(after, tx.now);
    const ground = await this.plans.ground(tx, after, caller.personId);
    if (ground?.no_organization !== false) throw new DomainError('unknown_organization');
    if (ground.no_profile) throw new DomainError('unknown_field_profile');
    const faults = after.people.flatMap((personId, index) =>
      ground.strangers.includes(personId)
        ? [{ pointer: `/people/${index}`, detail: 'この会社の応援者ではありません' }]
        : [],
    );
    if (faults.length > 0) throw new DomainError('invalid_input', { faults });
    // Law 5: whoever agrees to a plan approves with it.
    if (ground.gains) throw new DomainError('approver_nominated');
    if (ground.has_open_incident && (before === undefined || widens(before, after)))
      throw new DomainError('plan_not_renewable');
  }
}

function refuseTimes(plan: StandingPlan, now: Date): void {
  const { valid_from: from, valid_until: until } = plan;
  const detail =
    until <= from || until <= now
      ? '終わりは、始まりといまより後にしてください'
      : until.getTime() - from.getTime() > DAYS_MAX * DAY
        ? `常設計画は${DAYS_MAX}日までです`
        : undefined;
  if (detail !== undefined)
    throw new DomainError('invalid_input', { faults: [{ pointer: '/valid_until', detail }] });
}

function afterOf(before: StandingPlan | undefined, body: Body): StandingPlan {
  const after = {
    id: before?.id ?? newId('standingPlan'),
    organization_id: before?.organization_id ?? body.organization_id,
    field_profile_id: before?.field_profile_id ?? body.field_profile,
    people: body.people ?? before?.people,
    seats: body.seats ?? before?.seats,
    shift_hours_max: body.shift_hours_max ?? before?.shift_hours_max,
    valid_from: before?.valid_from ?? dateOf(body.valid_from),
    valid_until: dateOf(body.valid_until) ?? before?.valid_until,
    retired_at: before?.retired_at ?? null,
  };
  invariant(isWhole(after), 'a new plan says everything');
  return after;
}

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

type Unsure = { [K in keyof StandingPlan]: StandingPlan[K] | undefined };
const isWhole = (plan: Unsure): plan is StandingPlan => !Object.values(plan).includes(undefined);

const differences = (before: StandingPlan | undefined, after: StandingPlan): DifferenceLine[] =>
  differenceOf(before === undefined ? null : factsOf(before), factsOf(after));

function inJson(dto: AddStandingPlanDto | ChangeStandingPlanDto): Body {
  return JSON.parse(JSON.stringify(dto)) as Body;
}

/** A row of `standing_plan` as a version keeps it: times as PostgreSQL writes them in JSON. */
type KeptFacts = Omit<PlanFacts, 'field_profile'> & { id: string; field_profile_id: string };

function viewOf({ facts, version, at, change_id }: Version<KeptFacts>): Omit<StandingPlanView, 'actions'> {
  const iso = (text: string): string => new Date(text).toISOString();
  return {
    id: facts.id,
    organization_id: facts.organization_id,
    field_profile: facts.field_profile_id,
    people: facts.people,
    seats: facts.seats,
    shift_hours_max: facts.shift_hours_max,
    valid_from: iso(facts.valid_from),
    valid_until: iso(facts.valid_until),
    retired_at: facts.retired_at === null ? null : iso(facts.retired_at),
    change_id,
    version,
    changed_at: at.toISOString(),
  };
}
