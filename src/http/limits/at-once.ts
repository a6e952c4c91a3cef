/** How many calls of each key are under way; a key with none is forgotten. */
export class AtOnce {
  readonly #underWay = new Map<string, number>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#underWay.size;
  }

  /** → false if as many as may be are under way already; then this one has not begun. */
  begin(key: string): boolean {
    const count = this.#underWay.get(key) ?? 0;
    if (count >= this.most) return false;
    this.#underWay.set(key, count + 1);
    return true;
  }

  end(key: string): void {
    const left = (this.#underWay.get(key) ?? 1) - 1;
    if (left > 0) this.#underWay.set(key, left);
    else this.#underWay.delete(key);
  }
}
