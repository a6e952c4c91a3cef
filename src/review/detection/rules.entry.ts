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

/** At least half of a shift's uses lie in its first and last five minutes. Shifts that are over are judged and forgotten. */
export class ShiftEdges implements Rule {
  private readonly shifts = new Map<string, { to: number; all: number; edges: Evidence }>();
  private readonly struck: Sign[] = [];
  private day = 0;

  see(use: Use): void {
    const { grantId, shift } = use;
    if (!use.isPermitted || grantId === null || shift === null || shift.to - shift.from < LEAST_SHIFT) return;
    this.judge(use.at);
    const known = this.shifts.get(grantId) ?? { to: shift.to, all: 0, edges: new Evidence(use) };
    this.shifts.set(grantId, known);
    known.all += 1;
    if (use.at - shift.from < EDGE || shift.to - use.at <= EDGE) known.edges.add(use);
  }

  *signs(): Generator<Sign> {
    this.day = 0;
    this.judge(Infinity);
    yield* this.struck;
  }

  /** Once a day: no use follows the end of its shift. */
  private judge(at: number): void {
    if (japaneseDayOf(at) === this.day) return;
    this.day = japaneseDayOf(at);
    for (const [grantId, { to, all, edges }] of this.shifts) {
      if (to >= at) continue;
      if (all >= LEAST_USES && edges.count * 2 >= all)
        this.struck.push(edges.sign('shift_edges', 'grant', grantId));
      this.shifts.delete(grantId);
    }
  }
}
