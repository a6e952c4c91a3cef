import { Pattern } from '../../contract/fields.js';
import { PageQuery } from '../../contract/page.js';
import { Shown, ShownOrNull, ShownParts, ShownTime, ShownTimeOrNull } from './shown.js';

export class TrainingQuery extends PageQuery {
  @Pattern({ about: '会社', example: 'retailer-a', pattern: /^[a-z][a-z0-9-]{1,39}$/, optional: true })
  organization?: string;
}

export class TrainingGroup {
  @Shown('retailer-a') organization_id!: string;
  @Shown('contractor', 'employee, contractor') employment!: string;
  @Shown(10) people!: number;
  @Shown(9, '自分の区分の研修が有効な人') trained!: number;
  @Shown(10, '誓約した人') pledged!: number;
  @Shown(9, '棚卸が有効な人') recertified!: number;
}

export class TrainingLine {
  @Shown('operator-a-31') person_id!: string;
  @Shown('応対 A31号') name!: string;
  @Shown('operator') role!: string;
  @Shown('retailer-a') organization_id!: string;
  @Shown('contractor') employment!: string;
  @ShownOrNull('contractor-x', '委託先') employer_id!: string | null;
  @ShownOrNull('contractor', 'だれ向けの研修か。委託先は委託先の研修') training_for!: string | null;
  @ShownOrNull('2026-1') content_version!: string | null;
  @ShownTimeOrNull() completed_at!: string | null;
  @ShownTimeOrNull() valid_until!: string | null;
  @Shown(true, '自分の区分の研修が、いま有効か') is_trained!: boolean;
  @ShownOrNull('2026-1') pledge_version!: string | null;
  @ShownTimeOrNull() pledged_at!: string | null;
  @ShownTimeOrNull() recertified_until!: string | null;
}

export class TrainingView {
  @ShownTime() at!: string;
  @ShownParts(() => TrainingGroup) groups!: TrainingGroup[];
  @ShownParts(() => TrainingLine) items!: TrainingLine[];
  @ShownOrNull('MTIzIHJjX3g') next!: string | null;
}

export class RoomTerminal {
  @Shown('tm_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('PC-0001') serial!: string;
  @Shown('retailer-a') organization_id!: string;
  @Shown('supervisor-a') custodian_person_id!: string;
  @ShownOrNull('operator-a-01', '貸出先') checked_out_to!: string | null;
  @ShownTimeOrNull() checked_out_at!: string | null;
  @ShownOrNull('ENTRY-2026-11-23-01', '入室記録') room_entry_log_ref!: string | null;
  @ShownTime() enrolled_at!: string;
  @ShownTimeOrNull() lost_at!: string | null;
  @ShownOrNull('operator-a-01', '期限内の資格情報を持つ人') used_by!: string | null;
  @ShownTimeOrNull() last_issued_at!: string | null;
}

export class RoomOccupancy {
  @Shown('retailer-a') organization_id!: string;
  @Shown(12) terminals!: number;
  @Shown(1) lost!: number;
  @Shown(8, '期限内の資格情報がある端末') in_use!: number;
}

export class RoomLine {
  @Shown('osaka-support-1') id!: string;
  @Shown('大阪支援室1') name!: string;
  @ShownOrNull('retailer-a', '部屋を持つ会社') organization_id!: string | null;
  @Shown(false, '二つ以上の会社の端末がある') is_shared!: boolean;
  @ShownParts(() => RoomOccupancy) occupancy!: RoomOccupancy[];
  @ShownParts(() => RoomTerminal) terminals!: RoomTerminal[];
}

export class RoomsView {
  @ShownTime() at!: string;
  @ShownParts(() => RoomLine) rooms!: RoomLine[];
}
