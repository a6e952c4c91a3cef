/** Asked for by many at once, found out once; and kept for a moment. A failure is kept no longer than it takes. */
export class Kept<T> {
  private found: { at: number; answer: T } | undefined;
  private underWay: Promise<T> | undefined;

  constructor(
    private readonly find: () => Promise<T>,
    /** In ms; tests that change something and ask at once put 0. */
    public keptMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async get(): Promise<T> {
    if (this.found !== undefined && this.now() - this.found.at < this.keptMs) return this.found.answer;
    this.underWay ??= this.look().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  private async look(): Promise<T> {
    const answer = await this.find();
    this.found = { at: this.now(), answer };
    return answer;
  }
}
