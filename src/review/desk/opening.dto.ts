import { ApiProperty } from '@nestjs/swagger';
import { Reason } from '../../contract/fields.js';

export class OpenRecordDto {
  @Reason()
  reason!: string;
}

export class OpenedView {
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x' }) record_id!: string;
  @ApiProperty({ example: 'ch_Qy3f8sJm2aWb0T1x', description: '二人が合意した変更案' }) change_id!: string;
  @ApiProperty({
    example: '2026-11-24T03:31:00.000Z',
    format: 'date-time',
    description: 'この時刻まで開ける',
  })
  open_until!: string;
  @ApiProperty({ type: Object, example: { search: 'supply_point_id 9900000000000000000001' } })
  values!: Record<string, unknown>;
  @ApiProperty({
    example: 'nZ0V8bq1C9dR3yq7i8WQm2aWb0T1xPq8sJm2Xk3v9Qk=',
    description: '記録の sealed は HMAC-SHA256(この値, values の JSON)',
  })
  salt!: string;
}
