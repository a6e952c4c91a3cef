import { ApiProperty } from '@nestjs/swagger';
import { Actions, ActionView } from '../contract/actions.js';
import { Flag, Instant, OneOf, OneOfList, Pattern, Text, TextList } from '../contract/fields.js';
import { CLAUSES, LEGAL_GROUNDS, WAYS_OF_CHOOSING } from './agreement.js';
import { ORGANIZATION_ID } from './organization.js';

const VALID_UNTIL = { about: '終わり', example: '2027-04-01T00:00:00+09:00' };
const CLAUSE_LIST = {
  about: '定めた条項（すべて揃わない契約・協定では付与しない）',
  example: [...CLAUSES],
  atLeast: 0,
  atMost: CLAUSES.length,
  values: CLAUSES,
};
const LEGAL_GROUND = { about: '施行規則第33条の9 の号', example: 'disaster', values: LEGAL_GROUNDS };
const CHOSEN_BY = { about: '選び方（公募・随意）', example: 'public_call', values: WAYS_OF_CHOOSING };
const CHOSEN_REASON = {
  about: 'その理由',
  example: '登録された小売電気事業者すべてに同じ条件で公募した',
  min: 2,
  max: 500,
};
const PERMITTED = { about: '再委託を認めるか', example: true };
const SUB_CONTRACTORS = {
  about: '認めた再委託先（委託先の会社）',
  example: ['answer-works'],
  atLeast: 0,
  atMost: 50,
  max: 40,
};

export class AddAgreementDto {
  @Pattern({ about: '小売電気事業者', example: 'retailer-a', pattern: ORGANIZATION_ID })
  organization_id!: string;

  @Text({ about: '契約・協定の番号', example: '災害-A-002', min: 1, max: 60 })
  number!: string;

  @Instant({ about: '始まり', example: '2026-11-24T00:00:00+09:00' })
  valid_from!: Date;

  @Instant(VALID_UNTIL)
  valid_until!: Date;

  @OneOfList(CLAUSE_LIST)
  clauses!: string[];

  @OneOf(LEGAL_GROUND)
  legal_ground!: string;

  @OneOf(CHOSEN_BY)
  chosen_by!: string;

  @Text(CHOSEN_REASON)
  chosen_reason!: string;

  @Flag(PERMITTED)
  sub_contracting_permitted!: boolean;

  @TextList({ ...SUB_CONTRACTORS, optional: true })
  sub_contractors?: string[];
}

export class ChangeAgreementDto {
  @Instant({ ...VALID_UNTIL, optional: true })
  valid_until?: Date;

  @OneOfList({ ...CLAUSE_LIST, optional: true })
  clauses?: string[];

  @OneOf({ ...LEGAL_GROUND, optional: true })
  legal_ground?: string;

  @OneOf({ ...CHOSEN_BY, optional: true })
  chosen_by?: string;

  @Text({ ...CHOSEN_REASON, optional: true })
  chosen_reason?: string;

  @Flag({ ...PERMITTED, optional: true })
  sub_contracting_permitted?: boolean;

  @TextList({ ...SUB_CONTRACTORS, optional: true })
  sub_contractors?: string[];
}

export class AgreementView {
  @ApiProperty({ example: 'ag_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: '災害-A-001' }) number!: string;
  @ApiProperty({ example: '2026-10-24T00:00:00.000Z', format: 'date-time' }) valid_from!: string;
  @ApiProperty({ example: '2027-10-24T00:00:00.000Z', format: 'date-time' }) valid_until!: string;
  @ApiProperty({ example: null, nullable: true, type: String }) ended_at!: string | null;
  @ApiProperty({ enum: CLAUSES, isArray: true, example: [...CLAUSES] }) clauses!: string[];
  @ApiProperty({ description: '条項がすべて揃っている', example: true }) is_complete!: boolean;
  @ApiProperty({ example: 'disaster', enum: LEGAL_GROUNDS }) legal_ground!: string;
  @ApiProperty({ example: 'public_call', enum: WAYS_OF_CHOOSING }) chosen_by!: string;
  @ApiProperty({ example: '登録された小売電気事業者すべてに同じ条件で公募した' }) chosen_reason!: string;
  @ApiProperty({ example: true }) sub_contracting_permitted!: boolean;
  @ApiProperty({ type: String, isArray: true, example: ['answer-works'] }) sub_contractors!: string[];
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
