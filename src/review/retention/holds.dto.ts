import { ApiProperty } from '@nestjs/swagger';
import { Pattern, Reason } from '../../contract/fields.js';

export class PlaceHoldDto {
  @Pattern({ about: '保全する発令', example: 'dc_Qy3f8sJm2aWb0T1x', pattern: /^dc_[A-Za-z0-9_-]{1,61}$/ })
  declaration_id!: string;

  @Reason() reason!: string;
}

export class ReleaseHoldDto {
  @Reason() reason!: string;
}

export class HoldView {
  @ApiProperty({ example: 'lh_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'dc_Qy3f8sJm2aWb0T1x' }) declaration_id!: string;
  @ApiProperty({ example: '訴訟が続いているため' }) reason!: string;
  @ApiProperty({ example: 'compliance-1' }) placed_by!: string;
  @ApiProperty({ example: '2026-11-23T03:00:00.000Z', format: 'date-time' }) placed_at!: string;
  @ApiProperty({ example: null, nullable: true, type: String, format: 'date-time' }) released_at!:
    string | null;
  @ApiProperty({ example: null, nullable: true, type: String, description: '解除した変更案' })
  released_by_change!: string | null;
}
