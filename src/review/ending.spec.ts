import type { GrantFacts } from '../grants/grant.js';
import { endingOf, isBraked } from './ending.js';

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 23, hour));

/** Live from 1 to 8 o'clock under a declaration until 10; nothing has ended it. */
const aGrant = (more: Partial<GrantFacts> = {}): GrantFacts => ({
  grant_id: 'gr_1', grant_person_id: 'operator-1', starts_at: at(1), ends_at: at(8), acknowledged_at: at(1),
  suspended_at: null, resumed_at: null, revoked_at: null, handed_back_at: null, organization_ended_at: null,
  profile_retired_at: null, is_of_organization: true, is_mismatched: false, declared_at: at(0), confirmed_at: at(0), hard_end_at: at(10),
  lifted_at: null, waits_for_confirmation: false, posture_level: '非常災害対策本部', role: 'operator', left_at: null,
  training_valid_until: at(20), is_training_own: true, pledged_at: at(0), recertified_until: at(20), has_conflict: false,
  sales_barred_until: null, utility_barred_until: null, agreement_until: at(20),
  sub_contractor_until: Infinity, employer_ended_at: null, is_person_mismatched: false,
  ...more,
}); // prettier-ignore

describe('the true end of a grant', () => {
  it.each<[string, Partial<GrantFacts>]>([
    ['revoked', { revoked_at: at(4) }],
    ['handed_back', { handed_back_at: at(4) }],
    ['lifted', { lifted_at: at(4) }],
    ['shift_ended', { ends_at: at(4) }],
    ['declaration_expired', { hard_end_at: at(4) }],
    ['declaration_lapsed', { hard_end_at: at(4), confirmed_at: null }],
    ['person_left', { left_at: at(4) }],
    ['organization_ended', { organization_ended_at: at(4) }],
    ['profile_retired', { profile_retired_at: at(4) }],
    ['agreement_ended', { agreement_until: at(4) }],
  ])('%s: from that instant on, and not before', (cause, more) => {
    expect(endingOf(aGrant(more), at(4))).toEqual({ cause, endedAt: at(4) });
    expect(endingOf(aGrant(more), at(7))).toEqual({ cause, endedAt: at(4) });
    const before = new Date(at(4).getTime() - 1);
    const known = { ...aGrant(more), revoked_at: null, handed_back_at: null, lifted_at: null };
    expect(endingOf(known, before)).toBeUndefined();
  });

  it('is the earliest of several, in whatever order they were written', () => {
    expect(endingOf(aGrant({ lifted_at: at(6), handed_back_at: at(3) }), at(9))?.cause).toBe('handed_back');
    expect(endingOf(aGrant({ lifted_at: at(9) }), at(9))).toEqual({ cause: 'shift_ended', endedAt: at(8) });
  });

  it('is nothing that may pass: a suspension, expired training, a conflict, no agreement to be found', () => {
    const passing: Partial<GrantFacts>[] = [
      { suspended_at: at(3) },
      { training_valid_until: at(2) },
      { recertified_until: at(2) },
      { has_conflict: true },
      { acknowledged_at: null },
      { agreement_until: null },
    ];
    expect(passing.map((more) => endingOf(aGrant(more), at(5)))).toEqual(passing.map(() => undefined));
  });
});

describe('the brake', () => {
  const limits = { byClockAtMost: 3_000, shareAtMost: 0.5 };
  it.each([
    [3_001, 6_001, true],
    [3_001, 6_002, false],
    [3_000, 3_000, false],
    [0, 0, false],
  ])('%i by the clock of %i open: %s', (by_clock, open, braked) => {
    expect(isBraked({ by_clock, open }, limits)).toBe(braked);
  });
});
