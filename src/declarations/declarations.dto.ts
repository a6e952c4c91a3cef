import { ApiProperty } from '@nestjs/swagger';
import { Actions, ActionView } from '../contract/actions.js';
import { Flag, Instant, OneOf, OneOfList, Reason, Text, TextList, Whole } from '../contract/fields.js';
import { HAZARD_TYPES, POSTURE_LEVELS } from './declaration.js';

const TARGET_AREA = {
  about: '対象区域: 全国地方公共団体コード（6桁、5桁も可）または都道府県（2桁）',
  example: ['272035', '13'],
  atLeast: 1,
  atMost: 2000,
  max: 8,
};

export class DeclareDto {
  @Text({ about: '発令の名称', example: '台風24号', min: 1, max: 100 })
  name!: string;

  @OneOfList({ about: '災害種別', example: ['暴風'], values: HAZARD_TYPES, atLeast: 1, atMost: 14 })
  hazard_types!: string[];

  @TextList(TARGET_AREA)
  target_area!: string[];

  @OneOf({ about: '態勢区分', example: '非常災害対策本部', values: POSTURE_LEVELS })
  posture_level!: string;

  @Text({ about: '根拠', example: '防災業務計画 第3章', min: 2, max: 500 })
  legal_basis!: string;

  @Text({
    about: '必要性',
    example: '停電戸数が多く、自社の窓口だけでは応答できないため、応援を求める必要がある。',
    min: 20,
    max: 2000,
  })
  necessity_statement!: string;

  @Instant({ about: '終了見込日時', example: '2026-11-24T08:00:00+09:00' })
  expected_end_at!: Date;

  @Flag({ about: '訓練か', example: false })
  is_drill!: boolean;
}

export class LiftDto {
  @Reason()
  reason!: string;
}

export class ExtendDto {
  @Instant({ about: '延長後の期限', example: '2026-11-26T08:00:00+09:00' })
  hard_end_at!: Date;

  @Reason()
  reason!: string;

  @Whole({ about: 'いまの停電戸数', example: 12_000, min: 0, max: 100_000_000 })
  outage_households!: number;
}

export class ChangeAreaDto {
  @TextList(TARGET_AREA)
  target_area!: string[];

  @Reason()
  reason!: string;
}

export class AmendmentView {
  @ApiProperty({ example: 'extend', enum: ['extend', 'grow', 'shrink'] }) kind!: string;
  @ApiProperty({ example: '2026-11-23T20:00:00.000Z', format: 'date-time' }) at!: string;
  @ApiProperty({ example: 'hq-2' }) amended_by!: string;
  @ApiProperty({ example: 'ch_Qy3f8sJm2aWb0T1x', nullable: true, type: String }) change_id!: string | null;
  @ApiProperty({ example: '2026-11-25T23:00:00.000Z', nullable: true, type: String }) hard_end_at!:
    string | null;
  @ApiProperty({ example: null, nullable: true, type: String, isArray: true }) target_area!: string[] | null;
  @ApiProperty({ example: '復旧に時間を要するため' }) reason!: string;
  @ApiProperty({ example: 12_000, nullable: true, type: 'integer' }) outage_households!: number | null;
}

export class DeclarationView {
  @ApiProperty({ example: 'dc_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: '99-20261123-1' }) number!: string;
  @ApiProperty({ example: '台風24号' }) name!: string;
  @ApiProperty({ example: true }) live!: boolean;
  @ApiProperty({ example: true }) confirmed!: boolean;
  @ApiProperty({ example: false }) is_drill!: boolean;
  @ApiProperty({ type: String, isArray: true, example: ['暴風'] }) hazard_types!: string[];
  @ApiProperty({ type: String, isArray: true, example: ['272035'] }) target_area!: string[];
  @ApiProperty({ example: '非常災害対策本部' }) posture_level!: string;
  @ApiProperty({ example: '防災業務計画 第3章' }) legal_basis!: string;
  @ApiProperty({ example: '停電戸数が多く、自社の窓口だけでは応答できないため。' })
  necessity_statement!: string;
  @ApiProperty({ example: '情報管理規程 第3版' }) rule_version!: string;
  @ApiProperty({ example: 'hq-1' }) declared_by!: string;
  @ApiProperty({ example: '2026-11-23T03:05:00.000Z', format: 'date-time' }) declared_at!: string;
  @ApiProperty({ example: '2026-11-23T23:00:00.000Z', format: 'date-time' }) expected_end_at!: string;
  @ApiProperty({ example: '2026-11-23T23:00:00.000Z', format: 'date-time' }) hard_end_at!: string;
  @ApiProperty({ example: 'hq-2', nullable: true, type: String }) confirmed_by!: string | null;
  @ApiProperty({ example: '2026-11-23T03:07:00.000Z', nullable: true, type: String }) confirmed_at!:
    string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) lifted_by!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) lifted_at!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) lift_reason!: string | null;
  @ApiProperty({ example: false }) waits_for_confirmation!: boolean;
  @ApiProperty({ type: String, isArray: true, example: ['officer-1', 'compliance-1'] }) told!: string[];
  @ApiProperty({ type: AmendmentView, isArray: true }) amendments!: AmendmentView[];
  @ApiProperty({
    description: 'ここに識別子で出る人の氏名。応援側の管理者には空',
    example: { 'hq-1': '本部 一郎' },
    type: 'object',
    additionalProperties: { type: 'string' },
  })
  people_names!: Record<string, string>;
  @Actions() actions!: ActionView[];
}
