import { Shown, ShownOrNull, ShownParts, ShownList, ShownTime } from './shown.js';

export class HeldGrant {
  @Shown('gr_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('dc_Qy3f8sJm2aWb0T1x') declaration_id!: string;
  @Shown(false) live!: boolean;
  @ShownList(['lifted']) why_not!: string[];
}

export class TriedTarget {
  @Shown('gate') target!: string;
  @Shown(true, '終わりを理由に断られたか') refused!: boolean;
  @ShownOrNull('lifted') code!: string | null;
  @ShownOrNull('rc_Qy3f8sJm2aWb0T1x') record_id!: string | null;
}

export class NegativeTestView {
  @Shown('operator-a-01') person_id!: string;
  @ShownTime() at!: string;
  @Shown(false, 'いま有効な権限があるか') has_access!: boolean;
  @ShownParts(() => HeldGrant) grants!: HeldGrant[];
  @ShownOrNull('gr_Qy3f8sJm2aWb0T1x', '資格情報を試した付与。有効な付与は試さない') tried_grant!:
    string | null;
  @ShownParts(() => TriedTarget) tried!: TriedTarget[];
  @Shown('有効な権限はありません。失効した資格情報は2か所で断られました。') sentence_ja!: string;
  @Shown('No effective permission. The dead credential was refused at 2 places.') sentence_en!: string;
}
