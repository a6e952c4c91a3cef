import { ApiProperty } from '@nestjs/swagger';
import { ActionReasonView, Actions, ActionView } from '../contract/actions.js';
import { Hours, NestedList, Pattern, Reason, Text, TextList, Whole } from '../contract/fields.js';

export class CalledOrganizationDto {
  @Pattern({ about: '小売電気事業者', example: 'retailer-a', pattern: /^[a-z][a-z0-9-]{1,39}$/ })
  organization_id!: string;

  @Whole({ about: '席数', example: 40, min: 1, max: 10_000 })
  seats!: number;
}

export class CallForSupportDto {
  @NestedList(
    {
      about: '応援を求める会社と席数',
      example: [{ organization_id: 'retailer-a', seats: 40 }],
      atLeast: 1,
      atMost: 200,
    },
    () => CalledOrganizationDto,
  )
  organizations!: CalledOrganizationDto[];

  @Pattern({ about: '項目プロファイル', example: 'outage-call', pattern: /^[a-z][a-z0-9-]{1,39}$/ })
  field_profile!: string;

  @Whole({ about: '対応パターン: 0 権限なし、1 超過後、2 発災当初から', example: 1, min: 0, max: 2 })
  response_pattern!: 0 | 1 | 2;

  @Text({
    about: '必要性',
    example: '受電が自社の応答能力を超えており、近隣の事業者へ応援を求めるほかにない。',
    min: 20,
    max: 2000,
  })
  necessity!: string;

  @Text({ about: '応答能力の根拠', example: '03:00 時点 呼量 4,200件/時、応答率 38%', min: 2, max: 2000 })
  capacity_evidence!: string;

  @TextList({
    about: '先に試した代替手段',
    example: ['自社の増席', '他の一般送配電事業者の応援'],
    atLeast: 0,
    atMost: 20,
    max: 200,
  })
  alternatives_tried!: string[];

  @Hours({ about: '1シフトの上限（時間）', example: 8, min: 0.25, max: 12 })
  shift_hours_max!: number;

  @Text({
    about: 'これらの会社を選んだ理由',
    example: '協定が有効な2社すべてに求めた',
    min: 2,
    max: 500,
    optional: true,
  })
  selection_reason?: string;
}

export class DeclineDto {
  @Reason()
  reason!: string;
}

export class OfferView {
  @ApiProperty({ example: 'retailer-b' }) organization_id!: string;
  @ApiProperty({ example: true }) called!: boolean;
  @ApiProperty({ example: true }) agreement_valid!: boolean;
}

export class CallableView {
  @ApiProperty({ example: 'retailer-b' }) organization_id!: string;
  @ApiProperty({ example: '見本小売B' }) name!: string;
  @ApiProperty({ example: false }) is_affiliated!: boolean;
  @ApiProperty({ description: '有効な業務委託契約・協定がある', example: true }) has_agreement!: boolean;
  @ApiProperty({
    type: ActionReasonView,
    nullable: true,
    description: 'いま求めても付与できない理由。要請そのもの（申出の記録）は協定がなくてもできる',
    example: null,
  })
  why_not!: ActionReasonView | null;
}

export class CalledOrganizationView {
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: '見本小売電気' }) name!: string;
  @ApiProperty({ example: 40 }) seats!: number;
  @ApiProperty({ example: false }) declined!: boolean;
}

export class SupportCallView {
  @ApiProperty({ example: 'sc_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: '99-20261123-1-1' }) number!: string;
  @ApiProperty({ example: 'dc_Qy3f8sJm2aWb0T1x' }) declaration_id!: string;
  @ApiProperty({ example: '台風24号' }) declaration_name!: string;
  @ApiProperty({ example: true }) live!: boolean;
  @ApiProperty({ type: CalledOrganizationView, isArray: true }) organizations!: CalledOrganizationView[];
  @ApiProperty({ type: OfferView, isArray: true }) offers!: OfferView[];
  @ApiProperty({ example: '協定が有効な2社すべてに求めた', nullable: true, type: String })
  selection_reason!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) guidance!: string | null;
  @ApiProperty({ example: 'outage-call' }) field_profile!: string;
  @ApiProperty({ example: '停電の電話対応' }) field_profile_label!: string;
  @ApiProperty({ example: 1 }) response_pattern!: number;
  @ApiProperty({ example: '受電が自社の応答能力を超えているため。' }) necessity!: string;
  @ApiProperty({ example: '呼量 4,200件/時、応答率 38%' }) capacity_evidence!: string;
  @ApiProperty({ type: String, isArray: true, example: ['自社の増席'] }) alternatives_tried!: string[];
  @ApiProperty({ example: 8 }) shift_hours_max!: number;
  @ApiProperty({ example: 'hq-1' }) called_by!: string;
  @ApiProperty({ example: '2026-11-23T03:10:00.000Z', format: 'date-time' }) called_at!: string;
  @Actions() actions!: ActionView[];
}
