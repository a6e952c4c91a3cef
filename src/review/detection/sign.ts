import type { Use } from './use.js';

/** Each rule's name, as it stands in records. */
export type RuleName =
  | 'after_the_end'
  | 'outside_area'
  | 'wrong_terminal'
  | 'two_places'
  | 'shift_edges'
  | 'repeated_views'
  | 'quiet_disaster'
  | 'contractor_enquiry'
  | 'list_without_calls'
  | 'spelling_tries'
  | 'outbound_of_others'
  | 'others_only'
  | 'many_points';

export type SignSubject = 'person' | 'grant' | 'supply_point_ref' | 'declaration';

/** What a rule was struck by: no verdict, but where an auditor looks first. */
export interface Sign {
  rule: RuleName;
  subjectType: SignSubject;
  subjectId: string;
  /** Null where it is about a declaration. */
  personId: string | null;
  organizationId: string | null;
  declarationId: string | null;
  uses: number;
  firstAt: number;
  lastAt: number;
  /** The first of the uses, enough to begin reading. */
  records: readonly string[];
}

/** A rule sees every use once, in the order of time, and then tells its signs. */
export interface Rule {
  see(use: Use): void;
  signs(): Iterable<Sign>;
}

const NAMED = 20;

/** Uses that belong together. */
export class Evidence {
  count = 0;
  firstAt = 0;
  lastAt = 0;
  records: string[] = [];
  private readonly about: Pick<Use, 'personId' | 'organizationId' | 'declarationId'>;

  constructor({ personId, organizationId, declarationId }: Evidence['about']) {
    this.about = { personId, organizationId, declarationId };
  }

  add(use: Pick<Use, 'id' | 'at'>): void {
    this.lastAt = use.at;
    this.count += 1;
    if (this.count > 1) {
      if (this.records.length < NAMED) this.records.push(use.id);
      return;
    }
    this.firstAt = use.at;
    // A list of one, not room for twenty: most evidence has no second use.
    this.records = [use.id];
  }

  /** What came later. */
  join(later: Evidence): void {
    this.count += later.count;
    this.lastAt = later.lastAt;
    this.records.push(...later.records.slice(0, NAMED - this.records.length));
  }

  sign(rule: RuleName, subjectType: SignSubject, subjectId: string | null): Sign {
    const { personId, organizationId, declarationId } = this.about;
    return {
      rule,
      subjectType,
      subjectId: subjectId ?? personId,
      personId: subjectType === 'declaration' ? null : personId,
      organizationId: subjectType === 'declaration' ? null : organizationId,
      declarationId,
      uses: this.count,
      firstAt: this.firstAt,
      lastAt: this.lastAt,
      records: this.records,
    };
  }
}

/** Evidence by a key, made at the first use that bears it. */
export class Tally {
  private readonly found = new Map<string, Evidence>();

  at(key: string, use: Use): Evidence {
    const known = this.found.get(key);
    if (known) return known;
    const evidence = new Evidence(use);
    this.found.set(key, evidence);
    return evidence;
  }

  join(key: string, later: Evidence): void {
    const known = this.found.get(key);
    if (known) known.join(later);
    else this.found.set(key, later);
  }

  get all(): Iterable<[string, Evidence]> {
    return this.found;
  }
}

/** One person within one declaration. */
export const personWithin = ({ personId, declarationId }: Use): string =>
  `${personId} ${declarationId ?? ''}`;
