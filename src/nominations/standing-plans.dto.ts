import { ApiProperty } from '@nestjs/swagger';
import { Actions, ActionView } from '../contract/actions.js';
import { Hours, Instant, Pattern, TextList, Whole } from '../contract/fields.js';

const PEOPLE = {
  about: '計画に入れる応援者（その会社の人）',
  example: ['operator-a-01', 'operator-a-02'],
  atLeast: 1,
  atMost: 2000,
  max: 64,
};
const SEATS = { about: '同じ時間帯の席数', example: 10, min: 1, max: 2000 };
const SHIFT_HOURS_MAX = { about: '1シフトの上限（時間）', example: 8, min: 0.5, max: 12 };
const VALID_UNTIL = { about: '終わり（始まりから90日まで）', example: '2027-01-31T00:00:00+09:00' };

export class AddStandingPlanDto {
  @Pattern({ about: '会社', example: 'retailer-a', pattern: /^[a-z][a-z0-9-]{1,39}$/ })
  organization_id!: string;

  @Pattern({ about: '項目プロファイル', example: 'outage-call', pattern: /^[a-z][a-z0-9-]{1,39}$/ })
  field_profile!: string;

  @TextList(PEOPLE)
  people!: string[];

  @Whole(SEATS)
  seats!: number;

  @Hours(SHIFT_HOURS_MAX)
  shift_hours_max!: number;

  @Instant({ about: '始まり', example: '2026-11-24T00:00:00+09:00' })
  valid_from!: Date;

  @Instant(VALID_UNTIL)
  valid_until!: Date;
}

export class ChangeStandingPlanDto {
  @TextList({ ...PEOPLE, optional: true })
  people?: string[];

  @Whole({ ...SEATS, optional: true })
  seats?: number;

  @Hours({ ...SHIFT_HOURS_MAX, optional: true })
  shift_hours_max?: number;

  @Instant({ ...VALID_UNTIL, optional: true })
  valid_until?: Date;
}

export class StandingPlanView {
  @ApiProperty({ example: 'sp_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: 'outage-call' }) field_profile!: string;
  @ApiProperty({ type: String, isArray: true, example: ['operator-a-01'] }) people!: string[];
  @ApiProperty({ example: 10 }) seats!: number;
  @ApiProperty({ example: 8 }) shift_hours_max!: number;
  @ApiProperty({ example: '2026-11-23T15:00:00.000Z', format: 'date-time' }) valid_from!: string;
  @ApiProperty({ example: '2027-01-30T15:00:00.000Z', format: 'date-time' }) valid_until!: string;
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
