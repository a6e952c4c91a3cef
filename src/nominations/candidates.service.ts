import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import { Database, type Tx } from '../database/database.js';
import type { SupportCallWithState } from '../declarations/support-calls.repository.js';
import type { CandidatesDto, CandidatesView, CandidateView } from './candidates.dto.js';
import type { Shift, Verdict } from './nomination.js';
import { NominationsRepository, type StaffRow } from './nominations.repository.js';
import { NominationsService } from './nominations.service.js';
import { resolved, type Resolved } from './pasted-names.js';

/**
 * 貼付けの確認: whom a pasted list means, and what a nomination of them would say, before it is sent. It reads the supervisor's own
 * people and changes nothing, so it is no record; the nomination asks everything again.
 */
@Injectable()
export class CandidatesService {
  constructor(
    private readonly database: Database,
    private readonly nominations: NominationsRepository,
    private readonly checks: NominationsService,
  ) {}

  async resolve(caller: Caller, callId: string, dto: CandidatesDto): Promise<CandidatesView> {
    return this.database.snapshot(async (tx) => {
      const call = await this.checks.openCall(tx, callId, caller.organizationId);
      const shift = this.checks.shiftIn(call, dto, tx.now);
      const staff = await this.nominations.staff(tx, caller.organizationId);
      const items = resolved(dto.entries, staff);
      const verdicts = await this.verdicts(tx, call, items, shift);
      return {
        starts_at: shift.startsAt.toISOString(),
        ends_at: shift.endsAt.toISOString(),
        items: items.map((item, at) => ({
          ...item,
          people: item.people.map((one) => viewOf(one, verdicts(at, one.id))),
        })),
      };
    });
  }

  /**
   * Those who are meant alone as one nomination, in the order of the list: seats run out, and who stands there twice is told so. Of
   * several with one name each by themselves, since one at most will be chosen.
   */
  private async verdicts(
    tx: Tx,
    call: SupportCallWithState,
    items: readonly Resolved<StaffRow>[],
    shift: Shift,
  ): Promise<(at: number, personId: string) => Verdict | undefined> {
    const [organization] = call.organizations;
    if (organization === undefined) return () => undefined;
    const ask = (people: string[], seats: 'shared' | 'each'): Promise<Verdict[]> =>
      this.checks.verdicts(tx, call, { organizationId: organization.organization_id, people, seats }, shift);
    const lines = items.flatMap((item, at) => (item.match === 'one' ? [at] : []));
    const together = await ask(
      lines.flatMap((at) => items[at]?.people.map((one) => one.id) ?? []),
      'shared',
    );
    const byLine = new Map(lines.map((at, n) => [at, together[n]]));
    const others = items.flatMap((item) =>
      item.match === 'several' ? item.people.map((one) => one.id) : [],
    );
    const alone = await ask([...new Set(others)], 'each');
    const byPerson = new Map(alone.map((one) => [one.person_id, one]));
    return (at, personId) => byLine.get(at) ?? byPerson.get(personId);
  }
}

function viewOf({ id, name, duty, employer_id }: StaffRow, verdict: Verdict | undefined): CandidateView {
  const { verdict: word = 'refused', code } = verdict ?? {};
  return { person_id: id, name, duty, employer_id, verdict: word, ...(code !== undefined && { code }) };
}
