import { ApiProperty } from '@nestjs/swagger';
import { Actions, ActionView } from '../contract/actions.js';
import { Flag, OneOf, Pattern, Text, TextList } from '../contract/fields.js';
import { ORGANIZATION_ID, ORGANIZATION_KINDS, type OrganizationKind } from './organization.js';

const NAME = { about: '名称', example: '標本第二エナジー', min: 1, max: 100 };
const AFFILIATED = { about: '特定関係事業者か', example: false };
const SEPARATED = { about: '法的分離の対象か（省略は true）', example: true };
const CODE = { about: '小売電気事業者コード（小売だけ）', example: 'Z9103', min: 1, max: 20 };
const WORKS_FOR = {
  about: '委託元の会社（委託先だけ）',
  example: [],
  atLeast: 0,
  atMost: 20,
  max: 40,
};

export class AddOrganizationDto {
  @Pattern({ about: '識別子', example: 'retailer-c', pattern: ORGANIZATION_ID })
  id!: string;

  @OneOf({ about: '会社の別', example: 'retailer', values: ORGANIZATION_KINDS })
  kind!: OrganizationKind;

  @Text(NAME)
  name!: string;

  @Flag(AFFILIATED)
  is_affiliated!: boolean;

  @Flag({ ...SEPARATED, optional: true })
  is_legally_separated?: boolean;

  @Text({ ...CODE, optional: true })
  retailer_code?: string;

  @TextList({ ...WORKS_FOR, optional: true })
  works_for?: string[];
}

export class ChangeOrganizationDto {
  @Text({ ...NAME, optional: true })
  name?: string;

  @Flag({ ...AFFILIATED, optional: true })
  is_affiliated?: boolean;

  @Flag({ ...SEPARATED, optional: true })
  is_legally_separated?: boolean;

  @Text({ ...CODE, optional: true })
  retailer_code?: string;

  @TextList({ ...WORKS_FOR, optional: true })
  works_for?: string[];
}

export class OrganizationView {
  @ApiProperty({ example: 'retailer-a' }) id!: string;
  @ApiProperty({ example: 'retailer', enum: ORGANIZATION_KINDS }) kind!: string;
  @ApiProperty({ example: '見本小売電気' }) name!: string;
  @ApiProperty({ example: true }) is_affiliated!: boolean;
  @ApiProperty({ example: true }) is_legally_separated!: boolean;
  @ApiProperty({ example: 'Z9101', nullable: true, type: String }) retailer_code!: string | null;
  @ApiProperty({ type: String, isArray: true, example: [] }) works_for!: string[];
  @ApiProperty({
    description: '在籍者の名簿を最後に確かめた日時',
    example: '2026-11-23T02:00:00.000Z',
    nullable: true,
    type: String,
  })
  staff_feed_at!: string | null;
  @ApiProperty({ example: '2026-11-23T02:00:00.000Z', format: 'date-time' }) registered_at!: string;
  @ApiProperty({ example: null, nullable: true, type: String }) ended_at!: string | null;
  @ApiProperty({
    description: '二人で行った変更',
    example: 'ch_Qy3f8sJm2aWb0T1x',
    nullable: true,
    type: String,
  })
  change_id!: string | null;
  @ApiProperty({ example: 1 }) version!: number;
  @ApiProperty({ example: '2026-11-23T03:00:00.000Z', format: 'date-time' }) changed_at!: string;
  @Actions() actions!: ActionView[];
}
