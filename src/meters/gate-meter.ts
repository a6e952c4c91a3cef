import { Counter, Histogram } from 'prom-client';

/** What one decision says of itself when it is counted: closed lists only, nothing of a person or a point. */
export interface CountedDecision {
  isDrill: boolean;
  action: 'enter' | 'lookup' | 'match' | 'reveal' | 'evaluate' | 'fail';
  decision: { permit: boolean; code?: string | null };
}

/** Counts at the gate. Adding to a number waits for nothing; what a batch that failed would have decided is not counted. */
export class GateMeter {
  private readonly decisions = new Counter({
    name: 'kashikagi_gate_decisions_total',
    help: 'Decisions of the gate, by data (real or drill), action, result (permit, refuse, no_result) and code of the refusal',
    labelNames: ['data', 'action', 'result', 'code'],
    registers: [],
  });
  private readonly sizes = new Histogram({
    name: 'kashikagi_gate_batch_size',
    help: 'Decisions that shared one transaction',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers: [],
  });
  private readonly seconds = new Histogram({
    name: 'kashikagi_gate_batch_seconds',
    help: 'From the beginning of a batch to its commit',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [],
  });
  private readonly failures = new Counter({
    name: 'kashikagi_gate_batch_failures_total',
    help: 'Batches that failed as one: nobody in them got an answer',
    registers: [],
  });
  readonly metrics = [this.decisions, this.sizes, this.seconds, this.failures];

  decided(decisions: readonly CountedDecision[], seconds: number): void {
    this.sizes.observe(decisions.length);
    this.seconds.observe(seconds);
    for (const { isDrill, action, decision } of decisions) {
      const data = isDrill ? 'drill' : 'real';
      this.decisions.inc({ data, action, ...outcomeOf(decision) });
    }
  }

  failed(): void {
    this.failures.inc();
  }
}

/** Which kind of nothing was found is the ledger's to know (architecture: the gate), so it is not told here either. */
function outcomeOf({ permit, code }: CountedDecision['decision']): { result: string; code: string } {
  if (permit) return { result: 'permit', code: 'none' };
  return code ? { result: 'refuse', code } : { result: 'no_result', code: 'none' };
}
