import { ApiProperty } from '@nestjs/swagger';

export class ReplayView {
  @ApiProperty({ example: 'rp_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: '2026-11-22T15:00:31.000Z', format: 'date-time' }) at!: string;
  @ApiProperty({
    example: 'daily',
    enum: ['daily', 'asked'],
    description: '毎日のもの、または監視部門が求めたもの',
  })
  occasion!: string;
  @ApiProperty({ example: null, nullable: true, type: String }) asked_by!: string | null;
  @ApiProperty({ example: 70_412, description: '読んだ記録' }) records!: number;
  @ApiProperty({ example: 2_931, description: '記録と比べた行' }) rows!: number;
  @ApiProperty({ example: 0, description: '新たに見つかった不一致（0 のはず）' }) found!: number;
  @ApiProperty({ example: 0, description: '一致に戻った不一致' }) cleared!: number;
  @ApiProperty({ example: 0, description: '残っている不一致' }) open!: number;
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x' }) record_id!: string;
}
