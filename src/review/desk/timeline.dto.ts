import { Shown, ShownList, ShownOrNull, ShownPart, ShownParts, ShownTime, ShownTimeOrNull } from './shown.js';

/** At most 500 of one width, the oldest first. */
export class UseBuckets {
  @ShownTime() from!: string;
  @Shown(1, '一区間の分数') minutes_each!: number;
  @ShownList([0, 3, 5]) permitted!: number[];
  @ShownList([0, 0, 1]) refused!: number[];
}

/** From the approval to the true end; in between it could be used from the later of start and acknowledgement. */
export class GrantInterval {
  @Shown('gr_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('operator-a-01') person_id!: string;
  @Shown('retailer-a') organization_id!: string;
  @ShownTime() approved_at!: string;
  @ShownTimeOrNull() acknowledged_at!: string | null;
  @ShownTime() starts_at!: string;
  @ShownTime() ends_at!: string;
  @ShownTimeOrNull() suspended_at!: string | null;
  @ShownTimeOrNull() resumed_at!: string | null;
  @ShownTimeOrNull() ended_at!: string | null;
  @ShownOrNull('lifted', '終わりの理由') cause!: string | null;
}

export class GrantIntervals {
  @ShownParts(() => GrantInterval) items!: GrantInterval[];
  @ShownOrNull('MTc2Mzg2Nzg4MDAwMCBncl94') next!: string | null;
}

export class TimelineView {
  @Shown('dc_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('99-20261123-1') number!: string;
  @Shown('台風24号') name!: string;
  @Shown(false) is_drill!: boolean;
  @ShownTime() declared_at!: string;
  @ShownTimeOrNull() confirmed_at!: string | null;
  @ShownTime() hard_end_at!: string;
  @ShownTimeOrNull() lifted_at!: string | null;
  @ShownPart(() => UseBuckets) uses!: UseBuckets;
  @ShownPart(() => GrantIntervals) grants!: GrantIntervals;
}
