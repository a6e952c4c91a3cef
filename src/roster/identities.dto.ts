import { ApiProperty } from '@nestjs/swagger';
import { Pattern, Text } from '../contract/fields.js';

export class AddIdentityDto {
  @Pattern({ about: '認証基盤（設定の id）', example: 'utility', pattern: /^[a-z][a-z0-9-]{0,39}$/ })
  provider!: string;

  @Text({
    about: '認証基盤での識別子（sub など。メールアドレスや名前ではなく、変わらず、使い回されないもの）',
    example: '248289761001',
    min: 1,
    max: 255,
  })
  subject!: string;
}

export class IdentityView {
  @ApiProperty({ example: 'pi_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'hq-1' }) person_id!: string;
  @ApiProperty({ example: 'utility' }) provider!: string;
  @ApiProperty({ example: '248289761001' }) subject!: string;
  @ApiProperty({ example: '2026-11-23T03:00:00.000Z', format: 'date-time' }) registered_at!: string;
  @ApiProperty({ example: null, nullable: true, type: String, format: 'date-time' })
  retired_at!: string | null;
}
