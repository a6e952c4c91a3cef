import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { refuseIf } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { newId } from '../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { Database, type Tx } from '../database/database.js';
import { changeOnce } from '../database/once.js';
import { Ledger } from '../ledger/ledger.js';
import { Outside } from '../ledger/outside/configured.js';
import { whyNotConfirmedBy, whyNotLifted } from './declaration.acts.js';
import { ANTICIPATORY, hardEndConfirmed, unconfirmedOpening } from './declaration.js';
import { areaOf, declaredDetails, fault, subjectOf, viewOf } from './declaration.view.js';
import type { DeclarationView, DeclareDto } from './declarations.dto.js';
import { CONFIRMED, DECLARED, LIFTED } from './declarations.records.js';
import { DeclarationsRepository, type DeclarationRow } from './declarations.repository.js';

const JST_DATE = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' });

@Injectable()
export class DeclarationsService {
  private readonly log = new Logger('declarations');

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly declarations: DeclarationsRepository,
    private readonly ledger: Ledger,
    private readonly outside: Outside,
  ) {}

  async show(caller: Caller, id: string): Promise<DeclarationView> {
    const row = await this.declarations.find(id, caller);
    if (!row) throw new DomainError('not_found');
    return viewOf(caller, row, await this.database.now());
  }

  async list(caller: Caller, query: PageQuery): Promise<Page<DeclarationView>> {
    const [rows, now] = await Promise.all([this.declarations.page(query, caller), this.database.now()]);
    const page = pageOf(rows, query, (row) => ({ at: row.declared_at, id: row.id }));
    return { ...page, items: page.items.map((row) => viewOf(caller, row, now)) };
  }

  /** 発令: in force at once, for 30 minutes until a second person confirms. There is no back-dating. */
  async declare(caller: Caller, dto: DeclareDto): Promise<DeclarationView> {
    const area = areaOf(dto.target_area);
    this.warnOfUnwitnessed();
    return changeOnce(this.database, caller, 'none', async (tx) => {
      if (dto.expected_end_at <= tx.now) {
        throw fault('/expected_end_at', '終了見込日時は、いまより後にしてください');
      }
      const day = JST_DATE.format(tx.now).replaceAll('-', '');
      const series = `${this.settings.operatorCode}-${day}`;
      // Before the time used is read: two who declare on one day wait for one another here.
      const number = `${series}-${await this.declarations.nextNumber(tx, series)}`;
      const opening = await this.opening(tx, dto, area);
      const row: DeclarationRow = {
        ...dto,
        id: newId('declaration'),
        number,
        target_area: area,
        rule_version: this.settings.ruleVersion,
        declared_by: caller.personId,
        declared_at: tx.now,
        hard_end_at: opening.hardEndAt,
        confirmed_by: null,
        confirmed_at: null,
        lifted_by: null,
        lifted_at: null,
        lift_reason: null,
        waits_for_confirmation: opening.waits,
        told: await this.declarations.told(tx),
        amendments: [],
        people_names: {},
      };
      await this.declarations.insert(tx, row);
      await this.ledger.append(tx, {
        type: DECLARED,
        subject: subjectOf(caller, row),
        details: declaredDetails(row, this.outside.isWitnessed),
      });
      return viewOf(caller, (await this.declarations.get(tx, row.id)) ?? row, tx.now);
    });
  }

  /** It stops nothing: an outage does not wait for a witness. */
  private warnOfUnwitnessed(): void {
    if (!this.settings.isProduction || this.outside.isWitnessed) return;
    this.log.warn(
      'A DECLARATION WITHOUT A WITNESS: neither "witnesses" nor "timeStamping" is configured, ' +
        'so nobody but this operator could show that the ledger was not rewritten',
    );
  }

  /** What is left of the area's 30 minutes; two who declare it at the same moment share the same minutes. */
  private async opening(
    tx: Tx,
    dto: DeclareDto,
    area: string[],
  ): Promise<ReturnType<typeof unconfirmedOpening>> {
    const opened = await this.declarations.openedUnconfirmed(tx, area, dto.is_drill);
    // An anticipatory posture opens nothing: it uses none of the minutes, and waits for nothing.
    const used = dto.posture_level === ANTICIPATORY ? 0 : opened;
    return unconfirmedOpening(tx.now, dto.expected_end_at, used, this.settings.policy);
  }

  /** 確認: by another HQ person, within the 30 minutes. */
  async confirm(caller: Caller, id: string): Promise<DeclarationView> {
    return changeOnce(this.database, caller, 'shared', async (tx) => {
      const row = await this.declarations.lock(tx, id);
      if (!row) throw new DomainError('not_found');
      refuseIf(whyNotConfirmedBy(row, caller.personId, tx.now));
      const hardEndAt = hardEndConfirmed(row.declared_at, row.expected_end_at, this.settings.policy);
      const isConfirmed = await this.declarations.confirm(tx, id, caller.personId, hardEndAt);
      if (!isConfirmed) throw new DomainError('already_confirmed');
      const details = { hard_end_at: hardEndAt.toISOString() };
      await this.ledger.append(tx, { type: CONFIRMED, subject: subjectOf(caller, row), details });
      const confirmed = { confirmed_by: caller.personId, confirmed_at: tx.now, hard_end_at: hardEndAt };
      return viewOf(caller, { ...row, ...confirmed, ...withName(row, caller) }, tx.now);
    });
  }

  /** 解除: one person, at once. It waits for the decisions under way, and no use follows it. */
  async lift(caller: Caller, id: string, reason: string): Promise<DeclarationView> {
    return changeOnce(this.database, caller, 'ahead', async (tx) => {
      const row = await this.declarations.get(tx, id);
      if (!row) throw new DomainError('not_found');
      refuseIf(whyNotLifted(row));
      if (!(await this.declarations.lift(tx, id, caller.personId, reason)))
        throw new DomainError('already_lifted');
      const details = { reason, told: await this.declarations.told(tx) };
      await this.ledger.appendToBeStamped(tx, { type: LIFTED, subject: subjectOf(caller, row), details });
      const lifted = { lifted_by: caller.personId, lifted_at: tx.now, lift_reason: reason };
      return viewOf(caller, { ...row, ...lifted, ...withName(row, caller) }, tx.now);
    });
  }
}

/** The names with that of who has just acted. */
const withName = (row: DeclarationRow, { personId, name }: Caller): Pick<DeclarationRow, 'people_names'> => ({
  people_names: { ...row.people_names, [personId]: name },
});
