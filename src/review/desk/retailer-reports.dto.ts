import { Shown, ShownList, ShownParts, ShownTime, ShownTimeOrNull } from './shown.js';

export class ViewedLine {
  @Shown('2026-11-23', '日（日本時間）') day!: string;
  @Shown('retailer-a', '扱った会社') organization_id!: string;
  @Shown('見本小売電気') organization_name!: string;
  @Shown('outage_enquiry') purpose!: string;
  @Shown('use.lookup') type!: string;
  @Shown(12) uses!: number;
  @Shown(9, '供給地点の数') points!: number;
  @ShownList(['outage_state']) fields!: string[];
}

export class ViewedByOthersView {
  @Shown('retailer-b') retailer_id!: string;
  @Shown('独立小売電気') retailer_name!: string;
  @ShownTimeOrNull() from!: string | null;
  @ShownTime() to!: string;
  @Shown(12, '他社による利用') uses!: number;
  @Shown(1, 'どの会社のお客さまか記録にない利用（全社）') unknown!: number;
  @ShownParts(() => ViewedLine) lines!: ViewedLine[];
}
