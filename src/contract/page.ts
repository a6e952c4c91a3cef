import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { DomainError } from './domain-error.js';
import { between, longest, TEXT, told, WHOLE } from './fields.js';

/** Where a list goes on: newest first, after the row with this time and id. */
export interface Position {
  at: Date;
  id: string;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export class PageQuery {
  @ApiPropertyOptional({
    description: '1ページの件数',
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 50,
    example: 50,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt(told(...WHOLE))
  @Min(1, between({ min: 1, max: 100 }))
  @Max(100, between({ min: 1, max: 100 }))
  limit: number = 50;

  @ApiPropertyOptional({ description: '前のページの next', type: String, maxLength: 200 })
  @IsOptional()
  @IsString(told(...TEXT))
  @MaxLength(200, longest(200))
  cursor?: string;

  /** One row more than the page, to know whether there is a next one. */
  get take(): number {
    return this.limit + 1;
  }

  /** Where to go on; the first page begins after the end of time. */
  get after(): Position {
    if (this.cursor === undefined) return { at: new Date(8.64e15 / 10), id: '\u{10ffff}' };
    const [time, id, ...rest] = Buffer.from(this.cursor, 'base64url').toString('utf8').split(' ');
    // Digits only: a time before 1970 may be one that the database cannot hold.
    const at = new Date(/^\d{1,16}$/.test(time ?? '') ? Number(time) : NaN);
    if (id === undefined || !/^[\w-]+$/.test(id) || rest.length > 0 || Number.isNaN(at.getTime()))
      throw new DomainError('invalid_cursor');
    return { at, id };
  }
}

/** Cuts the extra row off and says where the next page begins. */
export function pageOf<T>(rows: T[], query: PageQuery, position: (row: T) => Position): Page<T> {
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  if (rows.length <= query.limit || last === undefined) return { items, next: null };
  const { at, id } = position(last);
  return { items, next: Buffer.from(`${at.getTime()} ${id}`).toString('base64url') };
}
