import { ApiProperty } from '@nestjs/swagger';
import { Actions, ActionView } from '../contract/actions.js';
import { ROLES } from '../contract/caller.js';
import { Flag, Instant, NestedList, OneOf, Pattern, Text } from '../contract/fields.js';
import { DUTIES, EMPLOYMENTS } from './person.js';

const PERSON_ID = /^[a-z][a-z0-9-]{1,63}$/;
const ORGANIZATION_ID = /^[a-z][a-z0-9-]{1,39}$/;

const EXAMPLE_PERSON = {
  id: 'operator-a-41',
  natural_person_key: 'np-operator-a-41',
  role: 'operator',
  name: '応対 A41号',
  employment: 'employee',
  recertified_until: '2027-01-01T00:00:00+09:00',
};

/** What may be left out: it then stays as it is, or has its default for a new person. */
class PersonDto {
  @Pattern({
    about: '所属する委託先の会社',
    example: 'answer-works',
    pattern: ORGANIZATION_ID,
    optional: true,
  })
  employer_id?: string;

  @OneOf({ about: '担当業務', example: 'call_response', values: DUTIES, optional: true })
  duty?: string;

  @OneOf({ about: '受けた研修の対象', example: 'employee', values: EMPLOYMENTS, optional: true })
  training_for?: string;

  @Text({ about: '研修教材の版', example: '2026-1', min: 1, max: 40, optional: true })
  training_content_version?: string;

  @Instant({ about: '研修の修了日時', example: '2026-10-01T00:00:00+09:00', optional: true })
  training_completed_at?: Date;

  @Instant({ about: '研修の有効期限', example: '2027-10-01T00:00:00+09:00', optional: true })
  training_valid_until?: Date;

  @Instant({ about: '誓約書の日時', example: '2026-10-01T00:00:00+09:00', optional: true })
  pledged_at?: Date;

  @Text({ about: '誓約書の版', example: '2026-1', min: 1, max: 40, optional: true })
  pledge_version?: string;

  @Instant({ about: '棚卸の有効期限', example: '2027-01-01T00:00:00+09:00', optional: true })
  recertified_until?: Date;

  @Flag({ about: '利益相反の登録', example: false, optional: true })
  has_conflict?: boolean;

  @Instant({
    about: '営業・架電・債権の業務を離れた日時',
    example: '2026-05-31T00:00:00+09:00',
    optional: true,
  })
  sales_duty_until?: Date;

  @Instant({
    about: '一般送配電事業者に在籍した最後の日時',
    example: '2025-03-31T00:00:00+09:00',
    optional: true,
  })
  utility_staff_until?: Date;

  @Flag({ about: '元送配電社員としての確認が済んでいる', example: false, optional: true })
  utility_staff_cleared?: boolean;
}

export class ChangePersonDto extends PersonDto {
  @OneOf({ about: '役割', example: 'operator', values: ROLES, optional: true })
  role?: string;

  @Text({ about: '氏名', example: '応対 一号', min: 1, max: 100, optional: true })
  name?: string;

  @OneOf({ about: '雇用（社員・委託先）', example: 'employee', values: EMPLOYMENTS, optional: true })
  employment?: string;
}

export class FedPersonDto extends PersonDto {
  @Pattern({ about: '人の識別子', example: 'operator-c-01', pattern: PERSON_ID })
  id!: string;

  /** A keyed reference that is one for one natural person across organizations; never a public number. */
  @Text({
    about: '本人の照合キー（会社をまたいで同じ人は同じ値）',
    example: 'np-operator-c-01',
    min: 1,
    max: 100,
  })
  natural_person_key!: string;

  @OneOf({ about: '役割', example: 'operator', values: ROLES })
  role!: string;

  @Text({ about: '氏名', example: '応対 一号', min: 1, max: 100 })
  name!: string;

  @OneOf({ about: '雇用（社員・委託先）', example: 'employee', values: EMPLOYMENTS })
  employment!: string;
}

export class FeedDto {
  @Pattern({ about: '会社', example: 'retailer-a', pattern: ORGANIZATION_ID })
  organization_id!: string;

  /** Left out when the list is not the whole staff: then the date of the organization's list stays. */
  @Instant({
    about: '在籍者名簿の基準日時（省略すると、この会社の基準日時は変わらない）',
    example: '2026-11-01T00:00:00+09:00',
    optional: true,
  })
  feed_as_of?: Date;

  @NestedList({ about: '名簿の人', example: [EXAMPLE_PERSON], atLeast: 1, atMost: 2000 }, () => FedPersonDto)
  people!: FedPersonDto[];
}

const time = { type: String, nullable: true, example: '2026-10-01T00:00:00.000Z' } as const;
const text = { type: String, nullable: true } as const;

export class PersonView {
  @ApiProperty({ example: 'operator-a-01' }) id!: string;
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  /** Null for supervisors. */
  @ApiProperty({ ...text, example: 'np-operator-a-1' }) natural_person_key!: string | null;
  @ApiProperty({ example: 'operator', enum: ROLES }) role!: string;
  @ApiProperty({ example: '応対 A01号' }) name!: string;
  @ApiProperty({ example: 'employee', enum: EMPLOYMENTS }) employment!: string;
  @ApiProperty({ ...text, example: null }) employer_id!: string | null;
  @ApiProperty({ example: 'call_response', enum: DUTIES }) duty!: string;
  @ApiProperty({ ...text, example: 'employee' }) training_for!: string | null;
  @ApiProperty({ ...text, example: '2026-1' }) training_content_version!: string | null;
  @ApiProperty(time) training_completed_at!: string | null;
  @ApiProperty(time) training_valid_until!: string | null;
  @ApiProperty(time) pledged_at!: string | null;
  @ApiProperty({ ...text, example: '2026-1' }) pledge_version!: string | null;
  @ApiProperty(time) recertified_until!: string | null;
  @ApiProperty({ example: false }) has_conflict!: boolean;
  @ApiProperty({ ...text, description: 'infinity = いま就いている', example: null }) sales_duty_until!:
    string | null;
  @ApiProperty({ ...time, example: null }) utility_staff_until!: string | null;
  @ApiProperty({ example: false }) utility_staff_cleared!: boolean;
  @ApiProperty({ ...time, example: null }) left_at!: string | null;
  @ApiProperty({ example: 1 }) version!: number;
  @ApiProperty({ example: '2026-11-23T03:00:00.000Z', format: 'date-time' }) changed_at!: string;
  @ApiProperty({ ...text, example: 'ch_Qy3f8sJm2aWb0T1x' }) change_id!: string | null;
  /** Whether this person may support at this moment; null when a past instant was asked. */
  @ApiProperty({ type: Boolean, nullable: true, example: true }) eligible_now!: boolean | null;
  @ApiProperty({ type: String, isArray: true, nullable: true, example: [] }) why_not!: string[] | null;
  @Actions() actions!: ActionView[];
}
