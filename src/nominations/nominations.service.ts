import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { actionsFor, refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { CODES } from '../contract/codes.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { whyNotAnswered } from '../declarations/support-call.js';
import {
  SupportCallsRepository,
  type SupportCallWithState,
} from '../declarations/support-calls.repository.js';
import { Ledger } from '../ledger/ledger.js';
import type { Subject } from '../ledger/record.js';
import { selvesOf, type Selves } from '../roster/selves.repository.js';
import { actsOn, whyNotDecided } from './nomination.acts.js';
import { longestShiftEnd, shiftOf, verdictsOf, type Shift, type Verdict } from './nomination.js';
import type { NominateDto, NominatedView, NominationView } from './nominations.dto.js';
import type { InstantApproval } from './instant-approval.js';
import { DENIED, NOMINATED, WITHDRAWN } from './nominations.records.js';
import {
  NominationsRepository,
  type NominationRow,
  type NominationWithCall,
} from './nominations.repository.js';

const DAY = 86_400_000;

/** `each`: as if everybody were nominated alone; else the seats go to them in their order. */
interface AskedPeople {
  organizationId: string;
  people: string[];
  seats?: 'shared' | 'each';
}

@Injectable()
export class NominationsService {
  private instantApproval: InstantApproval | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly nominations: NominationsRepository,
    private readonly calls: SupportCallsRepository,
    private readonly ledger: Ledger,
  ) {}

  /** The room above gives the grants; it says here what may approve in the instant of a nomination. */
  register(instantApproval: InstantApproval): void {
    invariant(this.instantApproval === undefined, 'one owner of the instant approval');
    this.instantApproval = instantApproval;
  }

  async show(caller: Caller, id: string): Promise<NominationView> {
    const row = await this.nominations.find(id, caller);
    if (!row) throw new DomainError('not_found');
    const [selves, now] = await Promise.all([selvesOf(this.database, caller), this.database.now()]);
    return viewOf(row, { caller, selves, now });
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<NominationView>> {
    const [rows, selves, now] = await Promise.all([
      this.nominations.page(query, caller),
      selvesOf(this.database, caller),
      this.database.now(),
    ]);
    const page = pageOf(rows, query, (row) => ({ at: row.nominated_at, id: row.id }));
    return { ...page, items: page.items.map((row) => viewOf(row, { caller, selves, now })) };
  }

  /** 指名: the supervisor answers a call to the own organization with people for one shift. */
  async nominate(caller: Caller, callId: string, dto: NominateDto): Promise<NominatedView> {
    const isPossible = (await this.instantApproval?.isPossible(caller.organizationId)) ?? false;
    return changeOnce(this.database, caller, isPossible ? 'approval' : 'none', async (tx) => {
      const call = await this.openCall(tx, callId, caller.organizationId);
      const shift = this.shiftIn(call, dto, tx.now);
      const asked = { organizationId: caller.organizationId, people: dto.people };
      const verdicts = await this.verdicts(tx, call, asked, shift);
      const row = {
        id: newId('nomination'),
        support_call_id: callId,
        organization_id: caller.organizationId,
        nominated_by: caller.personId,
        nominated_at: tx.now,
        starts_at: shift.startsAt,
        ends_at: shift.endsAt,
        note: dto.note,
        decision: null,
        decided_by: null,
        decided_at: null,
        decision_reason: null,
        standing_plan_id: null,
        results: verdicts.map(({ code, ...rest }) => ({ ...rest, code: code ?? null })),
      };
      await this.nominations.insert(tx, row, verdicts);
      const details = {
        nomination: row.id,
        call: callId,
        starts_at: shift.startsAt.toISOString(),
        ends_at: shift.endsAt.toISOString(),
        note: dto.note,
        results: row.results,
      };
      await this.ledger.append(tx, { type: NOMINATED, subject: subjectOf(caller, call), details });
      const given = isPossible ? await this.instantApproval?.approve(tx, row, call) : undefined;
      return {
        id: row.id,
        results: verdicts,
        approved_by_plan: given?.planId ?? null,
        grants: given?.grants ?? [],
      };
    });
  }

  async deny(caller: Caller, id: string, reason: string): Promise<NominationView> {
    return changeOnce(this.database, caller, 'none', async (tx) => {
      const row = await this.nominations.lock(tx, id);
      if (!row) throw new DomainError('not_found');
      refuseIf(whyNotDecided(row));
      await this.decide(tx, row, 'denied', caller, reason);
      const call = await this.calls.get(tx, row.support_call_id, null);
      const details = { nomination: id, reason };
      const subject = { ...subjectOf(caller, call), organizationId: row.organization_id };
      await this.ledger.append(tx, { type: DENIED, subject, details });
      const decided = { decided_by: caller.personId, decided_at: tx.now, decision_reason: reason };
      const selves = await selvesOf(tx, caller);
      return viewOf({ ...row, ...decided, decision: 'denied' }, { caller, selves, now: tx.now });
    });
  }

  async withdraw(caller: Caller, id: string): Promise<NominationView> {
    return changeOnce(this.database, caller, 'none', async (tx) => {
      const row = await this.nominations.lock(tx, id);
      if (row?.organization_id !== caller.organizationId) throw new DomainError('not_found');
      refuseIf(whyNotDecided(row));
      await this.decide(tx, row, 'withdrawn', caller, null);
      const call = await this.calls.get(tx, row.support_call_id, null);
      await this.ledger.append(tx, {
        type: WITHDRAWN,
        subject: subjectOf(caller, call),
        details: { nomination: id },
      });
      const decided = { decided_by: caller.personId, decided_at: tx.now };
      const selves = await selvesOf(tx, caller);
      return viewOf({ ...row, ...decided, decision: 'withdrawn' }, { caller, selves, now: tx.now });
    });
  }

  /** A call that can be answered now: to this organization, not declined, with grants, its declaration in force. */
  async openCall(tx: Tx, callId: string, organizationId: string): Promise<SupportCallWithState> {
    const call = await this.calls.get(tx, callId, organizationId);
    if (!call) throw new DomainError('not_found');
    refuseIf(whyNotAnswered(call, tx.now));
    return call;
  }

  /** The shift that is asked for, within the limits; without an end, the longest one. */
  shiftIn(
    call: SupportCallWithState,
    { starts_at: startsAt, ends_at: endsAt }: { starts_at?: Date; ends_at?: Date },
    now: Date,
  ): Shift {
    const hoursMax = Math.min(call.shift_hours_max, this.settings.policy.shiftHours);
    const limits = { hoursMax, expectedEndAt: call.expected_end_at };
    const asked = { startsAt, endsAt: endsAt ?? longestShiftEnd(startsAt, limits, now) };
    return shiftOf(asked, limits, now);
  }

  /** The verdicts of this instant; approval asks again, so that what changed in between counts. */
  async verdicts(
    tx: Tx,
    call: SupportCallWithState,
    { organizationId, people, seats = 'shared' }: AskedPeople,
    shift: Shift,
  ): Promise<Verdict[]> {
    const declaration = { id: call.declaration_id, isDrill: call.is_drill };
    const candidates = await this.nominations.candidates(tx, people, organizationId, declaration, shift);
    const left = await this.nominations.seatsLeft(tx, call.id, organizationId, shift);
    const seatsLeft = seats === 'each' && left > 0 ? Infinity : left;
    const { hoursPerPersonAndDeclaration: hoursPerPerson, staffFeedDays } = this.settings.policy;
    const staffFeedSince = new Date(tx.now.getTime() - staffFeedDays * DAY);
    return verdictsOf(candidates, shift, { seatsLeft, hoursPerPerson, staffFeedSince });
  }

  private async decide(
    tx: Tx,
    row: NominationRow,
    decision: 'denied' | 'withdrawn',
    caller: Caller,
    reason: string | null,
  ): Promise<void> {
    const isDecided = await this.nominations.decide(tx, row.id, decision, caller, reason);
    if (!isDecided) throw new DomainError('nomination_decided');
  }
}

function subjectOf(caller: Caller, call: SupportCallWithState | undefined): Subject {
  return {
    isDrill: call?.is_drill ?? false,
    personId: caller.personId,
    organizationId: caller.organizationId,
    declarationId: call?.declaration_id,
  };
}

/** Who looks, under which ids, and when. */
interface Looking {
  caller: Caller;
  selves: Selves;
  now: Date;
}

function viewOf(row: NominationWithCall, { caller, selves, now }: Looking): NominationView {
  const { id, support_call_id, organization_id, nominated_by, note, decision, decided_by } = row;
  const { decision_reason, standing_plan_id, organization_name, nominated_by_name } = row;
  return {
    ...{ id, support_call_id, organization_id, nominated_by, note, decision, decided_by },
    ...{ decision_reason, standing_plan_id, organization_name, nominated_by_name },
    results: row.results.map(({ code, ...rest }) =>
      code === null ? rest : { ...rest, code, detail: CODES[code][caller.language] },
    ),
    nominated_at: row.nominated_at.toISOString(),
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    decided_at: row.decided_at?.toISOString() ?? null,
    actions: actionsFor(caller, actsOn(row, caller, selves, now)),
  };
}
