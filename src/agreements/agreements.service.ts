import { Injectable, type OnModuleInit } from '@nestjs/common';
import { differenceOf, type DifferenceLine } from '../changes/change.js';
import type { ProposedView } from '../changes/changes.dto.js';
import { ChangesService } from '../changes/changes.service.js';
import { actsOn } from './master-data.acts.js';
import { kindsOf, type MasterData } from './master-data.js';
import {
  actionsNow,
  VersionsRepository,
  type AsOfQuery,
  type Version,
} from '../changes/versions.repository.js';
import type { Caller } from '../contract/caller.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import type { Page } from '../contract/page.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { agreementFacts, agreementFaults, type Agreement } from './agreement.js';
import type { AddAgreementDto, AgreementView, ChangeAgreementDto } from './agreements.dto.js';
import { AGREEMENT_ADDED, AGREEMENT_CHANGED, AGREEMENT_RETIRED } from './agreements.records.js';
import { AgreementsRepository } from './agreements.repository.js';

/** A proposal as it is kept: JSON, times as text. None of `id`: a new agreement. */
type Body = { id?: string } & Partial<
  Omit<Agreement, 'id' | 'ended_at' | 'valid_from' | 'valid_until'> &
    Record<'valid_from' | 'valid_until', string>
>;

/** 業務委託契約・協定: added, changed and ended by two persons. */
@Injectable()
export class AgreementsService implements OnModuleInit, MasterData<Agreement, Body> {
  readonly type = 'agreement';
  readonly records = { add: AGREEMENT_ADDED, change: AGREEMENT_CHANGED, retire: AGREEMENT_RETIRED };

  constructor(
    private readonly changes: ChangesService,
    private readonly versions: VersionsRepository,
    readonly rows: AgreementsRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    for (const kind of kindsOf<Agreement, Body>(this, this.ledger)) this.changes.register(kind);
  }

  list(caller: Caller, query: AsOfQuery): Promise<Page<AgreementView>> {
    return this.versions.page('agreement', query, null, (version: Version<KeptFacts>) => ({
      ...viewOf(version),
      actions: actionsNow(caller, query, () => actsOn('agreements', version.facts.ended_at !== null)),
    }));
  }

  propose(caller: Caller, dto: AddAgreementDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'agreement.add', inJson(dto));
  }

  proposeChange(caller: Caller, id: string, dto: ChangeAgreementDto): Promise<ProposedView> {
    return this.changes.propose(caller, 'agreement.change', { ...inJson(dto), id });
  }

  proposeRetirement(caller: Caller, id: string): Promise<ProposedView> {
    return this.changes.propose(caller, 'agreement.retire', { id });
  }

  isEnded(row: Agreement): boolean {
    return row.ended_at !== null;
  }

  after(before: Agreement | undefined, body: Body): Agreement {
    const after = {
      id: before?.id ?? newId('agreement'),
      organization_id: before?.organization_id ?? body.organization_id,
      number: before?.number ?? body.number,
      valid_from: before?.valid_from ?? dateOf(body.valid_from),
      valid_until: dateOf(body.valid_until) ?? before?.valid_until,
      ended_at: null,
      clauses: body.clauses ?? before?.clauses,
      legal_ground: body.legal_ground ?? before?.legal_ground,
      chosen_by: body.chosen_by ?? before?.chosen_by,
      chosen_reason: body.chosen_reason ?? before?.chosen_reason,
      sub_contracting_permitted: body.sub_contracting_permitted ?? before?.sub_contracting_permitted,
      sub_contractors: body.sub_contractors ?? before?.sub_contractors ?? [],
    };
    invariant(isWhole(after), 'a new agreement says everything');
    return after;
  }

  async refuse(tx: Tx, before: Agreement | undefined, after: Agreement): Promise<void> {
    const ground = await this.rows.ground(tx, after);
    invariant(ground, 'one row');
    if (!ground.is_retailer) throw new DomainError('unknown_organization');
    const faults = agreementFaults(before, after, ground, tx.now);
    if (faults.length > 0) throw new DomainError('invalid_input', { faults });
    if (ground.is_number_taken)
      throw new DomainError('id_taken', {
        faults: [{ pointer: '/number', detail: '別の契約・協定の番号です' }],
      });
  }

  difference(before: Agreement | undefined, after: Agreement): DifferenceLine[] {
    return differenceOf(before ? agreementFacts(before) : null, agreementFacts(after));
  }

  organizationOf(row: Agreement): string {
    return row.organization_id;
  }
}

type Unsure = { [K in keyof Agreement]: Agreement[K] | undefined };
const isWhole = (agreement: Unsure): agreement is Agreement => !Object.values(agreement).includes(undefined);

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

function inJson(dto: AddAgreementDto | ChangeAgreementDto): Body {
  return JSON.parse(JSON.stringify(dto)) as Body;
}

type Times = 'valid_from' | 'valid_until' | 'ended_at';
/** A row of `entrustment_agreement` as a version keeps it: times as PostgreSQL writes them in JSON. */
type KeptFacts = Omit<Agreement, Times> & {
  valid_from: string;
  valid_until: string;
  ended_at: string | null;
  is_complete: boolean;
};

function viewOf({ facts, version, at, change_id }: Version<KeptFacts>): Omit<AgreementView, 'actions'> {
  const iso = (text: string): string => new Date(text).toISOString();
  return {
    id: facts.id,
    organization_id: facts.organization_id,
    number: facts.number,
    valid_from: iso(facts.valid_from),
    valid_until: iso(facts.valid_until),
    ended_at: facts.ended_at === null ? null : iso(facts.ended_at),
    clauses: facts.clauses,
    is_complete: facts.is_complete,
    legal_ground: facts.legal_ground,
    chosen_by: facts.chosen_by,
    chosen_reason: facts.chosen_reason,
    sub_contracting_permitted: facts.sub_contracting_permitted,
    sub_contractors: facts.sub_contractors,
    change_id,
    version,
    changed_at: at.toISOString(),
  };
}
