import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { AttestationsRepository } from '../review/attestations.repository.js';

/** How the house stands at one instant, in numbers alone. */
export interface Standing {
  /** Declarations in force; a drill's apart. */
  declarations: { real: number; drill: number };
  /** Real ones: a drill's reach no data. */
  grantsLive: number;
  exposures: number;
  mismatches: number;
  pending: number;
  lagSeconds: number;
  /** Undefined: nothing was ever signed. */
  checkpointAgeSeconds: number | undefined;
}

interface Row {
  real: number;
  drill: number;
  exposures: number;
  mismatches: number;
  pending: number;
  lag: number;
  checkpoint_age: number | null;
}

/** Declarations count as in force as the attestation counts them; ages are by the machine of the database. */
const NUMBERS = `
  select count(*) filter (where not d.is_drill)::integer as real, count(*) filter (where d.is_drill)::integer as drill,
         (select count(*)::integer from exposure where resolved_at is null) as exposures,
         (select count(*)::integer from mismatch where cleared_at is null) as mismatches,
         (select count(*)::integer from (select from pending limit 1000000) waiting) as pending,
         coalesce((select greatest(0, extract(epoch from clock_timestamp() - added_at))::float8
                     from pending order by id limit 1), 0) as lag,
         (select greatest(0, extract(epoch from broker_now() - signed_at))::float8 from signed_checkpoint) as checkpoint_age
    from declaration d
   where d.lifted_at is null and d.declared_at <= $1 and $1 < d.hard_end_at and d.posture_level <> '警戒本部'
     and (d.confirmed_at is not null or not d.waits_for_confirmation and $1 < d.declared_at + interval '30 minutes')`;

@Injectable()
export class StandingRepository {
  constructor(
    private readonly database: Database,
    private readonly attestations: AttestationsRepository,
  ) {}

  async now(): Promise<Standing> {
    return this.database.snapshot(async (tx) => {
      const row = await tx.one<Row>(NUMBERS, [tx.now]);
      if (!row) throw new Error('invariant: one row');
      return {
        declarations: { real: row.real, drill: row.drill },
        grantsLive: await this.attestations.countLive(tx),
        exposures: row.exposures,
        mismatches: row.mismatches,
        pending: row.pending,
        lagSeconds: row.lag,
        checkpointAgeSeconds: row.checkpoint_age ?? undefined,
      };
    });
  }
}
