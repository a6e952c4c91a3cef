import {
  Shown,
  ShownList,
  ShownListOrNull,
  ShownObject,
  ShownOrNull,
  ShownPartOrNull,
  ShownParts,
  ShownTime,
  ShownTimeOrNull,
} from './shown.js';

export class AmendmentLine {
  @Shown('extend') kind!: string;
  @ShownTime() at!: string;
  @ShownOrNull('hq-1', '提案した人（縮小は一人で行うので null）') proposed_by!: string | null;
  @Shown('hq-2', '縮小した人、または二人目') amended_by!: string;
  @ShownOrNull('ch_Qy3f8sJm2aWb0T1x') change_id!: string | null;
  @ShownTimeOrNull() hard_end_at!: string | null;
  @ShownListOrNull(['272035']) target_area!: string[] | null;
  @Shown('復旧が長引くため') reason!: string;
  @ShownOrNull(12000) outage_households!: number | null;
}

export class CalledOrganization {
  @Shown('retailer-a') organization_id!: string;
  @Shown(true, '特定関係事業者') is_affiliated!: boolean;
  @Shown(40) seats!: number;
  @ShownTimeOrNull() declined_at!: string | null;
  @ShownOrNull('人員の都合がつかないため') decline_reason!: string | null;
  @Shown(12, '指名された人') nominated!: number;
  @Shown(11, '付与された人') granted!: number;
}

/** Whether it was called or not (FAIR-3). */
export class OfferLine {
  @Shown('retailer-a') organization_id!: string;
  @Shown(true) called!: boolean;
  @Shown(true) agreement_valid!: boolean;
}

export class CallLine {
  @Shown('sc_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('99-20261123-1-1') number!: string;
  @ShownTime() called_at!: string;
  @Shown('hq-1') called_by!: string;
  @Shown(1) response_pattern!: number;
  @Shown('outage-call') field_profile!: string;
  @Shown('受電が自社の応答能力を超えているため') necessity!: string;
  @Shown('呼量 4,200件/時、応答率 38%') capacity_evidence!: string;
  @ShownList(['自社の増席']) alternatives_tried!: string[];
  @Shown(8) shift_hours_max!: number;
  @ShownOrNull('協定があるため', '選んだ理由') selection_reason!: string | null;
  @ShownParts(() => OfferLine) offers!: OfferLine[];
  @ShownParts(() => CalledOrganization) organizations!: CalledOrganization[];
}

export class NominationLine {
  @Shown('nm_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('sc_Qy3f8sJm2aWb0T1x') support_call_id!: string;
  @Shown('retailer-a') organization_id!: string;
  @Shown('supervisor-a') nominated_by!: string;
  @ShownTime() nominated_at!: string;
  @ShownTime() starts_at!: string;
  @ShownTime() ends_at!: string;
  @ShownOrNull('approved') decision!: string | null;
  @ShownOrNull('hq-2') decided_by!: string | null;
  @ShownOrNull('sp_Qy3f8sJm2aWb0T1x', '常設計画による承認') standing_plan_id!: string | null;
  @ShownTimeOrNull() decided_at!: string | null;
  @ShownOrNull('人数が足りているため') decision_reason!: string | null;
  @Shown(11) eligible!: number;
  @ShownObject({ training_expired: 1 }) refused!: Record<string, number>;
}

export class GrantCounts {
  @Shown(12) given!: number;
  @Shown(11, '本人確認をした人') acknowledged!: number;
  @Shown(0, '終わりがまだ確かめられていないもの') not_closed!: number;
  @ShownObject({ lifted: 9, handed_back: 2 }) by_cause!: Record<string, number>;
}

export class UseCount {
  @Shown('use.lookup') type!: string;
  @Shown('permit') decision!: string;
  @ShownOrNull('outside_area') code!: string | null;
  @ShownOrNull('outage_enquiry') purpose!: string | null;
  @Shown(120) count!: number;
}

export class IncidentLine {
  @Shown('in_Qy3f8sJm2aWb0T1x') id!: string;
  @ShownTime() at!: string;
  @Shown('contact_phone') field!: string;
  @ShownTimeOrNull() released_at!: string | null;
}

export class ExposureLine {
  @Shown('ex_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('gr_Qy3f8sJm2aWb0T1x') grant_id!: string;
  @Shown('gate') target!: string;
  @ShownTime() found_at!: string;
  @ShownTimeOrNull() resolved_at!: string | null;
}

export class CertificateLine {
  @ShownTime() completed_at!: string;
  @Shown('rc_Qy3f8sJm2aWb0T1x') record_id!: string;
}

/** 発令の頁: domain §4.4 as far as it is held, and all that came of it. */
export class DeclarationPage {
  @Shown('dc_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('99-20261123-1') number!: string;
  @Shown('台風24号') name!: string;
  @ShownList(['暴風']) hazard_types!: string[];
  @Shown('非常災害対策本部') posture_level!: string;
  @Shown('防災業務計画 第3章') legal_basis!: string;
  @Shown('停電戸数が多く、自社の窓口だけではすべての電話に応えられないため。') necessity_statement!: string;
  @Shown('2026-1', '社内規定の版（AUD-4）') rule_version!: string;
  @Shown(false) is_drill!: boolean;
  @ShownList(['272035']) declared_area!: string[];
  @ShownList(['272035']) target_area!: string[];
  @Shown('hq-1') declared_by!: string;
  @ShownTime() declared_at!: string;
  @ShownOrNull('hq-2') confirmed_by!: string | null;
  @ShownTimeOrNull() confirmed_at!: string | null;
  @ShownTime() expected_end_at!: string;
  @ShownTime() hard_end_at!: string;
  @ShownOrNull('hq-1') lifted_by!: string | null;
  @ShownTimeOrNull() lifted_at!: string | null;
  @ShownOrNull('復旧が完了したため') lift_reason!: string | null;
  @Shown(false, '二人の確認を待って効力を持つ発令か') waits_for_confirmation!: boolean;
  @ShownList(['officer-1']) told!: string[];
  @ShownParts(() => AmendmentLine) amendments!: AmendmentLine[];
  @ShownParts(() => CallLine) calls!: CallLine[];
  @ShownParts(() => NominationLine) nominations!: NominationLine[];
  @ShownObject({ given: 12, acknowledged: 11, not_closed: 0, by_cause: { lifted: 12 } }) grants!: GrantCounts;
  @ShownParts(() => UseCount) uses!: UseCount[];
  @ShownParts(() => IncidentLine) incidents!: IncidentLine[];
  @ShownParts(() => ExposureLine) exposures!: ExposureLine[];
  @ShownPartOrNull(() => CertificateLine, {
    completed_at: '2026-11-23T20:00:05.000+09:00',
    record_id: 'rc_Qy3f8sJm2aWb0T1x',
  })
  certificate!: CertificateLine | null;
}
