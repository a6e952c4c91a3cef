import { DomainError, type InputFault } from '../contract/domain-error.js';
import { ROLES_OF, type Kin, type PersonMembers } from './person.js';

export interface Organization {
  id: string;
  kind: string;
  is_ended: boolean;
  /** Works for the utility and for retailers. */
  is_for_both_sides: boolean;
  /** ISO 8601; null before the first feed. */
  staff_feed_at: string | null;
}

/** One person of a proposal: as it stands, as it would stand, and what is known around it. */
export interface Planned {
  id: string;
  /** JSON pointer of the person in the body; '' when the body is the person. */
  at: string;
  before: PersonMembers | null;
  after: PersonMembers;
  kin: readonly Kin[];
  /** Whoever else has this natural person key in the organization. */
  namesake: string | undefined;
}

/** Members that only look back. */
const PAST = ['training_completed_at', 'pledged_at'] as const;

/** What is wrong with the person as a form; what is refused by a rule of its own is thrown by `refusePlanned`. */
export function faultsOf(planned: Planned, kind: string, now: Date): InputFault[] {
  const { before, after, at, namesake } = planned;
  const isOver = (time: string | null): boolean => time !== null && time > now.toISOString();
  const faults: [boolean, string, string][] = [
    [!(ROLES_OF[kind] ?? []).includes(after.role), 'role', 'この会社の人には使えない役割です'],
    [after.employment === 'contractor' && after.employer_id === null, 'employer_id', '委託先の人には所属する会社が必要です'],
    [(after.pledged_at === null) !== (after.pledge_version === null), 'pledge_version', '誓約の日時と版は揃えてください'],
    [namesake !== undefined, 'natural_person_key', 'この会社では別の識別子で登録されている人です'],
    [
      before !== null && before.natural_person_key !== after.natural_person_key,
      'natural_person_key',
      'この識別子は別の人のものです',
    ],
    ...PAST.map((member): [boolean, string, string] => [isOver(after[member]), member, '未来の日時です']),
  ]; // prettier-ignore
  return faults
    .filter(([isWrong]) => isWrong)
    .map(([, member, detail]) => ({ pointer: `${at}/${member}`, detail }));
}

/** Refuses by rule, in words that name the person. */
export function refusePlanned(planned: Planned, employer: Organization | undefined, callerId: string): void {
  const { id, at, before, after, kin } = planned;
  const more = { values: { person: id } };
  if (after.employer_id !== null && (employer?.kind !== 'contractor' || employer.is_ended)) {
    const faults = [{ pointer: `${at}/employer_id`, detail: '登録された委託先ではありません' }];
    throw new DomainError('unknown_organization', { ...more, faults });
  }
  if (kin.some((one) => one.left_at === null)) throw new DomainError('person_active_elsewhere', more);
  if (after.role !== 'operator' && employer?.is_for_both_sides === true)
    throw new DomainError('both_sides', more);
  // Nobody has a hand in what they may do themselves.
  if (id === callerId && before !== null && before.role !== after.role)
    throw new DomainError('same_person', more);
}
