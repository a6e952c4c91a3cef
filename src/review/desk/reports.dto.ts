import { between, Instant, Pattern, told, WHOLE } from '../../contract/fields.js';
import { Type } from 'class-transformer';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import {
  Shown,
  ShownList,
  ShownObject,
  ShownOrNull,
  ShownPart,
  ShownParts,
  ShownTime,
  ShownTimeOrNull,
} from './shown.js';

export class SpanQuery {
  @Instant({ about: 'この日時から（省略は最初から）', example: '2026-11-01T00:00:00+09:00', optional: true })
  from?: Date;

  @Instant({
    about: 'この日時より前（省略はいままで）',
    example: '2026-12-01T00:00:00+09:00',
    optional: true,
  })
  to?: Date;
}

export class SampleQuery extends SpanQuery {
  @ApiPropertyOptional({
    description: '件数',
    type: 'integer',
    minimum: 1,
    maximum: 200,
    default: 20,
    example: 20,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt(told(...WHOLE))
  @Min(1, between({ min: 1, max: 200 }))
  @Max(200, between({ min: 1, max: 200 }))
  n: number = 20;

  @Pattern({
    about: '乱数の種（省略は新しく引く）',
    example: '5f2a9c01',
    pattern: /^[0-9a-f]{8,64}$/,
    optional: true,
  })
  seed?: string;
}

export class SampledUse {
  @Shown('rc_Qy3f8sJm2aWb0T1x') record_id!: string;
  @ShownTime() at!: string;
  @Shown('use.lookup') type!: string;
  @Shown('permit') decision!: string;
  @ShownOrNull('outside_area') code!: string | null;
  @ShownOrNull('operator-a-01') person_id!: string | null;
  @ShownOrNull('retailer-a') organization_id!: string | null;
  @ShownOrNull('dc_Qy3f8sJm2aWb0T1x') declaration_id!: string | null;
  @ShownOrNull('gr_Qy3f8sJm2aWb0T1x') grant_id!: string | null;
  @ShownOrNull('Xk3v9Qm2aWb0T1xPq8sJm2') supply_point_ref!: string | null;
  @ShownObject({ purpose: 'outage_enquiry' }) details!: Record<string, unknown>;
}

export class SampleView {
  @Shown('5f2a9c01', 'from, to, n, seed が同じなら同じ抽出になる') seed!: string;
  @ShownTimeOrNull() from!: string | null;
  @ShownTime() to!: string;
  @Shown(20) n!: number;
  @Shown(48210, '母数') population!: number;
  @ShownParts(() => SampledUse) items!: SampledUse[];
}

export class ViewerLine {
  @Shown('operator-a-01') person_id!: string;
  @Shown('retailer-a') organization_id!: string;
  @Shown(12, '許された利用') uses!: number;
  @Shown(9, '供給地点') points!: number;
  @ShownTime() first_at!: string;
  @ShownTime() last_at!: string;
  @ShownObject({ outage_enquiry: 12 }) purposes!: Record<string, number>;
}

export class ViewersView {
  @ShownTimeOrNull() from!: string | null;
  @ShownTime() to!: string;
  @Shown(1, 'どの会社のお客さまか記録にない利用（照合できないもの）') unknown!: number;
  @ShownParts(() => ViewerLine) items!: ViewerLine[];
}

export class MonthLine {
  @Shown('2026-11') month!: string;
  @Shown(120000) records!: number;
  @ShownTime() first_at!: string;
  @ShownTime() last_at!: string;
}

export class Silence {
  @ShownTime() from!: string;
  @ShownTime() to!: string;
  @Shown(45) minutes!: number;
}

export class LedgerState {
  @Shown(120000, '台帳の記載') size!: number;
  @Shown(0, '記載を待つ記録') waiting!: number;
  @ShownOrNull(120000, '署名されたところまで') signed_size!: number | null;
  @ShownTimeOrNull() signed_at!: string | null;
}

export class RetentionView {
  @Shown(5, '利用の日からの年数') years!: number;
  @ShownTimeOrNull() oldest_at!: string | null;
  @ShownTimeOrNull() newest_at!: string | null;
  @ShownParts(() => MonthLine) months!: MonthLine[];
  @ShownList(['2026-10']) months_without_records!: string[];
  @Shown(1440, '稼働の記録（heartbeat）') heartbeats!: number;
  @ShownParts(() => Silence) silences!: Silence[];
  @ShownPart(() => LedgerState) ledger!: LedgerState;
}

export class RetailerLine {
  @Shown('retailer-a') organization_id!: string;
  @Shown(true) is_affiliated!: boolean;
  @Shown(3, '応援要請を受けた数') called!: number;
  @Shown(3, '応援要請のときに候補だった数') offered!: number;
  @Shown(0) declined!: number;
  @Shown(12, '指名された人') nominated!: number;
  @Shown(11, '承認された人') approved!: number;
  @ShownObject({ training_expired: 1 }) refused!: Record<string, number>;
  @Shown(0, '却下された指名') denied!: number;
  @ShownOrNull(0.92) approval_rate!: number | null;
  @ShownOrNull(4.5, '指名から判断までの分（中央値）') minutes_to_decision!: number | null;
  @Shown(44.0, '付与されたシフトの時間') shift_hours!: number;
  @Shown(40.2, '実際に有効だった時間') live_hours!: number;
  @ShownOrNull(22, '見える項目の数（最大）') profile_fields!: number | null;
}

export class FairnessView {
  @ShownTimeOrNull() from!: string | null;
  @ShownTime() to!: string;
  @ShownParts(() => RetailerLine) retailers!: RetailerLine[];
  @ShownObject({ organizations: 1, approval_rate: 0.92 }) affiliated!: GroupTotals;
  @ShownObject({ organizations: 1, approval_rate: 0.95 }) others!: GroupTotals;
}

export interface GroupTotals {
  organizations: number;
  called: number;
  offered: number;
  declined: number;
  nominated: number;
  approved: number;
  denied: number;
  approval_rate: number | null;
  shift_hours: number;
  live_hours: number;
}

export class FrequencyLine {
  @Shown('2026') year!: string;
  @Shown('27', '都道府県。全体は all') area!: string;
  @Shown(3) declarations!: number;
  @Shown(96.5, 'いずれかの発令が有効だった時間') hours_in_force!: number;
  @Shown(0.011, '一年のうちの割合') share_of_year!: number;
}

export class FrequencyView {
  @ShownParts(() => FrequencyLine) items!: FrequencyLine[];
  @ShownOrNull(80.1, 'この365日に付与が有効だった時間') grant_hours_last_year!: number;
  @Shown(96.5, 'この365日') hours_last_year!: number;
  @Shown(60, 'その前の365日') hours_year_before!: number;
  @Shown(true, '増えているか（NEC-6）') is_rising!: boolean;
}

export class ExtractOrganization {
  @Shown('retailer-a') organization_id!: string;
  @Shown('見本小売電気') name!: string;
  @Shown(11) grants!: number;
  @Shown(120) uses!: number;
}

export class ExtractLine {
  @Shown('99-20261123-1') number!: string;
  @ShownList(['暴風']) hazard_types!: string[];
  @ShownList(['272035']) area!: string[];
  @ShownTime() declared_at!: string;
  @ShownTimeOrNull() ended_at!: string | null;
  @ShownParts(() => ExtractOrganization) organizations!: ExtractOrganization[];
}

export class ExtractView {
  @ShownParts(() => ExtractLine) items!: ExtractLine[];
}
