import { GrantView } from '../../grants/grants.dto.js';
import { ExposureLine } from './declaration-page.dto.js';
import {
  Shown,
  ShownList,
  ShownObject,
  ShownOrNull,
  ShownPart,
  ShownParts,
  ShownPartOrNull,
  ShownTime,
  ShownTimeOrNull,
} from './shown.js';

const AT = '2026-11-23T12:00:00.000+09:00';
const FACTS_EXAMPLE = {
  id: 'operator-a-01',
  version: 3,
  at: AT,
  change_id: null,
  facts: { training_for: 'employee', training_valid_until: '2027-10-24T00:00:00+09:00' },
};
const END_EXAMPLE = { ended_at: AT, cause: 'lifted', closed_at: AT, record_id: 'rc_Qy3f8sJm2aWb0T1x' };

/** A row of master data as it stood at an instant. */
export class FactsAsOf {
  @Shown('operator-a-01') id!: string;
  @Shown(3) version!: number;
  @ShownTime() at!: string;
  @ShownOrNull('ch_Qy3f8sJm2aWb0T1x', '二人による変更') change_id!: string | null;
  @ShownObject({ training_valid_until: '2027-10-24T00:00:00+09:00' }) facts!: Record<string, unknown>;
}

export class ProfileField {
  @Shown('outage_state') field!: string;
  @Shown('停電の状況') label!: string;
  @Shown('show') mode!: string;
}

export class GrantStep {
  @Shown('rc_Qy3f8sJm2aWb0T1x') record_id!: string;
  @ShownTime() at!: string;
  @Shown('grant.acknowledged') type!: string;
  @Shown('done') decision!: string;
  @ShownOrNull('expired') code!: string | null;
  @ShownOrNull('operator-a-01', '行った人') by!: string | null;
  @ShownOrNull(1, '利用の番号') use_no!: number | null;
  @ShownOrNull('Xk3v9Qm2aWb0T1xPq8sJm2') supply_point_ref!: string | null;
  @ShownObject({ purpose: 'outage_enquiry' }) details!: Record<string, unknown>;
}

export class Nominating {
  @Shown('nm_Qy3f8sJm2aWb0T1x') nomination_id!: string;
  @Shown('sc_Qy3f8sJm2aWb0T1x') support_call_id!: string;
  @Shown('99-20261123-1-1') support_call_number!: string;
  @Shown('受電が自社の応答能力を超えているため') necessity!: string;
  @Shown('supervisor-a') nominated_by!: string;
  @ShownTime() nominated_at!: string;
  @Shown('夜間班') note!: string;
  @ShownOrNull('hq-2') approved_by!: string | null;
  @ShownOrNull('sp_Qy3f8sJm2aWb0T1x') standing_plan_id!: string | null;
  @ShownTime() approved_at!: string;
}

export class NoticeGiven {
  @ShownTimeOrNull() acknowledged_at!: string | null;
  @ShownOrNull('2026-11-2') version!: string | null;
  @ShownOrNull('非常災害時の一時閲覧にあたっての注意事項…', '本文。いまの版でなければ null') text!:
    string | null;
}

export class UseNumbers {
  @Shown(12, '付与がつけた最後の番号') last!: number;
  @Shown(12, '許された利用の記録') recorded!: number;
  @ShownList([3]) missing!: number[];
}

export class GrantEnd {
  @ShownTime() ended_at!: string;
  @Shown('lifted') cause!: string;
  @ShownTime() closed_at!: string;
  @Shown('rc_Qy3f8sJm2aWb0T1x') record_id!: string;
}

export class ProbeLine {
  @Shown('gate') target!: string;
  @ShownTime() at!: string;
  @Shown(true) is_refused!: boolean;
  @ShownOrNull('lifted') code!: string | null;
  @ShownOrNull('rc_Qy3f8sJm2aWb0T1x') record_id!: string | null;
}

/** 付与の頁（LAW-7）: one use of the exception, on one page. */
export class GrantPage {
  @ShownPart(() => GrantView) grant!: GrantView;
  @Shown('99-20261123-1') declaration_number!: string;
  @ShownPart(() => Nominating) nomination!: Nominating;
  @ShownPart(() => NoticeGiven) notice!: NoticeGiven;
  @ShownPartOrNull(() => FactsAsOf, FACTS_EXAMPLE)
  person_at_approval!: FactsAsOf | null;
  @ShownParts(() => FactsAsOf) agreements_at_approval!: FactsAsOf[];
  @ShownPartOrNull(() => FactsAsOf, FACTS_EXAMPLE) profile_at_approval!: FactsAsOf | null;
  @ShownParts(() => ProfileField) profile_fields!: ProfileField[];
  @ShownParts(() => FactsAsOf) terminals!: FactsAsOf[];
  @ShownParts(() => GrantStep) steps!: GrantStep[];
  @ShownParts(() => GrantStep) credentials!: GrantStep[];
  @ShownParts(() => GrantStep) uses!: GrantStep[];
  @ShownPart(() => UseNumbers) use_numbers!: UseNumbers;
  @ShownPartOrNull(() => GrantEnd, END_EXAMPLE) end!: GrantEnd | null;
  @ShownParts(() => ProbeLine) probes!: ProbeLine[];
  @ShownParts(() => ExposureLine) exposures!: ExposureLine[];
}
