import { Injectable } from '@nestjs/common';
import { refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import type { SupportCallWithState } from '../declarations/support-calls.repository.js';
import { whyNotApproved } from '../nominations/nomination.acts.js';
import { NominationsRepository, type NominationRow } from '../nominations/nominations.repository.js';
import { NominationsService } from '../nominations/nominations.service.js';
import { selvesOf } from '../roster/selves.repository.js';
import { GivingService } from './giving.service.js';
import type { ApprovalView } from './grants.dto.js';

/** 承認: an HQ person turns the eligible people of a nomination into grants, all in one transaction. */
@Injectable()
export class ApprovalService {
  constructor(
    private readonly database: Database,
    private readonly nominations: NominationsRepository,
    private readonly checks: NominationsService,
    private readonly giving: GivingService,
  ) {}

  async approve(caller: Caller, id: string, people: string[] | undefined): Promise<ApprovalView> {
    return changeOnce(this.database, caller, 'approval', async (tx) => {
      const nomination = await this.nominations.lock(tx, id);
      if (!nomination) throw new DomainError('not_found');
      refuseIf(whyNotApproved(nomination, caller, await selvesOf(tx, caller), tx.now));
      const call = await this.checks.openCall(tx, nomination.support_call_id, nomination.organization_id);

      const eligible = await this.eligibleNow(tx, nomination, call, people);
      const by = { personId: caller.personId };
      return { grants: await this.giving.give(tx, { nomination, call, people: eligible, by }) };
    });
  }

  /** Checked again at this instant: what changed since the nomination counts. */
  private async eligibleNow(
    tx: Tx,
    nomination: NominationRow,
    call: SupportCallWithState,
    people: string[] | undefined,
  ): Promise<string[]> {
    const eligible = nomination.results
      .filter((one) => one.verdict === 'eligible')
      .map((one) => one.person_id);
    const wanted = people === undefined ? eligible : chosenAmong(people, nomination);
    const shift = { startsAt: nomination.starts_at, endsAt: nomination.ends_at };
    const candidates = wanted.filter((personId) => eligible.includes(personId));
    const asked = { organizationId: nomination.organization_id, people: candidates };
    const verdicts = await this.checks.verdicts(tx, call, asked, shift);
    const given = verdicts.filter((one) => one.verdict === 'eligible').map((one) => one.person_id);
    const [refused] = verdicts;
    if (given.length === 0)
      throw new DomainError('nobody_eligible', { values: { first_code: refused?.code ?? 'refused' } });
    return given;
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
