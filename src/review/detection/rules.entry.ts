import { HOUR, japaneseDayOf, MINUTE } from './span.js';
import { Evidence, personWithin, Tally, type Rule, type RuleName, type Sign } from './sign.js';
import type { Use } from './use.js';

/** D0, the common signs (domain §1.8): when, where and from which machine. Pure. */

const AFTER_THE_END: ReadonlySet<string> = new Set([
  'lifted',
  'declaration_expired',
  'expired',
  'revoked',
  'handed_back',
  'grant_ended',
  'declaration_not_live',
]);
const OTHER_MACHINE: ReadonlySet<string> = new Set([
  'other_terminal',
  'terminal_lost',
  'unknown_terminal',
  'terminal_of_other_organization',
  'terminal_checked_out_to_another',
]);

/** Uses that a condition picks, by person and declaration, from so many on. */
class Picked implements Rule {
  private readonly tally = new Tally();

  constructor(
    private readonly name: RuleName,
    private readonly least: number,
    private readonly isStriking: (use: Use) => boolean,
  ) {}

  see(use: Use): void {
    if (this.isStriking(use)) this.tally.at(personWithin(use), use).add(use);
  }

  *signs(): Generator<Sign> {
    for (const [, evidence] of this.tally.all)
      if (evidence.count >= this.least) yield evidence.sign(this.name, 'person', null);
  }
}

export const picked = (name: RuleName, least: number, isStriking: (use: Use) => boolean): Rule =>
  new Picked(name, least, isStriking);

/** One late try is a slip of the finger; three are somebody who wants in. */
export const afterTheEnd = (): Rule =>
  picked('after_the_end', 3, (use) => use.code !== null && AFTER_THE_END.has(use.code));

export const outsideArea = (): Rule =>
  picked(
    'outside_area',
    3,
    (use) => use.code === 'outside_area' || (use.isPermitted && use.isInArea === false),
  );

export const wrongTerminal = (): Rule =>
  picked('wrong_terminal', 1, (use) => use.code !== null && OTHER_MACHINE.has(use.code));

const TWO_PLACES_WITHIN = 5 * MINUTE;

/** One person at two machines within five minutes. */
export class TwoPlaces implements Rule {
  private readonly tally = new Tally();
  private readonly last = new Map<string, Use>();

  see(use: Use): void {
    if (use.terminal === null) return;
    const before = this.last.get(use.personId);
    this.last.set(use.personId, use);
    if (!before || before.terminal === use.terminal || use.at - before.at > TWO_PLACES_WITHIN) return;
    const evidence = this.tally.at(personWithin(use), use);
    evidence.add(before);
    evidence.add(use);
  }

  *signs(): Generator<Sign> {
    for (const [, evidence] of this.tally.all) yield evidence.sign('two_places', 'person', null);
  }
}

const EDGE = 5 * MINUTE;
const LEAST_SHIFT = HOUR;
const LEAST_USES = 8;

/** At least half of a shift's uses lie in its first and last five minutes. */
export class ShiftEdges implements Rule {
  private readonly edges = new Tally();
  private readonly all = new Map<string, number>();

  see(use: Use): void {
    const { grantId, shift } = use;
    if (!use.isPermitted || grantId === null || shift === null || shift.to - shift.from < LEAST_SHIFT) return;
    this.all.set(grantId, (this.all.get(grantId) ?? 0) + 1);
    if (use.at - shift.from < EDGE || shift.to - use.at <= EDGE) this.edges.at(grantId, use).add(use);
  }

  *signs(): Generator<Sign> {
    for (const [grantId, evidence] of this.edges.all) {
      const all = this.all.get(grantId) ?? 0;
      if (all >= LEAST_USES && evidence.count * 2 >= all)
        yield evidence.sign('shift_edges', 'grant', grantId);
    }
  }
}

const CALLS_ABOUT_ONE_POINT = 3;

/** One person looks at one point in three calls of a day: a celebrity, a neighbour, a former partner. */
export class RepeatedViews implements Rule {
  private readonly tally = new Tally();
  private readonly calls = new Map<string, Set<string>>();

  see(use: Use): void {
    if (!use.isPermitted || use.action !== 'lookup' || use.point === null) return;
    const key = `${use.personId} ${japaneseDayOf(use.at)} ${use.point}`;
    this.tally.at(key, use).add(use);
    const calls = this.calls.get(key) ?? new Set();
    this.calls.set(key, calls.add(use.callId ?? use.id));
  }

  *signs(): Generator<Sign> {
    for (const [key, evidence] of this.tally.all) {
      const isOften = (this.calls.get(key)?.size ?? 0) >= CALLS_ABOUT_ONE_POINT;
      if (isOften) yield evidence.sign('repeated_views', 'supply_point_ref', key.split(' ')[2] ?? null);
    }
  }
}

const LEAST_VIEWS = 30;
const RISE = 1.5;

/** From one hour to the next the views of a declaration rise by half while the calls do not. */
export class QuietDisaster implements Rule {
  private readonly hours = new Map<string, Map<number, { evidence: Evidence; calls: Set<string> }>>();

  see(use: Use): void {
    if (!use.isPermitted || use.declarationId === null) return;
    const hours =
      this.hours.get(use.declarationId) ?? new Map<number, { evidence: Evidence; calls: Set<string> }>();
    this.hours.set(use.declarationId, hours);
    const hour = Math.floor(use.at / HOUR);
    const seen = hours.get(hour) ?? { evidence: new Evidence(use), calls: new Set() };
    hours.set(hour, seen);
    seen.evidence.add(use);
    if (use.callId !== null) seen.calls.add(use.callId);
  }

  *signs(): Generator<Sign> {
    for (const [declarationId, hours] of this.hours) {
      for (const [hour, { evidence, calls }] of hours) {
        const before = hours.get(hour - 1);
        if (!before || evidence.count < LEAST_VIEWS || calls.size > before.calls.size) continue;
        if (evidence.count >= before.evidence.count * RISE)
          yield evidence.sign('quiet_disaster', 'declaration', declarationId);
      }
    }
  }
}
