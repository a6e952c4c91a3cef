import { personWithin, Tally, type Rule, type Sign } from './sign.js';
import { HOUR } from './span.js';
import type { Use } from './use.js';

const POINTS_AN_HOUR = 30;

/** One person's last hour: each use comes and goes once, however many there are. */
class LastHour {
  private uses: Use[] = [];
  /** Where the hour begins in `uses`, and what of it is evidence already. */
  private first = 0;
  private told = 0;
  private readonly points = new Map<string | null, number>();
  private readonly calls = new Map<string | null, number>();

  add(use: Use): void {
    this.uses.push(use);
    count(this.points, use.point, 1);
    count(this.calls, use.callId, 1);
    for (let old = this.uses[this.first]; old && use.at - old.at >= HOUR; old = this.uses[this.first]) {
      count(this.points, old.point, -1);
      count(this.calls, old.callId, -1);
      this.first += 1;
    }
    if (this.first * 2 > this.uses.length) this.letGo();
  }

  get isStriking(): boolean {
    return this.points.size > POINTS_AN_HOUR && this.calls.size * 2 < this.points.size;
  }

  /** → the uses of the hour that were not taken before. */
  take(): Use[] {
    const taken = this.uses.slice(Math.max(this.first, this.told));
    this.told = this.uses.length;
    return taken;
  }

  private letGo(): void {
    this.uses = this.uses.slice(this.first);
    this.told -= this.first;
    this.first = 0;
  }
}

/** What is counted down to nothing is no longer in the map. */
function count<T>(counts: Map<T, number>, key: T, by: 1 | -1): void {
  const now = (counts.get(key) ?? 0) + by;
  if (now === 0) counts.delete(key);
  else counts.set(key, now);
}

/** 類型6: more than thirty points within an hour, with fewer than half as many calls. */
export class ManyPoints implements Rule {
  private readonly hours = new Map<string, LastHour>();
  private readonly tally = new Tally();

  see(use: Use): void {
    if (!use.isPermitted || use.point === null) return;
    const key = personWithin(use);
    const hour = this.hours.get(key) ?? new LastHour();
    this.hours.set(key, hour);
    hour.add(use);
    if (!hour.isStriking) return;
    const evidence = this.tally.at(key, use);
    for (const one of hour.take()) evidence.add(one);
  }

  *signs(): Generator<Sign> {
    for (const [, evidence] of this.tally.all) yield evidence.sign('many_points', 'person', null);
  }
}
