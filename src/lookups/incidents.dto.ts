import { ApiProperty } from '@nestjs/swagger';
import { Pattern, Text } from '../contract/fields.js';

export class IncidentDto {
  @Pattern({
    about: '利用の記録（自分のもの）',
    example: 'rc_Qy3f8sJm2aWb0T1x',
    pattern: /^rc_[A-Za-z0-9_-]{16}$/,
  })
  record_id!: string;

  @Pattern({ about: '見えてはいけない項目', example: 'contact_phone', pattern: /^[a-z0-9_]{1,64}$/ })
  field!: string;

  @Text({ about: '何が見えたか', example: '連絡先電話番号が都度開示の前に見えていた', min: 2, max: 1000 })
  description!: string;
}

export class IncidentView {
  @ApiProperty({ example: 'in_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'contact_phone' }) field!: string;
  @ApiProperty({ example: true }) frozen!: boolean;
}
