interface Waiting<Q, A> {
  question: Q;
  resolve: (answer: A) => void;
  reject: (error: unknown) => void;
}

/**
 * Collects what waits while earlier batches are under way: nobody waits for a timer, and the more is asked,
 * the more share one transaction. A batch fails as one: each of its questions gets the error.
 */
export class Batcher<Q, A> {
  private readonly waiting: Waiting<Q, A>[] = [];
  private inFlight = 0;
  private isScheduled = false;

  constructor(
    private readonly answerAll: (questions: Q[]) => Promise<A[]>,
    private readonly limits: { size: number; inFlight: number },
  ) {}

  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      this.schedule();
    });
  }

  /** After the current turn of the event loop, so that what arrived together goes together. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      while (this.waiting.length > 0 && this.inFlight < this.limits.inFlight) {
        void this.run(this.waiting.splice(0, this.limits.size));
      }
    });
  }

  private async run(batch: Waiting<Q, A>[]): Promise<void> {
    this.inFlight += 1;
    try {
      const answers = await this.answerAll(batch.map((one) => one.question));
      batch.forEach((one, index) => one.resolve(answers[index] as A));
    } catch (error) {
      for (const one of batch) one.reject(error);
    } finally {
      this.inFlight -= 1;
      this.schedule();
    }
  }
}
