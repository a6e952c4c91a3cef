import { Injectable } from '@nestjs/common';
import { Reference } from '../../config/secret-keys.js';
import type { Caller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';
import { supplyPointId } from '../../contract/normalise.js';
import { PageQuery, pageOf, type Page } from '../../contract/page.js';
import { Database } from '../../database/database.js';
import { Readings } from './readings.js';
import { dayOf, isReference, japaneseDay, lineOf } from './trails.js';
import type { DayQuery, PointSearchDto, TrailLine } from './trails.dto.js';
import { TrailsRepository } from './trails.repository.js';

const fault = (pointer: string, detail: string): DomainError =>
  new DomainError('invalid_input', { faults: [{ pointer, detail }] });
const BEFORE_ALL = { at: new Date(0), id: '' };

/** 一日の再現: what a person did on one day, in order; and who ever asked after a supply point, newest first. */
@Injectable()
export class TrailsService {
  constructor(
    private readonly database: Database,
    private readonly trails: TrailsRepository,
    private readonly readings: Readings,
    private readonly reference: Reference,
  ) {}

  async day(caller: Caller, personId: string, query: DayQuery): Promise<Page<TrailLine>> {
    const date = query.date ?? japaneseDay(await this.database.now());
    const span = dayOf(date);
    if (!span) throw fault('/date', 'この日はありません');
    if (!(await this.trails.isKnown(personId))) throw new DomainError('not_found');
    const after = query.cursor === undefined ? BEFORE_ALL : query.after;
    const rows = await this.trails.ofPerson(personId, span, after, query.take);
    const page = pageOf(rows, query, (row) => ({ at: row.at, id: row.record_id }));
    const found = { ...page, items: page.items.map(lineOf) };
    const about = { person: personId, date };
    return this.readings.of(caller, 'person_day', about, found, found.items.length);
  }

  async point(caller: Caller, ref: string, query: PageQuery): Promise<Page<TrailLine>> {
    if (!isReference(ref)) throw new DomainError('not_found');
    const rows = await this.trails.ofPoint(ref, query);
    const page = pageOf(rows, query, (row) => ({ at: row.at, id: row.record_id }));
    const found = { ...page, items: page.items.map(lineOf) };
    return this.readings.of(caller, 'supply_point', { ref }, found, found.items.length);
  }

  /** The number ends here: asked, recorded and answered by its reference. */
  async pointByNumber(caller: Caller, dto: PointSearchDto): Promise<Page<TrailLine>> {
    const number = supplyPointId(dto.supply_point_id);
    if (number === null) throw fault('/supply_point_id', '22桁の数字ではありません');
    const query = new PageQuery();
    if (dto.limit !== undefined) query.limit = dto.limit;
    if (dto.cursor !== undefined) query.cursor = dto.cursor;
    return this.point(caller, this.reference.of('supply_point', number), query);
  }
}
