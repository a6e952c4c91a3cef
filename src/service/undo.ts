/** Undo steps, run in the opposite order of what they undo; each is tried, whatever became of the others. */
export class Undo {
  private readonly steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.steps.unshift(step);
  }

  async run(log: (line: string) => void): Promise<void> {
    for (const step of this.steps.splice(0)) {
      await step().catch((error: unknown) =>
        log(`while stopping: ${error instanceof Error ? error.message : 'error'}`),
      );
    }
  }
}
