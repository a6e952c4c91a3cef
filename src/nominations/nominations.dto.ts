import { ApiProperty } from '@nestjs/swagger';
import { Actions, ActionView } from '../contract/actions.js';
import { Instant, Reason, Text, TextList } from '../contract/fields.js';

export class NominateDto {
  @TextList({
    about: '応援者の識別子',
    example: ['operator-a-01', 'operator-a-02'],
    atLeast: 1,
    atMost: 2000,
    max: 64,
    unique: false,
  })
  people!: string[];

  @Instant({
    about: 'シフトの開始（過去または省略は「いま」）',
    example: '2026-11-23T12:00:00+09:00',
    optional: true,
  })
  starts_at?: Date;

  @Instant({ about: 'シフトの終了', example: '2026-11-23T20:00:00+09:00' })
  ends_at!: Date;

  @Text({ about: '備考', example: '夜間班 A', min: 0, max: 500 })
  note!: string;
}

export class DenyDto {
  @Reason()
  reason!: string;
}

export class VerdictView {
  @ApiProperty({ example: 'operator-a-01' }) person_id!: string;
  @ApiProperty({ example: 'eligible', enum: ['eligible', 'refused'] }) verdict!: 'eligible' | 'refused';
  @ApiProperty({ example: 'training_expired', required: false }) code?: string;
}

export class ToldVerdictView extends VerdictView {
  @ApiProperty({
    description: 'code の意味（読む人の言語）',
    example: '研修の有効期限が切れています。',
    required: false,
  })
  detail?: string;

  @ApiProperty({
    description: '指名した会社の人の氏名。その会社の名簿にない識別子は null',
    example: '応対 A01号',
    nullable: true,
    type: String,
  })
  name!: string | null;
}

export class NominationResultView {
  @ApiProperty({ example: 'nm_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ type: VerdictView, isArray: true }) results!: VerdictView[];
}

export class GivenGrantView {
  @ApiProperty({ example: 'gr_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'operator-a-01' }) person_id!: string;
}

export class NominatedView extends NominationResultView {
  @ApiProperty({
    description: 'その場で承認した常設計画。null は本部の承認待ち',
    example: null,
    nullable: true,
    type: String,
  })
  approved_by_plan!: string | null;
  @ApiProperty({ type: GivenGrantView, isArray: true }) grants!: GivenGrantView[];
}

export class NominationView {
  @ApiProperty({ example: 'nm_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ type: ToldVerdictView, isArray: true }) results!: ToldVerdictView[];
  @ApiProperty({ example: 'sc_Qy3f8sJm2aWb0T1x' }) support_call_id!: string;
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: '見本小売電気' }) organization_name!: string;
  @ApiProperty({ example: 'supervisor-a' }) nominated_by!: string;
  @ApiProperty({ example: '統括 あかり' }) nominated_by_name!: string;
  @ApiProperty({ example: '2026-11-23T03:20:00.000Z', format: 'date-time' }) nominated_at!: string;
  @ApiProperty({ example: '2026-11-23T03:20:00.000Z', format: 'date-time' }) starts_at!: string;
  @ApiProperty({ example: '2026-11-23T11:00:00.000Z', format: 'date-time' }) ends_at!: string;
  @ApiProperty({ example: '夜間班 A' }) note!: string;
  @ApiProperty({
    example: 'approved',
    nullable: true,
    type: String,
    enum: ['approved', 'denied', 'withdrawn'],
  })
  decision!: string | null;
  @ApiProperty({ example: 'hq-2', nullable: true, type: String }) decided_by!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) decided_at!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) decision_reason!: string | null;
  @ApiProperty({ description: '承認した常設計画', example: null, nullable: true, type: String })
  standing_plan_id!: string | null;
  @Actions() actions!: ActionView[];
}
