import { ApiProperty } from '@nestjs/swagger';

export class AttestationView {
  @ApiProperty({ example: '2026-11-23', description: '日（日本時間）' }) day!: string;
  @ApiProperty({ example: '2026-11-22T15:00:31.000Z', format: 'date-time' }) at!: string;
  @ApiProperty({ example: 412, description: '有効な付与' }) live_grants!: number;
  @ApiProperty({ example: 0, description: 'うち、有効な発令の外にあるもの（0 のはず）' }) outside!: number;
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x' }) record_id!: string;
}
