import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import type { SupportCallWithState } from '../declarations/support-calls.repository.js';
import { Ledger } from '../ledger/ledger.js';
import { NominationsRepository, type NominationRow } from '../nominations/nominations.repository.js';
import { NominationsService } from '../nominations/nominations.service.js';
import type { ApprovalView } from './grants.dto.js';
import { APPROVED, GRANTED } from './grants.records.js';
import { GrantsRepository, type NewGrant } from './grants.repository.js';

/** 承認: an HQ person turns the eligible people of a nomination into grants, all in one transaction. */
@Injectable()
export class ApprovalService {
  constructor(
    private readonly database: Database,
    private readonly nominations: NominationsRepository,
    private readonly checks: NominationsService,
    private readonly grants: GrantsRepository,
    private readonly ledger: Ledger,
  ) {}

  async approve(caller: Caller, id: string, people: string[] | undefined): Promise<ApprovalView> {
    return changeOnce(this.database, caller, 'approval', async (tx) => {
      const nomination = await this.nominations.lock(tx, id);
      if (!nomination) throw new DomainError('not_found');
      if (nomination.decision !== null) throw new DomainError('nomination_decided');
      const call = await this.checks.openCall(tx, nomination.support_call_id, nomination.organization_id);
      await this.refuseWhoGains(tx, caller, nomination, call);
      if (nomination.ends_at <= tx.now) throw new DomainError('shift_over');

      const grants = await this.eligibleNow(tx, nomination, call, people);
      if (!(await this.nominations.decide(tx, id, 'approved', caller.personId, null))) {
        throw new DomainError('nomination_decided');
      }
      await this.grants.insert(tx, id, caller.personId, grants);
      await this.record(tx, caller, nomination, call, grants);
      return { grants: grants.map((grant) => ({ id: grant.id, person_id: grant.personId })) };
    });
  }

  /** Law 5: the nominator does not approve, the approver is not nominated, the unconfirmed declarer waits. */
  private async refuseWhoGains(
    tx: Tx,
    caller: Caller,
    nomination: NominationRow,
    call: SupportCallWithState,
  ): Promise<void> {
    if (call.confirmed_at === null && call.declaration_declared_by === caller.personId) {
      throw new DomainError('declarer_cannot_approve_unconfirmed');
    }
    if (await this.grants.isAmong(tx, caller.personId, [nomination.nominated_by])) {
      throw new DomainError('nominator_cannot_approve');
    }
    const nominated = nomination.results.map((one) => one.person_id);
    if (await this.grants.isAmong(tx, caller.personId, nominated))
      throw new DomainError('approver_nominated');
  }

  /** Checked again at this instant: what changed since the nomination counts. */
  private async eligibleNow(
    tx: Tx,
    nomination: NominationRow,
    call: SupportCallWithState,
    people: string[] | undefined,
  ): Promise<NewGrant[]> {
    const eligible = nomination.results
      .filter((one) => one.verdict === 'eligible')
      .map((one) => one.person_id);
    const wanted = people === undefined ? eligible : chosenAmong(people, nomination);
    const shift = { startsAt: nomination.starts_at, endsAt: nomination.ends_at };
    const candidates = wanted.filter((personId) => eligible.includes(personId));
    const verdicts = await this.checks.verdicts(tx, call, nomination.organization_id, candidates, shift);
    const grants = verdicts
      .filter((one) => one.verdict === 'eligible')
      .map((one) => ({ id: newId('grant'), personId: one.person_id }));
    const [refused] = verdicts;
    if (grants.length === 0)
      throw new DomainError('nobody_eligible', { values: { first_code: refused?.code ?? 'refused' } });
    return grants;
  }

  private async record(
    tx: Tx,
    caller: Caller,
    nomination: NominationRow,
    call: SupportCallWithState,
    grants: readonly NewGrant[],
  ): Promise<void> {
    const subject = { isDrill: call.is_drill, personId: caller.personId, declarationId: call.declaration_id };
    const given = new Set(grants.map((one) => one.personId));
    const leftOut = nomination.results.map((one) => one.person_id).filter((personId) => !given.has(personId));
    await this.ledger.append(tx, {
      type: APPROVED,
      subject: { ...subject, organizationId: nomination.organization_id },
      details: { nomination: nomination.id, people: [...given], left_out: leftOut },
    });
    const records = grants.map((grant) => ({
      type: GRANTED,
      subject: { ...subject, organizationId: nomination.organization_id, grantId: grant.id },
      details: {
        nomination: nomination.id,
        grantee: grant.personId,
        field_profile: call.field_profile_id,
        starts_at: nomination.starts_at.toISOString(),
        ends_at: nomination.ends_at.toISOString(),
      },
    }));
    await this.ledger.append(tx, ...records);
  }
}

/** A choice names people of the nomination; a stranger among them is a mistake of the form. */
function chosenAmong(people: string[], nomination: NominationRow): string[] {
  const named = new Set(nomination.results.map((one) => one.person_id));
  const faults = people.flatMap((personId, index) =>
    named.has(personId) ? [] : [{ pointer: `/people/${index}`, detail: 'この指名に含まれていません' }],
  );
  if (faults.length > 0) throw new DomainError('invalid_input', { faults });
  return people;
}
