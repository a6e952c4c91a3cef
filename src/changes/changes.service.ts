import { Injectable } from '@nestjs/common';
import { actionsFor, refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { pageOf, type Page } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import type { ChangesQuery, ChangeView, ConfirmedView, ProposedView } from './changes.dto.js';
import { CONFIRMED, PROPOSED, REJECTED } from './changes.records.js';
import { actsOn, whyNotConfirmed, whyNotDecided, whyNotFor } from './change.acts.js';
import type { ChangeKind } from './change-kind.js';
import { aboutOf, type DifferenceLine } from './change.js';
import { ChangesRepository, type ChangeRow } from './changes.repository.js';
import { VersionDigests } from './version-digests.js';

const LAPSE_HOURS = 24;

/**
 * Two persons: proposed → confirmed | rejected | lapsed. The proposer and the confirmer differ by a
 * constraint of the table; a lapse is a predicate, so no job has to run for it.
 */
@Injectable()
export class ChangesService {
  private readonly kinds = new Map<string, ChangeKind>();

  constructor(
    private readonly database: Database,
    private readonly changes: ChangesRepository,
    private readonly ledger: Ledger,
    private readonly digests: VersionDigests,
  ) {}

  register<B>(kind: ChangeKind<B>): void {
    invariant(!this.kinds.has(kind.kind), `one owner for ${kind.kind}`);
    this.kinds.set(kind.kind, kind);
  }

  async propose(caller: Caller, kindName: string, body: object): Promise<ProposedView> {
    return changeOnce(this.database, caller, 'none', (tx) => this.proposeIn(tx, caller, kindName, body));
  }

  /** The same within a transaction, for a room whose own rows lead to the proposal. */
  async proposeIn(tx: Tx, caller: Caller, kindName: string, body: object): Promise<ProposedView> {
    const kind = this.kindOf(kindName);
    const difference = await kind.check(tx, body, caller);
    if (difference.length === 0) throw new DomainError('nothing_to_change');
    const id = newId('change');
    const text = JSON.stringify(body);
    const lapsesAt = new Date(tx.now.getTime() + LAPSE_HOURS * 3_600_000);
    await this.changes.insert(tx, {
      id,
      kind: kindName,
      body: text,
      proposed_by: caller.personId,
      lapses_at: lapsesAt,
      difference: JSON.stringify(difference),
    });
    const { resources, members } = aboutOf(JSON.parse(text) as object);
    const details = { change: id, kind: kindName, resources, members, body: text };
    await this.ledger.append(tx, { type: PROPOSED, subject: subjectOf(caller), details });
    return { change_id: id };
  }

  /** Takes the gate alone: a confirmed change may narrow what decisions under way were about to permit. */
  async confirm(caller: Caller, id: string): Promise<ConfirmedView> {
    return changeOnce(this.database, caller, 'alone', async (tx) => {
      const row = await this.open(tx, caller, id, whyNotConfirmed);
      const kind = this.kindOf(row.kind);
      const body = JSON.parse(row.body) as unknown;
      const difference = JSON.stringify(await kind.check(tx, body, caller));
      if (difference !== row.difference) throw new DomainError('change_outdated');
      const resourceId = await kind.apply(tx, body, id, caller);
      const outcome = { type: kind.resourceType, resourceId };
      const isDecided = await this.changes.decide(tx, id, 'confirmed', caller.personId, outcome);
      invariant(isDecided, 'the locked change was open');
      const details = {
        change: id,
        kind: row.kind,
        resource_type: kind.resourceType,
        resource_id: resourceId,
        versions: await this.digests.ofChange(tx, id),
      };
      await this.ledger.append(tx, { type: CONFIRMED, subject: subjectOf(caller), details });
      return { resource: { type: kind.resourceType, id: resourceId } };
    });
  }

  async reject(caller: Caller, id: string, reason: string | undefined): Promise<ChangeView> {
    return changeOnce(this.database, caller, 'none', async (tx) => {
      const row = await this.open(tx, caller, id, whyNotDecided);
      const isDecided = await this.changes.decide(tx, id, 'rejected', caller.personId, { reason });
      invariant(isDecided, 'the locked change was open');
      const details = { change: id, kind: row.kind, reason: reason ?? null };
      await this.ledger.append(tx, { type: REJECTED, subject: subjectOf(caller), details });
      const after = await this.changes.lock(tx, id);
      invariant(after, 'a change is never deleted');
      return this.viewOf(after, tx.now, caller);
    });
  }

  /** The compliance officer sees what waits for the compliance officer, and is refused where nothing does. */
  async list(caller: Caller, query: ChangesQuery): Promise<Page<ChangeView>> {
    const now = await this.database.now();
    const rows = await this.listed(caller, query, now);
    if (caller.role === 'compliance_officer' && rows.length === 0) throw new DomainError('role_not_allowed');
    const page = pageOf(rows, query, positionOf);
    return { ...page, items: page.items.map((row) => this.viewOf(row, now, caller)) };
  }

  private async listed(caller: Caller, query: ChangesQuery, now: Date): Promise<ChangeRow[]> {
    // What the auditors want to see is no business of those whom they watch.
    if (caller.role === 'headquarters') return this.changes.page(query, now, 'record.%');
    if (caller.role !== 'compliance_officer') return this.changes.page(query, now, null);
    const seen: ChangeRow[] = [];
    const asked = { after: query.after, take: MANY, state: 'proposed' as const };
    for (;;) {
      const rows = await this.changes.page(asked, now, null);
      seen.push(...rows.filter((row) => whyNotFor(this.kindOf(row.kind), row, caller) === undefined));
      const last = rows.at(-1);
      if (!last || rows.length < MANY || seen.length >= query.take) return seen.slice(0, query.take);
      asked.after = positionOf(last);
    }
  }

  private async open(tx: Tx, caller: Caller, id: string, whyNot: typeof whyNotDecided): Promise<ChangeRow> {
    const row = await this.changes.lock(tx, id);
    // To whom nothing is shown, nothing is said of what there is.
    if (!row) throw new DomainError(caller.role === 'compliance_officer' ? 'role_not_allowed' : 'not_found');
    refuseIf(whyNot(this.kindOf(row.kind), row, caller, tx.now));
    return row;
  }

  private viewOf(row: ChangeRow, now: Date, caller: Caller): ChangeView {
    const actions = actionsFor(caller, actsOn(this.kindOf(row.kind), row, caller, now));
    return { ...viewOf(row, now, caller), actions };
  }

  private kindOf(name: string): ChangeKind {
    const kind = this.kinds.get(name);
    invariant(kind, `a kind of change for ${name}`);
    return kind;
  }
}

/** How many proposals are looked through at a time for those that concern somebody. */
const MANY = 500;
const positionOf = (row: ChangeRow): { at: Date; id: string } => ({ at: row.proposed_at, id: row.id });

const subjectOf = (caller: Caller): { personId: string; organizationId: string } => ({
  personId: caller.personId,
  organizationId: caller.organizationId,
});

/**
 * The second person sees what they decide about. Once it is decided or has lapsed, headquarters and the compliance officer
 * see of it only what is theirs: the roster's facts are for officers (`GET /people`).
 */
function isShown(row: ChangeRow, now: Date, { role }: Caller): boolean {
  const isOpen = row.decision === null && row.lapses_at > now;
  return role === 'officer' || isOpen || row.kind.startsWith('declaration.');
}

function viewOf(row: ChangeRow, now: Date, caller: Caller): Omit<ChangeView, 'actions'> {
  const shown = isShown(row, now, caller);
  const { resource_type: type, resource_id: id } = row;
  return {
    id: row.id,
    kind: row.kind,
    body: shown ? (JSON.parse(row.body) as unknown) : null,
    difference: shown ? (JSON.parse(row.difference) as DifferenceLine[]) : [],
    state: row.decision ?? (row.lapses_at <= now ? 'lapsed' : 'proposed'),
    proposed_by: row.proposed_by,
    proposed_by_name: row.proposed_by_name,
    proposed_at: row.proposed_at.toISOString(),
    lapses_at: row.lapses_at.toISOString(),
    decided_by: row.decided_by,
    decided_by_name: row.decided_by_name,
    decided_at: row.decided_at?.toISOString() ?? null,
    reason: row.reason,
    resource: type !== null && id !== null ? { type, id } : null,
  };
}
