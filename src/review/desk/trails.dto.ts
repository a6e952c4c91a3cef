import { Pattern, Text, Whole } from '../../contract/fields.js';
import { PageQuery } from '../../contract/page.js';
import { Shown, ShownObject, ShownOrNull, ShownTime } from './shown.js';

export class DayQuery extends PageQuery {
  @Pattern({
    about: '日（日本時間、省略は今日）',
    example: '2026-11-23',
    pattern: /^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
    optional: true,
  })
  date?: string;
}

export class PointSearchDto {
  @Text({ about: '供給地点特定番号（22桁）', example: '9900000000000000000001', min: 22, max: 40 })
  supply_point_id!: string;

  @Whole({ about: '1ページの件数', example: 50, min: 1, max: 100, optional: true })
  limit?: number;

  @Pattern({
    about: '前のページの next',
    example: 'MTIzIHJjX3g',
    pattern: /^[A-Za-z0-9_-]{1,200}$/,
    optional: true,
  })
  cursor?: string;
}

export class TrailLine {
  @Shown('rc_Qy3f8sJm2aWb0T1x') record_id!: string;
  @ShownTime() at!: string;
  @Shown('use.lookup') type!: string;
  @Shown('permit') decision!: string;
  @ShownOrNull('outside_area') code!: string | null;
  @ShownOrNull('operator-a-01', '行った人') person_id!: string | null;
  @ShownOrNull('retailer-a') organization_id!: string | null;
  @ShownOrNull('dc_Qy3f8sJm2aWb0T1x') declaration_id!: string | null;
  @ShownOrNull('gr_Qy3f8sJm2aWb0T1x') grant_id!: string | null;
  @ShownOrNull('Xk3v9Qm2aWb0T1xPq8sJm2') supply_point_ref!: string | null;
  @ShownObject({ purpose: 'outage_enquiry', fields: ['outage_state'] }) details!: Record<string, unknown>;
}
