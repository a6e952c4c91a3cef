import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Actions, ActionView } from '../contract/actions.js';
import { NestedList, OneOf, Pattern, Text, TextList } from '../contract/fields.js';
import { FIELD_IDS, FIELD_MODES } from './field-catalogue.js';

const FIELD = { about: '項目', example: 'outage_state', pattern: /^[a-z][a-z0-9_]{1,63}$/ };
const LABEL = { about: '名称', example: '停電の電話対応（最小）', min: 1, max: 100 };
const FIELDS_MAX = FIELD_IDS.length;
const FIELD_LIST = {
  about: '項目と見せ方（これですべて。書かない項目は外れる）',
  example: [
    { field: 'outage_state', mode: 'show' },
    { field: 'contract_holder_name', mode: 'match' },
  ],
  atLeast: 1,
  atMost: FIELDS_MAX,
};

export class ProfileFieldDto {
  @Pattern(FIELD)
  field!: string;

  @OneOf({ about: '見せ方', example: 'show', values: FIELD_MODES })
  mode!: string;
}

export class AddFieldProfileDto {
  @Pattern({ about: '識別子', example: 'outage-call-lean', pattern: /^[a-z][a-z0-9-]{1,39}$/ })
  id!: string;

  @Text(LABEL)
  label!: string;

  @NestedList(FIELD_LIST, () => ProfileFieldDto)
  fields!: ProfileFieldDto[];
}

/** The members exclude one another, so an example of them all would be refused. */
const CHANGE_SCHEMA = {
  description: 'label・fields の変更か、release（止めた項目の再開、理由が必要）の、どちらか一方',
  example: { label: LABEL.example, fields: FIELD_LIST.example },
};

@ApiSchema(CHANGE_SCHEMA)
export class ChangeFieldProfileDto {
  @Text({ ...LABEL, optional: true })
  label?: string;

  @NestedList({ ...FIELD_LIST, optional: true }, () => ProfileFieldDto)
  fields?: ProfileFieldDto[];

  @TextList({
    about: '申出により止めた項目のうち、再び見られるようにするもの',
    example: ['contact_phone'],
    atLeast: 1,
    atMost: FIELDS_MAX,
    max: 64,
    optional: true,
  })
  release?: string[];

  @Text({
    about: 'release の理由',
    example: '表示の誤りを直し、確認が済んだため',
    min: 2,
    max: 500,
    optional: true,
  })
  reason?: string;
}

export class ProfileFieldView {
  @ApiProperty({ example: 'outage_state' }) field!: string;
  @ApiProperty({ example: 'show', enum: FIELD_MODES }) mode!: string;
}

export class FieldProfileView {
  @ApiProperty({ example: 'outage-call' }) id!: string;
  @ApiProperty({ example: '停電の電話対応' }) label!: string;
  @ApiProperty({ type: ProfileFieldView, isArray: true }) fields!: ProfileFieldView[];
  @ApiProperty({ description: '項目の版', example: 1 }) fields_version!: number;
  @ApiProperty({ example: null, nullable: true, type: String }) retired_at!: string | null;
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

export class CatalogueFieldView {
  @ApiProperty({ example: 'contract_holder_name' }) field!: string;
  @ApiProperty({ description: '呼んだ人の言語で', example: '契約者名義（需要者名）' }) label!: string;
  @ApiProperty({
    description: '許される見せ方（上限）。空は、誰にも見せない',
    enum: FIELD_MODES,
    isArray: true,
    example: ['match', 'dispatch'],
  })
  modes!: string[];
  @ApiProperty({ description: '非公開情報', example: true }) is_non_public!: boolean;
  @ApiProperty({
    description: 'スイッチング支援システムで見える相手',
    example: 'own_customers_only',
    enum: ['any_retailer', 'own_customers_only', 'not_held'],
  })
  switching_system!: string;
}

export class FieldDifferenceView {
  @ApiProperty({ example: 'contract_holder_name' }) field!: string;
  @ApiProperty({ description: '呼んだ人の言語で', example: '契約者名義（需要者名）' }) label!: string;
  @ApiProperty({ example: 'S', enum: ['S', 'O', 'X', 'Z', 'T', 'D'] }) class!: string;
  @ApiProperty({ example: 'match', enum: FIELD_MODES }) mode!: string;
  @ApiProperty({
    description: 'スイッチング支援システムで見える相手',
    example: 'own_customers_only',
    enum: ['any_retailer', 'own_customers_only', 'not_held'],
  })
  switching_system!: string;
  @ApiProperty({ description: '応援者の画面に出る', example: true }) on_screen!: boolean;
  @ApiProperty({ description: 'この災害で追加で見える項目', example: true }) is_additional!: boolean;
  @ApiProperty({ description: 'そのうち非公開で、競争に影響し得るもの', example: true })
  is_advantage!: boolean;
}

export class ProfileDifferenceView {
  @ApiProperty({ example: 'outage-call' }) id!: string;
  @ApiProperty({ description: '項目の版', example: 1 }) fields_version!: number;
  @ApiProperty({ type: FieldDifferenceView, isArray: true }) fields!: FieldDifferenceView[];
  @ApiProperty({ description: '追加で見える項目の数', example: 6 }) additional!: number;
  @ApiProperty({ description: 'そのうち競争に影響し得るものの数', example: 3 }) advantages!: number;
}
