import { Injectable } from '@nestjs/common';
import { LedgerLag } from './lag.js';
import { OutsideClockwork } from './outside/outside-clockwork.js';
import { Partitions } from './partitions.js';
import { Publisher } from './publisher.js';

/** What the ledger says of itself, for anybody's eyes: why stands in the log. Nothing of it makes an instance unready. */
@Injectable()
export class LedgerHealth {
  constructor(
    private readonly lag: LedgerLag,
    private readonly publisher: Publisher,
    private readonly partitions: Partitions,
    private readonly outside: OutsideClockwork,
  ) {}

  async checks(): Promise<Record<string, string>> {
    const [ledger, partitions] = await Promise.all([this.tree(), this.months()]);
    return { ledger, partitions, ...this.outside.states() };
  }

  private async tree(): Promise<string> {
    if (this.publisher.refusal !== undefined) return 'not_signing';
    const isBehind = await this.lag.isBehind().catch(() => true);
    return isBehind ? 'behind' : 'ok';
  }

  /** `short`: the owner is to make more (make_record_partitions), and nothing fails until then, nor after. */
  private async months(): Promise<string> {
    return this.partitions.areShort().then(
      (isShort) => (isShort ? 'short' : 'ok'),
      () => 'unknown',
    );
  }
}
