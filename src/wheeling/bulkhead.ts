/**
 * Keeps slow calls from holding up quick ones. A call starts in one of `size` quick places; when it turns out
 * slow it moves to one of `size` slow places and so makes room. Where no slow place is left, the call that would
 * move is ended instead; where too many wait for a quick place, the newcomer is refused at once.
 */
export class Bulkhead {
  private quick = 0;
  private slow = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly size: number,
    private readonly queue: number,
  ) {}

  /**
   * Takes a quick place now or later.
   * @returns undefined when the queue is full, else the place; `start` is called as soon as it is free, never
   *   after `leave`.
   */
  enter(start: () => void): Place | undefined {
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
        if (this.slow >= this.size) return false;
        lane = 'slow';
        this.slow += 1;
        this.freeQuick();
        return true;
      },
      leave: () => {
        const was = lane;
        lane = 'left';
        if (was === 'waiting') this.waiting.delete(begin);
        if (was === 'slow') this.slow -= 1;
        if (was === 'quick') this.freeQuick();
      },
    };
    if (this.quick < this.size) begin();
    else this.waiting.add(begin);
    return place;
  }

  private freeQuick(): void {
    this.quick -= 1;
    const [next] = this.waiting;
    if (next === undefined) return;
    this.waiting.delete(next);
    next();
  }
}

export interface Place {
  /** False when there is no slow place: the call must end. */
  becomeSlow(): boolean;
  leave(): void;
}
