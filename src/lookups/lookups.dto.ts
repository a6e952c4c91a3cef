import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Instant, Nested, OneOf, Pattern, Reason, Text } from '../contract/fields.js';
import { PURPOSES, type Purpose } from './use.js';

export class CallDto {
  @Pattern({
    about: '通話の識別子（交換機のもの）',
    example: 'call-20261123-0001',
    pattern: /^[A-Za-z0-9._:-]{1,64}$/,
  })
  id!: string;

  @OneOf({ about: '方向', example: 'inbound', values: ['inbound', 'outbound'] })
  direction!: 'inbound' | 'outbound';

  @Instant({ about: '通話の開始日時', example: '2026-11-23T12:31:00+09:00' })
  started_at!: Date;

  @Pattern({ about: '受付番号', example: 'T-1024', pattern: /^[A-Za-z0-9._:-]{1,64}$/, optional: true })
  ticket_id?: string;
}

export class SecondFactorDto {
  @Text({ about: '連絡先電話番号の下4桁', example: '1234', min: 4, max: 8, optional: true })
  contact_phone_last4?: string;

  @Text({ about: '計器番号の下4桁', example: '5678', min: 4, max: 8, optional: true })
  meter_number_last4?: string;

  @Text({ about: '町名と番地', example: '本町1丁目2番', min: 2, max: 100, optional: true })
  town_block?: string;
}

export class SearchDto {
  @Text({
    about: '供給地点特定番号（22桁、全角・ハイフン可）',
    example: '9900000000000000000001',
    min: 22,
    max: 40,
    optional: true,
  })
  supply_point_id?: string;

  @Text({ about: 'お客さまの電話番号', example: '06-0000-0000', min: 10, max: 20, optional: true })
  phone?: string;

  @Text({ about: '全国地方公共団体コード', example: '272035', min: 5, max: 12, optional: true })
  municipality_code?: string;

  @Text({ about: '住所', example: '本町1丁目2番3号', min: 2, max: 200, optional: true })
  address?: string;

  @Nested(
    { about: '第二の確認（検索の鍵とは別のもの）', example: { contact_phone_last4: '1234' } },
    () => SecondFactorDto,
  )
  second_factor!: SecondFactorDto;
}

export class LookupDto {
  @Nested(
    {
      about: '通話',
      example: { id: 'call-20261123-0001', direction: 'inbound', started_at: '2026-11-23T12:31:00+09:00' },
    },
    () => CallDto,
  )
  call!: CallDto;

  @OneOf({ about: '目的', example: 'outage_enquiry', values: PURPOSES })
  purpose!: Purpose;

  @Nested(
    {
      about: '検索: 供給地点特定番号、電話番号、住所のいずれか一つと、第二の確認',
      example: { supply_point_id: '9900000000000000000001', second_factor: { contact_phone_last4: '1234' } },
    },
    () => SearchDto,
  )
  search!: SearchDto;
}

export class MatchDto {
  @Pattern({ about: '項目', example: 'contract_holder_name', pattern: /^[a-z0-9_]{1,64}$/ })
  field!: string;

  @Text({ about: 'お客さまが述べた値', example: '標本 花子', min: 1, max: 200 })
  value!: string;
}

export class RevealDto {
  @Pattern({ about: '項目', example: 'contact_phone', pattern: /^[a-z0-9_]{1,64}$/ })
  field!: string;

  @Reason()
  reason!: string;
}

export class WithheldView {
  @ApiProperty({ example: 'contract_holder_name' }) field!: string;
  @ApiProperty({ example: 'match', enum: ['match', 'reveal'] }) mode!: string;
}

export class ResultView {
  @ApiProperty({ example: 'q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6' }) ref!: string;
  @ApiProperty({
    type: Object,
    example: {
      supply_point_id: '…000001',
      supply_address: '大阪府豊中市本町1丁目2番',
      outage_state: 'outage',
    },
  })
  fields!: Record<string, string | boolean | null>;
  @ApiProperty({ type: WithheldView, isArray: true }) withheld!: WithheldView[];
}

export class LookupView {
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x' }) record_id!: string;
  @ApiProperty({ example: 'found', enum: ['found', 'no_result'] }) outcome!: 'found' | 'no_result';
  @ApiProperty({ type: ResultView, isArray: true }) results!: ResultView[];
  @ApiPropertyOptional({
    description: '受付番号に作業班向けの項目を送ったか（送る項目があり、受付番号が確認できたときだけ）',
    example: true,
  })
  dispatched?: boolean;
}

export class MatchView {
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x' }) record_id!: string;
  @ApiProperty({ example: true }) match!: boolean;
}

export class RevealView {
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x' }) record_id!: string;
  @ApiProperty({ example: 'contact_phone' }) field!: string;
  @ApiProperty({ example: '0600000000', nullable: true, type: String }) value!: string | null;
}
