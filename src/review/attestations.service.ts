import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { Caller } from '../contract/caller.js';
import { invariant } from '../contract/domain-error.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { answeredBefore, changeOnce } from '../database/once.js';
import { whyNotLive } from '../grants/grant.js';
import { Ledger } from '../ledger/ledger.js';
import { COVERED, countsOf } from './attestation.js';
import type { AttestationKind, AttestationView, CoveredSystemView } from './attestations.dto.js';
import { AttestationsRepository, type ListedRow } from './attestations.repository.js';
import { ATTESTED } from './endings.records.js';
import type { Tried } from './exposures.service.js';
import { isUntried, RetiredProbes } from './retired-probes.js';

interface Asked {
  kind: AttestationKind;
  by: Caller | null;
  day: string;
  ordinal: number;
}

/**
 * 失効確認: how many grants are live, organization by organization, and how many of them outside a declaration in force;
 * and that a sample of retired credentials is refused. Through this broker: what it does not stand before, it names.
 */
@Injectable()
export class AttestationsService {
  private readonly log = new Logger('attestation');

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly attestations: AttestationsRepository,
    private readonly retired: RetiredProbes,
    private readonly ledger: Ledger,
  ) {}

  async list(query: PageQuery): Promise<Page<AttestationView>> {
    const page = pageOf(await this.attestations.page(query), query, (row) => ({
      at: row.at,
      id: row.record_id,
    }));
    return { ...page, items: page.items.map(viewOf) };
  }

  /** → true when today's was made by this call */
  async daily(): Promise<boolean> {
    if (await this.attestations.isMadeToday()) return false;
    const tried = await this.retired.tried();
    const made = await this.database.transaction('alone', async (tx) => {
      const { day, ordinal, is_made: isMade } = await this.attestations.lockToday(tx);
      return isMade ? undefined : this.make(tx, { kind: 'daily', by: null, day, ordinal }, tried);
    });
    await this.retired.exposed(tried);
    return made !== undefined;
  }

  async onDemand(caller: Caller): Promise<AttestationView> {
    const before = await answeredBefore<AttestationView>(this.database, caller);
    if (before) return before;
    const tried = await this.retired.tried();
    const made = await changeOnce(this.database, caller, 'alone', async (tx) => {
      const { day, ordinal } = await this.attestations.lockToday(tx);
      return this.make(tx, { kind: 'on_demand', by: caller, day, ordinal }, tried);
    });
    await this.retired.exposed(tried);
    return made;
  }

  /** At the gate alone: nothing is acknowledged or ended between the two counts, which must agree. */
  private async make(tx: Tx, asked: Asked, tried: readonly Tried[]): Promise<AttestationView> {
    const { day, ordinal, kind, by } = asked;
    const facts = await this.attestations.facts(tx);
    const ids = facts.filter((one) => whyNotLive(one, tx.now).length === 0).map((one) => one.grant_id);
    const live = await this.attestations.placed(tx, ids);
    const organizations = countsOf(await this.attestations.retailers(tx), live);
    const outside = live.filter((one) => one.is_outside).length;
    const countedApart = await this.attestations.countLive(tx);
    const untried = tried.filter(({ outcome }) => isUntried(outcome));
    const unrefused = tried.filter(({ outcome }) => outcome.fault !== null && !isUntried(outcome));
    const details = {
      day,
      kind,
      live_grants: live.length,
      outside,
      counted_apart: countedApart,
      organizations: organizations.map((one) => ({ ...one })),
      tried: grantsOf(tried.filter(({ outcome }) => !isUntried(outcome))),
      unrefused: grantsOf(unrefused),
      untried: grantsOf(untried),
      covers: COVERED.map(({ system }) => system),
      does_not_cover: [...this.settings.otherSystems],
    };
    const probes = await this.retired.recorded(tx, tried);
    const subject = { personId: by?.personId, organizationId: by?.organizationId };
    const [record] = await this.ledger.append(tx, { type: ATTESTED, subject, details });
    invariant(record, 'one record was written');
    const row = {
      ...details,
      ordinal,
      requested_by: by?.personId ?? null,
      covers: JSON.stringify(COVERED),
      record_id: record.id,
    };
    await this.attestations.insert(tx, row, organizations, probes);
    this.alarm(details);
    const listed = await this.attestations.get(tx, record.id);
    invariant(listed, 'it was just written');
    return viewOf(listed);
  }

  private alarm(found: {
    live_grants: number;
    outside: number;
    counted_apart: number;
    unrefused: string[];
    untried: string[];
  }): void {
    const { live_grants: live, outside, counted_apart: apart, unrefused, untried } = found;
    if (outside > 0) this.log.error(`ALARM: ${outside} live grants outside a declaration in force`);
    if (apart !== live)
      this.log.error(`ALARM: ${live} grants are live by the predicate, ${apart} by the count apart from it`);
    if (unrefused.length > 0)
      this.log.error(`ALARM: retired credentials not refused: ${unrefused.join(' ')}`);
    if (untried.length > 0)
      this.log.warn(`retired credentials that could not be tried: ${untried.join(' ')}`);
  }
}

function grantsOf(tried: readonly Tried[]): string[] {
  return [...new Set(tried.map(({ row }) => row.grant_id))];
}

function viewOf(row: ListedRow): AttestationView {
  return {
    day: row.day,
    kind: row.kind,
    ordinal: row.ordinal,
    requested_by: row.requested_by,
    at: row.at.toISOString(),
    live_grants: row.live_grants,
    outside: row.outside,
    counted_apart: row.counted_apart,
    organizations: row.organizations,
    probes: { tried: row.tried, refused: row.refused, untried: row.untried },
    covers: JSON.parse(row.covers) as CoveredSystemView[],
    does_not_cover: [...row.does_not_cover],
    record_id: row.record_id,
  };
}
