import { Instant, Pattern, Text } from '../../contract/fields.js';
import { Shown, ShownList, ShownOrNull, ShownParts, ShownTime, ShownTimeOrNull } from '../desk/shown.js';

const PERSON = /^[a-z][a-z0-9-]{1,63}$/;

export class AnalysisDto {
  @Instant({ about: 'この日時から（終わりまで400日以内）', example: '2026-11-01T00:00:00+09:00' })
  from!: Date;

  @Instant({ about: 'この日時より前（いまより後は、いままで）', example: '2099-12-01T00:00:00+09:00' })
  to!: Date;
}

/** One step at a time: a conclusion, or another auditor with the reason. */
export class AnalysisStepDto {
  @Text({
    about: '結論（何を確かめ、どう判断したか）',
    example: '通話の録音と照らし、いずれも停電の問い合わせであった。',
    min: 2,
    max: 2000,
    optional: true,
  })
  conclusion?: string;

  @Pattern({ about: '結論を出す監視部門の人', example: 'auditor-2', pattern: PERSON, optional: true })
  owner_person_id?: string;

  @Text({ about: '担当を変える理由', example: '担当の交代のため', min: 2, max: 500, optional: true })
  reason?: string;
}

export class AnalysisLine {
  @Shown('an_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('daily', 'daily, on_demand') kind!: string;
  @ShownOrNull('2026-11-22', '日ごとの分析の対象日（日本時間）') day!: string | null;
  @ShownTime() from!: string;
  @ShownTime() to!: string;
  @ShownTime() made_at!: string;
  @Shown('2', 'しきい値の版') rules_version!: string;
  @Shown(12_345, '調べた利用の数') uses!: number;
  @Shown(2, '兆候の数') signs!: number;
  @ShownOrNull('auditor-1', '結論を出す人。兆候がなければ null') owner_person_id!: string | null;
  @ShownOrNull('2026-11-30', '日本時間のこの日まで') due_date!: string | null;
  @Shown('waiting', 'nothing_found, waiting, overdue, concluded') state!: string;
  @ShownOrNull('いずれも停電の問い合わせであった。') conclusion!: string | null;
  @ShownTimeOrNull() concluded_at!: string | null;
  @Shown('rc_Qy3f8sJm2aWb0T1x') record_id!: string;
}

export class SignView {
  @Shown('contractor_enquiry') rule!: string;
  @Shown('通電中の供給地点の設備の項目を、停電の票なしに') what!: string;
  @Shown('contractor_enquiry', '指摘にするときの種類') finding_type!: string;
  @Shown('high') severity!: string;
  @Shown('person', 'person, grant, supply_point_ref, declaration') subject_type!: string;
  @Shown('operator-a-01') subject_id!: string;
  @ShownOrNull('operator-a-01') person_id!: string | null;
  @ShownOrNull('retailer-a') organization_id!: string | null;
  @ShownOrNull('dc_Qy3f8sJm2aWb0T1x') declaration_id!: string | null;
  @Shown(4) uses!: number;
  @ShownTime() first_at!: string;
  @ShownTime() last_at!: string;
  @ShownList(['rc_Qy3f8sJm2aWb0T1x']) records!: string[];
  @ShownOrNull('一般送配電事業者の窓口へ案内する', '本来の適法な方法') lawful_alternative!: string | null;
}

/** A kind that these records alone cannot show, and what it would take. */
export class NotCovered {
  @Shown('moving_in') finding_type!: string;
  @Shown('再点・開始申込の拒否との突合') needs!: string;
}

export class AnalysisView extends AnalysisLine {
  @ShownParts(() => SignView) items!: SignView[];
  @ShownParts(() => NotCovered) not_covered!: NotCovered[];
}
