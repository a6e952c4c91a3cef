/**
 * The reference model: what the architecture says of a grant's life, once more, small and without a database.
 * Times are milliseconds of the one clock. It predicts whether an act is taken and who sees what.
 */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const TOYONAKA = '272035';
export const SHIBUYA = '131130';
export type Organization = 'retailer-a' | 'retailer-b';
export type Hq = 'hq-1' | 'hq-2' | 'hq-3';

export interface Declaration {
  id: string;
  isDrill: boolean;
  isAnticipatory: boolean;
  declaredBy: Hq;
  declaredAt: number;
  confirmedAt: number | null;
  waits: boolean;
  expectedEnd: number;
  hardEnd: number;
  liftedAt: number | null;
  area: readonly string[];
  /** Shrinking gives no time back. */
  declaredArea: readonly string[];
}

export interface SupportCall {
  id: string;
  declaration: Declaration;
  pattern: 0 | 1 | 2;
  seats: Record<Organization, number>;
  declined: Set<Organization>;
}

export interface Nomination {
  id: string;
  call: SupportCall;
  organization: Organization;
  eligible: string[];
  starts: number;
  ends: number;
  isDecided: boolean;
}

export interface Grant {
  id: string;
  person: string;
  nomination: Nomination;
  /** Given by the person, and not taken away by a suspension that was resumed since. */
  isAcknowledged: boolean;
  /** By whom, while it is: all of them. */
  suspenders: Set<string>;
  revoked: boolean;
  handedBack: boolean;
  /** When the person last saw something: a report is about a use of the last 24 hours. */
  seenAt: number | null;
  /** The newest credential, or none. */
  credential: { terminal: Machine; expires: number; released: boolean } | null;
}

export interface Machine {
  id: string;
  isLost: boolean;
}

export class World {
  readonly declarations: Declaration[] = [];
  readonly calls: SupportCall[] = [];
  readonly nominations: Nomination[] = [];
  readonly grants: Grant[] = [];
  readonly left = new Set<string>();
  readonly endedAgreements = new Set<Organization>();
  readonly frozen = new Set<string>();
  readonly machines = new Map<string, Machine>();

  constructor(public now: number) {}

  /** In force at this instant (law 1). */
  isInForce(one: Declaration): boolean {
    const isOpen = one.confirmedAt !== null || !one.waits;
    return one.liftedAt === null && !one.isAnticipatory && isOpen && this.now < one.hardEnd;
  }

  /** One person's word opens an area for 30 minutes in 24 hours, whatever it is cut into. */
  unconfirmedLeft(area: readonly string[], isDrill: boolean): number {
    const spans = this.declarations
      .filter(
        (one) => one.confirmedAt === null && one.isDrill === isDrill && !one.waits && !one.isAnticipatory,
      )
      .filter((one) => one.declaredArea.some((code) => area.some((other) => overlaps(code, other))))
      .map((one): [number, number] => [
        Math.max(one.declaredAt, this.now - DAY),
        Math.min(one.hardEnd, one.liftedAt ?? Infinity, this.now),
      ])
      .filter(([from, to]) => from < to)
      .sort(([one], [other]) => one - other);
    let used = 0;
    let covered = -Infinity;
    for (const [from, to] of spans) {
      used += Math.max(0, to - Math.max(from, covered));
      covered = Math.max(covered, to);
    }
    return 30 * MINUTE - used;
  }

  /** Nothing brings it back. */
  hasEnded(grant: Grant): boolean {
    const { nomination } = grant;
    return (
      !this.isInForce(nomination.call.declaration) ||
      grant.revoked ||
      grant.handedBack ||
      this.now >= nomination.ends
    );
  }

  isLive(grant: Grant): boolean {
    return (
      !this.hasEnded(grant) &&
      grant.nomination.starts <= this.now &&
      grant.isAcknowledged &&
      grant.suspenders.size === 0 &&
      this.isEligible(grant.person)
    );
  }

  isEligible(person: string): boolean {
    return !this.left.has(person) && !this.endedAgreements.has(organizationOf(person));
  }

  /** What the person sees of a dark point in this municipality, at the own terminal. */
  sees(grant: Grant, municipality: string): 'found' | 'no_result' | 'refused' {
    const { credential } = grant;
    const isHeld =
      credential !== null &&
      !credential.released &&
      credential.expires > this.now &&
      !credential.terminal.isLost;
    if (!isHeld || !this.isLive(grant)) return 'refused';
    return covers(grant.nomination.call.declaration.area, municipality) ? 'found' : 'no_result';
  }

  /** Grants that hold a seat or a person's time in the shift. */
  holding(shift: { starts: number; ends: number }): Grant[] {
    return this.grants.filter(
      (one) =>
        one.nomination.starts < shift.ends &&
        one.nomination.ends > shift.starts &&
        one.nomination.ends > this.now &&
        !one.revoked &&
        !one.handedBack &&
        one.nomination.call.declaration.liftedAt === null &&
        one.nomination.call.declaration.hardEnd > this.now,
    );
  }

  /** Who of these can have a grant in this shift now: in the order of the list, as far as the seats go. */
  eligibleFor(
    call: SupportCall,
    people: readonly string[],
    shift: { starts: number; ends: number },
  ): string[] {
    const holding = this.holding(shift);
    const [first] = people;
    const organization = organizationOf(first ?? '');
    const taken = holding.filter(
      (one) => one.nomination.call === call && one.nomination.organization === organization,
    ).length;
    const isDrill = call.declaration.isDrill;
    const free = people.filter(
      (person) =>
        this.isEligible(person) &&
        !holding.some(
          (one) => one.person === person && (isDrill || one.nomination.call.declaration.isDrill === isDrill),
        ),
    );
    return free.slice(0, Math.max(0, call.seats[organization] - taken));
  }
}

export function organizationOf(person: string): Organization {
  return person.startsWith('operator-a') ? 'retailer-a' : 'retailer-b';
}

const isWithin = (code: string, wider: string): boolean => code === wider || code.slice(0, 2) === wider;
const overlaps = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);

/** Does the area hold the code? A prefecture holds its municipalities. */
export function covers(area: readonly string[], code: string): boolean {
  return area.some((one) => isWithin(code, one));
}

export function coversAll(wider: readonly string[], narrower: readonly string[]): boolean {
  return narrower.every((code) => covers(wider, code));
}
