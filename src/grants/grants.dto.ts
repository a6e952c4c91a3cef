import { ApiProperty } from '@nestjs/swagger';
import { Actions, ActionView } from '../contract/actions.js';
import { Pattern, Reason, Text, TextList } from '../contract/fields.js';
import { GivenGrantView } from '../nominations/nominations.dto.js';

export class ApproveDto {
  @TextList({
    about: '承認する人（省略は全員）',
    example: ['operator-a-01'],
    atLeast: 1,
    atMost: 2000,
    max: 64,
    optional: true,
  })
  people?: string[];
}

export class AcknowledgeDto {
  @Text({
    about: '読んだ注意事項の版（GET /api/v1/notice の version）',
    example: '2026-11-1',
    min: 1,
    max: 40,
  })
  notice_version!: string;
}

export class RevokeDto {
  @Reason()
  reason!: string;
}

export class SuspendDto extends RevokeDto {}

export class ResumeDto extends RevokeDto {}

export class RevokeAllDto extends RevokeDto {
  @Pattern({
    about: 'この会社の付与だけ（省略は全社）',
    example: 'retailer-a',
    pattern: /^[a-z][a-z0-9-]{1,39}$/,
    optional: true,
  })
  organization_id?: string;
}

export class RevokedAllView {
  @ApiProperty({ example: 1 }) revoked!: number;
  @ApiProperty({ type: String, isArray: true, example: ['gr_Qy3f8sJm2aWb0T1x'] }) grants!: string[];
}

export class ApprovalView {
  @ApiProperty({ type: GivenGrantView, isArray: true }) grants!: GivenGrantView[];
}

export class NoticeView {
  @ApiProperty({ example: '2026-11-1' }) version!: string;
  @ApiProperty({ example: '非常災害時の一時閲覧にあたっての注意事項 …' }) text!: string;
}

export class GrantView {
  @ApiProperty({ example: 'gr_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'operator-a-01' }) person_id!: string;
  @ApiProperty({ example: '応対 A01号' }) person_name!: string;
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: '見本小売電気' }) organization_name!: string;
  @ApiProperty({ example: 'dc_Qy3f8sJm2aWb0T1x' }) declaration_id!: string;
  @ApiProperty({ example: '台風24号' }) declaration_name!: string;
  @ApiProperty({ example: 'sc_Qy3f8sJm2aWb0T1x' }) support_call_id!: string;
  @ApiProperty({ example: 'nm_Qy3f8sJm2aWb0T1x' }) nomination_id!: string;
  @ApiProperty({ example: 'outage-call' }) field_profile!: string;
  @ApiProperty({ example: '停電の電話対応' }) field_profile_label!: string;
  @ApiProperty({ example: false }) is_drill!: boolean;
  @ApiProperty({ example: true }) live!: boolean;
  @ApiProperty({ type: String, isArray: true, example: [] }) why_not!: string[];
  @ApiProperty({ example: '2026-11-23T03:20:00.000Z', format: 'date-time' }) starts_at!: string;
  @ApiProperty({ example: '2026-11-23T11:00:00.000Z', format: 'date-time' }) ends_at!: string;
  @ApiProperty({
    description: '常設計画が承認したときは null',
    example: 'hq-2',
    nullable: true,
    type: String,
  })
  approved_by!: string | null;
  @ApiProperty({ description: '承認した常設計画', example: null, nullable: true, type: String })
  standing_plan_id!: string | null;
  @ApiProperty({ example: '2026-11-23T03:21:00.000Z', format: 'date-time' }) approved_at!: string;
  @ApiProperty({ example: '2026-11-23T03:22:00.000Z', nullable: true, type: String }) acknowledged_at!:
    string | null;
  @ApiProperty({ example: '2026-11-1', nullable: true, type: String }) notice_version!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) suspended_at!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) resumed_at!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) revoked_at!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) handed_back_at!: string | null;
  @Actions() actions!: ActionView[];
}
