/**
 * Keeps slow calls from holding up quick ones. A call starts in one of `size` quick places; when it turns out
 * slow it moves to one of `size` slow places and so makes room. While a key has a call in a slow place, further
 * calls for that key go there at once. Where no slow place is left, the call is ended instead; where too many
 * wait for a quick place, the newcomer is refused at once.
 */
export class Bulkhead {
  private quick = 0;
  private slow = 0;
  private readonly slowByKey = new Map<string, number>();
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly size: number,
    private readonly queue: number,
  ) {}

  get load(): { quick: number; slow: number; waiting: number } {
    return { quick: this.quick, slow: this.slow, waiting: this.waiting.size };
  }

  /**
   * Takes a place now or later; `start` is called as soon as there is one, and never after `leave`.
   * @returns undefined when there is none to wait for
   */
  enter(key: string, start: () => void): Place | undefined {
    if (this.slowByKey.has(key)) return this.enterSlow(key, start);
    if (this.quick >= this.size && this.waiting.size >= this.queue) return undefined;
    let lane: 'waiting' | 'quick' | 'slow' | 'left' = 'waiting';
    const begin = (): void => {
      lane = 'quick';
      this.quick += 1;
      start();
    };
    const place: Place = {
      becomeSlow: () => {
        if (lane !== 'quick') return true;
        if (!this.takeSlow(key)) return false;
        lane = 'slow';
        this.freeQuick();
        return true;
      },
      leave: () => {
        const was = lane;
        lane = 'left';
        if (was === 'waiting') this.waiting.delete(begin);
        if (was === 'slow') this.freeSlow(key);
        if (was === 'quick') this.freeQuick();
      },
    };
    if (this.quick < this.size) begin();
    else this.waiting.add(begin);
    return place;
  }

  private enterSlow(key: string, start: () => void): Place | undefined {
    if (!this.takeSlow(key)) return undefined;
    let left = false;
    start();
    return {
      becomeSlow: () => true,
      leave: () => {
        if (!left) this.freeSlow(key);
        left = true;
      },
    };
  }

  private freeQuick(): void {
    this.quick -= 1;
    const [next] = this.waiting;
    if (next === undefined) return;
    this.waiting.delete(next);
    next();
  }

  private takeSlow(key: string): boolean {
    if (this.slow >= this.size) return false;
    this.slow += 1;
    this.slowByKey.set(key, (this.slowByKey.get(key) ?? 0) + 1);
    return true;
  }

  private freeSlow(key: string): void {
    this.slow -= 1;
    const others = (this.slowByKey.get(key) ?? 0) - 1;
    if (others > 0) this.slowByKey.set(key, others);
    else this.slowByKey.delete(key);
  }
}

export interface Place {
  /** False when there is no slow place: the call must end. */
  becomeSlow(): boolean;
  leave(): void;
}
