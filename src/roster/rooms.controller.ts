import { Controller, Get, Query } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { AnswersPage } from '../contract/answers.js';
import type { Caller } from '../contract/caller.js';
import { PageQuery, pageOf, type Page } from '../contract/page.js';
import { CallerOf } from '../identity/caller.decorator.js';
import { TerminalsRepository } from './terminals.repository.js';

export class RoomView {
  @ApiProperty({ example: 'osaka-support-1' }) id!: string;
  @ApiProperty({ example: '大阪 応援室 1' }) name!: string;
  @ApiProperty({
    description: 'この部屋を使える会社。複数の会社が交替で使う部屋は null',
    example: null,
    nullable: true,
    type: String,
  })
  organization_id!: string | null;
}

/** 登録された部屋 (ART-1): where a terminal may stand; a supervisor sees those that the own organization may use. */
@Controller('api/v1/rooms')
export class RoomsController {
  constructor(private readonly terminals: TerminalsRepository) {}

  @Get()
  @AnswersPage(RoomView)
  async list(@CallerOf() caller: Caller, @Query() query: PageQuery): Promise<Page<RoomView>> {
    const own = caller.role === 'supervisor' ? caller.organizationId : null;
    // Rooms have no time: they are listed by their ids, from the last.
    return pageOf(await this.terminals.rooms(query, own), query, ({ id }) => ({ at: new Date(0), id }));
  }
}
