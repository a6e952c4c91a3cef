import { ApiProperty } from '@nestjs/swagger';
import { Pattern, Reason } from '../../contract/fields.js';
import { MONTH } from './month.js';

export class ProposePurgeDto {
  @Pattern({ about: '消去する月（日本時間）', example: '2021-10', pattern: MONTH })
  month!: string;

  @Reason() reason!: string;
}

export const PURGE_STATES = ['confirmed', 'done', 'lapsed'] as const;

export class PurgeView {
  @ApiProperty({ example: 'pu_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: '2021-10', description: '月（日本時間）' }) month!: string;
  @ApiProperty({ example: 'done', enum: PURGE_STATES }) state!: (typeof PURGE_STATES)[number];
  @ApiProperty({ example: 5, description: '保存期間（年）' }) retention_years!: number;
  @ApiProperty({ example: 'ch_Qy3f8sJm2aWb0T1x' }) change_id!: string;
  @ApiProperty({ example: 'officer-1' }) proposed_by!: string;
  @ApiProperty({ example: 'officer-2' }) confirmed_by!: string;
  @ApiProperty({ example: '2026-11-23T03:00:00.000Z', format: 'date-time' }) confirmed_at!: string;
  @ApiProperty({
    example: '2026-11-23T03:01:00.000Z',
    format: 'date-time',
    nullable: true,
    type: String,
    description: '消去した日時（確認から24時間以内に行われなければ、行われない）',
  })
  done_at!: string | null;
  @ApiProperty({ example: 41_230, nullable: true, type: Number, description: '消去した記録の数' })
  dropped!: number | null;
  @ApiProperty({ example: 0, nullable: true, type: Number, description: '台帳での最初の位置' })
  first_position!: number | null;
  @ApiProperty({ example: 41_229, nullable: true, type: Number, description: '台帳での最後の位置' })
  last_position!: number | null;
  @ApiProperty({ type: [String], example: ['rc_Qy3f8sJm2aWb0T1x'], description: '消去の記録' })
  record_ids!: string[];
}
