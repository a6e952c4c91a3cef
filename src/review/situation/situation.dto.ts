import { Shown, ShownList, ShownPartOrNull, ShownParts, ShownTime, ShownTimeOrNull } from '../desk/shown.js';

export class CalledSeats {
  @Shown('retailer-a') organization_id!: string;
  @Shown(40, '求めた席') seats!: number;
  @Shown(12, 'いま埋まっている席') filled!: number;
  @Shown(false, '辞退した') declined!: boolean;
}

export class CallInSituation {
  @Shown('sc_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('99-20261123-1-1') number!: string;
  @Shown(1) response_pattern!: number;
  @ShownTime() called_at!: string;
  @ShownParts(() => CalledSeats) organizations!: CalledSeats[];
}

/** Grants that nothing has ended yet; each is in one of these. */
export class GrantsOfOrganization {
  @Shown('retailer-a') organization_id!: string;
  @Shown(11, 'いま有効') live!: number;
  @Shown(1, '本人確認がまだ') not_acknowledged!: number;
  @Shown(0, 'シフトの開始前') not_started!: number;
  @Shown(0, '停止中') suspended!: number;
  @Shown(0, 'ほかの理由でいまは使えない') held_back!: number;
}

/** Sixty minutes, the oldest first; the last one is under way. */
export class UsesByMinute {
  @ShownTime() from!: string;
  @ShownList([0, 3, 5]) lookups!: number[];
  @ShownList([0, 0, 1]) refused!: number[];
}

export class DeclarationInSituation {
  @Shown('dc_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('99-20261123-1') number!: string;
  @Shown('台風24号') name!: string;
  @Shown(false) is_drill!: boolean;
  @Shown('非常災害対策本部') posture_level!: string;
  @ShownList(['272035']) target_area!: string[];
  @Shown(true) live!: boolean;
  @Shown(true) confirmed!: boolean;
  @ShownTime() declared_at!: string;
  @ShownTime() hard_end_at!: string;
  @ShownTimeOrNull() lifted_at!: string | null;
  @Shown(32_400, '終わりまでの秒数。効力がなければ 0') remaining_seconds!: number;
  @ShownParts(() => CallInSituation) calls!: CallInSituation[];
  @ShownParts(() => GrantsOfOrganization) grants!: GrantsOfOrganization[];
  @ShownPartOrNull(() => UsesByMinute, {
    from: '2026-11-23T11:01:00.000+09:00',
    lookups: [0, 3, 5],
    refused: [0, 0, 1],
  })
  uses!: UsesByMinute | null;
  @Shown(0, '失効を確かめられていないもの') exposures_open!: number;
}

export class WaitingCount {
  @Shown('change.waiting', '受信箱の kind') kind!: string;
  @Shown(2) count!: number;
}

export class LedgerInSituation {
  @Shown(0.2, '木に入っていない最古の記録の経過秒数') lag_seconds!: number;
  @Shown(12_345, '署名した件数') size!: number;
  @ShownTimeOrNull() signed_at!: string | null;
  @ShownTimeOrNull() compared_at!: string | null;
  @Shown(0, '台帳と合わないまま残っているもの') mismatches_open!: number;
}

/** What one sees first. Who may not see a part gets it empty, or null. */
export class SituationView {
  @ShownTime() server_time!: string;
  @ShownParts(() => DeclarationInSituation) declarations!: DeclarationInSituation[];
  @ShownParts(() => WaitingCount) waiting!: WaitingCount[];
  @ShownPartOrNull(() => LedgerInSituation, {
    lag_seconds: 0.2,
    size: 12_345,
    signed_at: null,
    compared_at: null,
    mismatches_open: 0,
  })
  ledger!: LedgerInSituation | null;
}
