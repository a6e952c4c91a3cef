import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { monthsBetween } from './months.js';
import { Readings } from './readings.js';
import type { RetentionView } from './reports.dto.js';
import { RetentionRepository } from './retention.repository.js';

/** 施行規則第33条の15 ②: five years from the day of use (as printed 2023-02-20). */
const YEARS = 5;
/** Two heartbeats further apart than this are a silence that somebody has to explain. */
const SILENCE_MINUTES = 15;

/** AUD-2, LOG-4: the oldest and the newest record, the gaps between, and how far the ledger is. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly retention: RetentionRepository,
    private readonly readings: Readings,
  ) {}

  async show(caller: Caller): Promise<RetentionView> {
    const [months, heartbeats, silences, ledger] = await Promise.all([
      this.retention.months(),
      this.retention.heartbeats(),
      this.retention.silences(SILENCE_MINUTES),
      this.retention.ledger(),
    ]);
    const view = {
      years: YEARS,
      oldest_at: months[0]?.first_at ?? null,
      newest_at: months.at(-1)?.last_at ?? null,
      months,
      months_without_records: monthsBetween(months.map((line) => line.month)),
      heartbeats,
      silences,
      ledger,
    };
    return this.readings.of(caller, 'retention', {}, view, months.length);
  }
}
