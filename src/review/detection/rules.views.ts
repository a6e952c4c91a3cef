import { Evidence, type Rule, type Sign } from './sign.js';
import { HOUR, japaneseDayOf } from './span.js';
import type { Use } from './use.js';

/** D0, how often a point is looked at, and how often anything is (domain §1.8). Pure. */

const CALLS_ABOUT_ONE_POINT = 3;

/** Of a point that one person looked at on a day: the first look alone, for most points have no other. */
interface Views {
  first: LookedAt;
  again: { evidence: Evidence; calls: Set<string> } | undefined;
}
type LookedAt = Pick<Use, 'id' | 'at' | 'callId' | 'personId' | 'organizationId' | 'declarationId'>;

/**
 * One person looks at one point in three calls of a day: a celebrity, a neighbour, a former partner. A day that is over
 * is judged and forgotten.
 */
export class RepeatedViews implements Rule {
  private readonly people = new Map<string, Map<string, Views>>();
  private readonly struck: Sign[] = [];
  private day = 0;

  see(use: Use): void {
    if (!use.isPermitted || use.action !== 'lookup' || use.point === null) return;
    const day = japaneseDayOf(use.at);
    if (day !== this.day) this.judge();
    this.day = day;
    const points = this.people.get(use.personId) ?? new Map<string, Views>();
    this.people.set(use.personId, points);
    const views = points.get(use.point);
    if (views) seenAgain(views, use);
    else points.set(use.point, { first: lookedAt(use), again: undefined });
  }

  /** How many points are in memory: those of one day. */
  get held(): number {
    return [...this.people.values()].reduce((sum, { size }) => sum + size, 0);
  }

  *signs(): Generator<Sign> {
    this.judge();
    yield* this.struck;
  }

  private judge(): void {
    for (const points of this.people.values()) {
      for (const [point, { again }] of points)
        if (again && again.calls.size >= CALLS_ABOUT_ONE_POINT)
          this.struck.push(again.evidence.sign('repeated_views', 'supply_point_ref', point));
    }
    this.people.clear();
  }
}

const lookedAt = ({ id, at, callId, personId, organizationId, declarationId }: Use): LookedAt => ({
  id,
  at,
  callId,
  personId,
  organizationId,
  declarationId,
});

function seenAgain(views: Views, use: Use): void {
  const again = (views.again ??= { evidence: new Evidence(views.first), calls: new Set() });
  for (const one of again.evidence.count === 0 ? [views.first, use] : [use]) {
    again.evidence.add(one);
    again.calls.add(one.callId ?? one.id);
  }
}

const LEAST_VIEWS = 30;
const RISE = 1.5;

interface SeenHour {
  hour: number;
  evidence: Evidence;
  calls: Set<string>;
}

/** From one hour to the next the views of a declaration rise by half while the calls do not. Two hours are in memory. */
export class QuietDisaster implements Rule {
  private readonly declarations = new Map<string, { now: SeenHour; before: SeenHour | undefined }>();
  private readonly struck: Sign[] = [];

  see(use: Use): void {
    if (!use.isPermitted || use.declarationId === null) return;
    const seen = this.hourOf(use.declarationId, use);
    seen.evidence.add(use);
    if (use.callId !== null) seen.calls.add(use.callId);
  }

  private hourOf(declarationId: string, use: Use): SeenHour {
    const hour = Math.floor(use.at / HOUR);
    const known = this.declarations.get(declarationId);
    if (known?.now.hour === hour) return known.now;
    this.judge(declarationId);
    const now = { hour, evidence: new Evidence(use), calls: new Set<string>() };
    this.declarations.set(declarationId, { now, before: known?.now });
    return now;
  }

  *signs(): Generator<Sign> {
    for (const declarationId of this.declarations.keys()) this.judge(declarationId);
    this.declarations.clear();
    yield* this.struck;
  }

  private judge(declarationId: string): void {
    const { now, before } = this.declarations.get(declarationId) ?? {};
    if (!now || before?.hour !== now.hour - 1) return;
    if (now.evidence.count < LEAST_VIEWS || now.calls.size > before.calls.size) return;
    if (now.evidence.count >= before.evidence.count * RISE)
      this.struck.push(now.evidence.sign('quiet_disaster', 'declaration', declarationId));
  }
}
