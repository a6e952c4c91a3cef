import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';
import { Database } from '../../database/database.js';
import { whyNotLive } from '../../grants/grant.js';
import { Ledger } from '../../ledger/ledger.js';
import { Prober, type DeadCredential, type ProbeOutcome } from '../prober.js';
import { TESTED_NEGATIVE } from './desk.records.js';
import type { HeldGrant, NegativeTestView, TriedTarget } from './negative-test.dto.js';
import { NegativeTestRepository, type HeldRow } from './negative-test.repository.js';

const NEWEST = 50;

/**
 * AUD-3: what a person may do at this instant, and a try that has to be refused. A live grant is named and never tried:
 * the try would be a use.
 */
@Injectable()
export class NegativeTestService {
  constructor(
    private readonly database: Database,
    private readonly held: NegativeTestRepository,
    private readonly prober: Prober,
    private readonly ledger: Ledger,
  ) {}

  async test(caller: Caller, personId: string): Promise<NegativeTestView> {
    if (!(await this.held.isKnown(personId))) throw new DomainError('not_found');
    const rows = await this.held.held(personId, NEWEST);
    const now = await this.database.now();
    const grants = rows.map((row) => grantOf(row, now));
    const live = grants.filter((grant) => grant.live).map((grant) => grant.id);
    const dead = rows.filter((row) => !live.includes(row.grant_id)).flatMap(deadOf)[0];
    const outcomes = dead ? await this.prober.tryAll([dead]) : [];
    const tried = outcomes.map(triedOf);
    const subject = { personId: caller.personId, organizationId: caller.organizationId };
    const details = {
      person: personId,
      live_grants: live,
      tried_grant: dead?.grantId ?? null,
      outcomes: tried.map((one) => ({ ...one })),
    };
    await this.database.transaction('none', (tx) =>
      this.ledger.append(tx, { type: TESTED_NEGATIVE, subject, details }),
    );
    return {
      person_id: personId,
      at: now.toISOString(),
      has_access: live.length > 0,
      grants,
      tried_grant: dead?.grantId ?? null,
      tried,
      ...sentences(live.length, tried),
    };
  }
}

function grantOf(row: HeldRow, now: Date): HeldGrant {
  const whyNot = whyNotLive(row, now);
  return { id: row.grant_id, declaration_id: row.declaration_id, live: whyNot.length === 0, why_not: whyNot };
}

function deadOf(row: HeldRow): DeadCredential[] {
  const { jti, jkt, terminal_id: terminalId, holder_id: personId } = row;
  if (jti === null || jkt === null || terminalId === null || personId === null) return [];
  return [{ grantId: row.grant_id, declarationId: row.declaration_id, jti, jkt, terminalId, personId }];
}

const triedOf = ({ target, fault, code, recordId }: ProbeOutcome): TriedTarget => ({
  target,
  refused: fault === null,
  code,
  record_id: recordId,
});

function sentences(
  live: number,
  tried: readonly TriedTarget[],
): { sentence_ja: string; sentence_en: string } {
  const refused = tried.filter((one) => one.refused).length;
  const [holdsJa, holdsEn] =
    live === 0
      ? ['有効な権限はありません。', 'No effective permission.']
      : [`有効な付与が${live}件あります（試していません）。`, `${live} live grants (not tried).`];
  if (tried.length === 0)
    return {
      sentence_ja: `${holdsJa}試せる失効した資格情報はありません。`,
      sentence_en: `${holdsEn} There is no dead credential to try.`,
    };
  return {
    sentence_ja: `${holdsJa}失効した資格情報を${tried.length}か所で試し、${refused}か所で断られました。`,
    sentence_en: `${holdsEn} The dead credential was tried at ${tried.length} places and refused at ${refused}.`,
  };
}
