import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database } from '../database/database.js';
import { whyNotLive } from '../grants/grant.js';
import { Ledger } from '../ledger/ledger.js';
import { AttestationsRepository } from './attestations.repository.js';
import { ATTESTED } from './endings.records.js';

export const ATTESTATIONS_INTERVAL = 'attestations';

/**
 * 失効確認: once each day (JST), at the first run of it, how many grants are live and how many of them outside a
 * declaration in force. A day on which the service did not run has none, which shows as a gap.
 */
@Injectable()
export class AttestationsJob {
  private readonly log = new Logger('attestation');

  constructor(
    private readonly database: Database,
    private readonly attestations: AttestationsRepository,
    private readonly ledger: Ledger,
  ) {}

  @Interval(ATTESTATIONS_INTERVAL, 60_000)
  async tick(): Promise<void> {
    await this.runOnce().catch((error: unknown) => this.log.warn(`attestation: ${String(error)}`));
  }

  /** → true when today's was made by this run */
  async runOnce(): Promise<boolean> {
    if (await this.attestations.isMadeToday()) return false;
    // At the gate alone: nothing is acknowledged or ended between the two counts, which must agree.
    const made = await this.database.transaction('alone', async (tx) => {
      const day = await this.attestations.lockToday(tx);
      if (day === undefined) return undefined;
      const facts = await this.attestations.facts(tx);
      const live = facts.filter((one) => whyNotLive(one, tx.now).length === 0).map((one) => one.grant_id);
      const outside = await this.attestations.countOutside(tx, live);
      const countedApart = await this.attestations.countLive(tx);
      const details = { day, live_grants: live.length, outside, counted_apart: countedApart };
      const [record] = await this.ledger.append(tx, { type: ATTESTED, subject: {}, details });
      if (record) {
        await this.attestations.insert(tx, {
          day,
          live_grants: live.length,
          outside,
          record_id: record.id,
        });
      }
      return { live: live.length, outside, countedApart };
    });
    if (made) this.alarm(made.live, made.outside, made.countedApart);
    return made !== undefined;
  }

  private alarm(live: number, outside: number, countedApart: number): void {
    if (outside > 0) this.log.error(`ALARM: ${outside} live grants outside a declaration in force`);
    if (countedApart !== live)
      this.log.error(
        `ALARM: ${live} grants are live by the predicate, ${countedApart} by the count apart from it`,
      );
  }
}
