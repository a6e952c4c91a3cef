import type { Severity } from '../desk/finding.js';
import { RULES } from './rules.js';
import type { Rule, RuleName, Sign } from './sign.js';
import type { Use } from './use.js';

const WEIGHT: Record<Severity, number> = { high: 0, medium: 1, low: 2 };
const weightOf = ({ rule }: Sign): number => WEIGHT[RULES[rule].severity];

/** Every rule over the same uses. Pure: fed in the order of time, asked once at the end. */
export class Detection {
  private readonly rules: Rule[] = Object.values(RULES).map(({ make }) => make());
  uses = 0;

  see(use: Use): void {
    this.uses += 1;
    for (const rule of this.rules) rule.see(use);
  }

  /** The graver first, then the more frequent, then by name, so that the same uses give the same list. */
  signs(): Sign[] {
    return this.rules
      .flatMap((rule) => [...rule.signs()])
      .sort((one, other) => weightOf(one) - weightOf(other) || other.uses - one.uses || order(one, other));
  }
}

function order(one: Sign, other: Sign): number {
  const keys = [one, other].map(({ rule, subjectId, firstAt }) => `${rule} ${subjectId} ${firstAt}`);
  return (keys[0] ?? '') < (keys[1] ?? '') ? -1 : 1;
}

/** How many signs each rule gave; rules without one are left out. */
export function countsOf(signs: readonly Sign[]): Partial<Record<RuleName, number>> {
  const counts: Partial<Record<RuleName, number>> = {};
  for (const { rule } of signs) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}
