/** One list of the pack: its file, its title and its columns in Japanese, and what is read. $1, $2: the period. */
export interface InspectionList {
  file: string;
  title: string;
  /** [column of the statement, heading] */
  columns: readonly (readonly [string, string])[];
  sql: string;
}

const list = (
  file: string,
  title: string,
  columns: readonly (readonly [string, string])[],
  sql: string,
): InspectionList => ({ file, title, columns, sql });

/** Every declaration and grant that there is; what is bounded by the period says so in its title. */
export const INSPECTION_LISTS: readonly InspectionList[] = [
  list(
    '01-発令',
    '発令: 根拠、必要性、発令者、確認者、解除者',
    [
      ['number', '番号'], ['is_drill', '訓練'], ['name', '名称'], ['hazard_types', '災害種別'], ['posture_level', '態勢'],
      ['declared_area', '発令時の区域'], ['target_area', '区域'], ['legal_basis', '根拠'],
      ['necessity_statement', '必要性'], ['rule_version', '社内規程の版'], ['declared_by', '発令者'],
      ['declared_by_name', '発令者名'], ['declared_at', '発令日時'], ['confirmed_by', '確認者'],
      ['confirmed_by_name', '確認者名'], ['confirmed_at', '確認日時'], ['expected_end_at', '見込期限'],
      ['hard_end_at', '期限'], ['lifted_by', '解除者'], ['lifted_at', '解除日時'], ['lift_reason', '解除の理由'],
      ['certified_at', '解除証明の日時'], ['told', '通知先'], ['id', '識別子'],
    ],
    `select d.*, a.name as declared_by_name, b.name as confirmed_by_name, c.completed_at as certified_at
       from declaration d join person a on a.id = d.declared_by left join person b on b.id = d.confirmed_by
       left join certificate c on c.declaration_id = d.id order by d.declared_at, d.id`,
  ),
  list(
    '02-発令の変更',
    '延長、区域の拡大と縮小',
    [
      ['number', '発令番号'], ['ordinal', '順'], ['kind', '種別'], ['at', '日時'], ['amended_by', '行った人'],
      ['decided_by', '二人目'], ['hard_end_at', '期限'], ['target_area', '区域'], ['reason', '理由'],
      ['outage_households', '停電戸数'],
    ],
    `select m.*, d.number, c.decided_by from declaration_amendment m join declaration d on d.id = m.declaration_id
       left join change c on c.id = m.change_id order by d.declared_at, d.id, m.ordinal`,
  ),
  list(
    '03-応援要請',
    '応援要請と、要請された会社の答え',
    [
      ['number', '番号'], ['declaration', '発令番号'], ['called_by', '要請者'], ['called_at', '日時'],
      ['organization_id', '会社'], ['seats', '席数'], ['response_pattern', '対応パターン'], ['field_profile_id', '項目プロファイル'],
      ['shift_hours_max', 'シフトの上限（時間）'], ['necessity', '必要性'], ['capacity_evidence', '容量の根拠'],
      ['alternatives_tried', '試した代替'], ['selection_reason', '選んだ理由'], ['declined_by', '辞退した人'],
      ['declined_at', '辞退日時'], ['decline_reason', '辞退の理由'],
    ],
    `select c.*, d.number as declaration, o.organization_id, o.seats, o.declined_by, o.declined_at, o.decline_reason
       from support_call c join declaration d on d.id = c.declaration_id
       join support_call_organization o on o.support_call_id = c.id order by c.called_at, c.id, o.organization_id`,
  ),
  list(
    '04-指名',
    '指名された人と、一人ひとりの判定',
    [
      ['id', '指名'], ['call', '応援要請'], ['organization_id', '会社'], ['nominated_by', '指名者'], ['nominated_at', '日時'],
      ['starts_at', '開始'], ['ends_at', '終了'], ['person_id', '人'], ['verdict', '判定'], ['code', '理由'],
      ['decision', '決定'], ['decided_by', '決定者'], ['standing_plan_id', '常設計画'], ['decided_at', '決定日時'],
      ['decision_reason', '決定の理由'],
    ],
    `select n.*, c.number as call, p.person_id, p.verdict, p.code from nomination n
       join support_call c on c.id = n.support_call_id join nomination_person p on p.nomination_id = n.id
      order by n.nominated_at, n.id, p.ordinal`,
  ),
  list(
    '05-付与',
    'すべての付与: 承認、本人確認、停止、取消、終わりとその証拠',
    [
      ['id', '付与'], ['declaration', '発令番号'], ['is_drill', '訓練'], ['organization_id', '会社'], ['person_id', '人'],
      ['name', '氏名'], ['field_profile_id', '項目プロファイル'], ['nominated_by', '指名者'], ['approved_by', '承認者'],
      ['standing_plan_id', '常設計画'], ['approved_at', '承認日時'], ['starts_at', '開始'], ['ends_at', '終了'],
      ['acknowledged_at', '本人確認'], ['notice_version', '注意事項の版'], ['suspended_at', '停止'],
      ['suspend_reason', '停止の理由'], ['resumed_at', '再開'], ['revoked_at', '取消'], ['revoke_reason', '取消の理由'],
      ['handed_back_at', '返却'], ['ended_at', '実際の終わり'], ['cause', '終わりの理由'], ['uses', '利用の件数'],
      ['probes', '失効の確認'], ['probes_refused', 'うち拒否'],
    ],
    `select g.*, d.number as declaration, p.name, e.ended_at, e.cause, coalesce(u.last_no, 0) as uses,
            coalesce(b.probes, 0) as probes, coalesce(b.probes_refused, 0) as probes_refused
       from access_grant g join declaration d on d.id = g.declaration_id join person p on p.id = g.person_id
       left join grant_ending e on e.grant_id = g.id left join grant_use u on u.grant_id = g.id
       left join (select grant_id, count(*)::integer as probes, count(*) filter (where is_refused)::integer as probes_refused
                    from probe group by grant_id) b on b.grant_id = g.id
      order by g.approved_at, g.id`,
  ),
  list(
    '06-研修と誓約',
    '応援の名簿: 職務、研修、誓約、棚卸（委託先を含む）',
    [
      ['id', '人'], ['name', '氏名'], ['organization_id', '会社'], ['employer_id', '委託先'], ['role', '役割'], ['duty', '職務'],
      ['training_for', '研修の対象'], ['training_content_version', '研修の版'], ['training_completed_at', '修了'],
      ['training_valid_until', '有効期限'], ['pledge_version', '誓約書の版'], ['pledged_at', '誓約'],
      ['recertified_until', '棚卸の期限'], ['has_conflict', '利益相反'], ['left_at', '離職・異動'],
    ],
    `select * from person order by organization_id, id`,
  ),
  list(
    '07-端末と部屋',
    '端末、管理者、部屋、貸出、紛失',
    [
      ['serial', '製造番号'], ['organization_id', '会社'], ['custodian_person_id', '管理者'], ['room', '部屋'],
      ['room_name', '部屋の名称'], ['enrolled_at', '登録'], ['checked_out_to', '貸出先'], ['checked_out_at', '貸出日時'],
      ['room_entry_log_ref', '入室記録'], ['lost_at', '紛失'], ['retired_at', '廃止'], ['id', '識別子'],
    ],
    `select t.*, r.id as room, r.name as room_name from terminal t join room r on r.id = t.room_id order by t.enrolled_at, t.id`,
  ),
  list(
    '08-二人による変更',
    '名簿、契約、項目、端末などの変更: 誰が提案し、誰が決めたか（値は載せない）',
    [
      ['id', '変更'], ['kind', '種別'], ['proposed_by', '提案者'], ['proposed_at', '提案日時'], ['decision', '決定'],
      ['decided_by', '決定者'], ['decided_at', '決定日時'], ['reason', '理由'], ['resource_type', '対象の種別'], ['resource_id', '対象'],
    ],
    `select id, kind, proposed_by, proposed_at, decision, decided_by, decided_at, reason, resource_type, resource_id
       from change order by proposed_at, id`,
  ),
  list(
    '09-失効確認',
    '発令の外で、誰も権限を持たないことの確認（期間内）',
    [
      ['day', '日'], ['at', '日時'], ['kind', '種別'], ['live_grants', '有効な付与'], ['outside', '発令の外'],
      ['counted_apart', '別の数え方'], ['covers', '対象の仕組み'], ['does_not_cover', '対象でない仕組み'], ['record_id', '記録'],
    ],
    `select *, to_char(day, 'YYYY-MM-DD') as day from attestation where at >= $1 and at < $2 order by at, kind, ordinal`,
  ),
  list(
    '10-記録の保存',
    '月ごとの記録: 最古、最新、件数。記録のない月は載らない',
    [['month', '月'], ['records', '件数'], ['first_at', '最古'], ['last_at', '最新']],
    `select to_char(date_trunc('month', at at time zone 'Asia/Tokyo'), 'YYYY-MM') as month, count(*)::integer as records,
            min(at) as first_at, max(at) as last_at from record group by 1 order by 1`,
  ),
  list(
    '11-記録の空白',
    '稼働の印（5分ごと）が15分より長く途切れた時間（期間内）',
    [['from', 'から'], ['to', 'まで'], ['minutes', '分']],
    `select at as "from", next as "to", round(extract(epoch from next - at) / 60)::integer as minutes
       from (select at, lead(at) over (order by at) as next from record
              where type = 'service.heartbeat' and at >= $1 and at < $2) h
      where next - at > interval '15 minutes' order by at`,
  ),
  list(
    '12-台帳との照合',
    '表と台帳の照合の結果（期間内）',
    [
      ['at', '日時'], ['occasion', 'きっかけ'], ['asked_by', '求めた人'], ['records', '記録'], ['rows', '行'], ['found', '新しい相違'],
      ['cleared', '解消'], ['open', '残る相違'], ['record_id', '記録'],
    ],
    `select * from replay where at >= $1 and at < $2 order by at, id`,
  ),
  list(
    '13-相違と残存',
    '台帳と異なる行、失効を証明できていない付与（すべて）',
    [
      ['kind', '種別'], ['id', '識別子'], ['subject', '対象'], ['what', '内容'], ['found_at', '発見'], ['ended_at', '解消'],
    ],
    `select '相違' as kind, id, resource_type || ' ' || resource_id as subject, what, found_at, cleared_at as ended_at from mismatch
     union all select '残存', id, 'grant ' || grant_id || ' ' || target, what, found_at, resolved_at from exposure
     order by found_at, id`,
  ),
  list(
    '14-指摘',
    '監視部門の指摘、担当者、期限、答え',
    [
      ['id', '指摘'], ['subject_type', '対象の種別'], ['subject_id', '対象'], ['type', '類型'], ['severity', '重さ'], ['text', '内容'],
      ['owner_person_id', '担当'], ['due_date', '期限'], ['found_by', '指摘者'], ['found_at', '日時'], ['answer', '答え'],
      ['answered_at', '答えた日時'], ['closing_reason', '閉じた理由'], ['closed_at', '閉じた日時'],
    ],
    `select *, to_char(due_date, 'YYYY-MM-DD') as due_date from finding order by found_at, id`,
  ),
  list(
    '15-申出',
    '見えてはいけないものが見えた: 止めた項目と、戻した日時（申し出た人は載せない）',
    [['id', '申出'], ['at', '日時'], ['declaration', '発令番号'], ['is_drill', '訓練'], ['field_id', '項目'], ['label_ja', '項目名'], ['released_at', '戻した日時']],
    `select i.id, i.at, d.number as declaration, i.is_drill, i.field_id, f.label_ja, i.released_at
       from incident i join declaration d on d.id = i.declaration_id join field f on f.id = i.field_id order by i.at, i.id`,
  ),
  list(
    '16-保存の停止と削除',
    '削除の差止めと、保存期間を過ぎた月の削除',
    [['kind', '種別'], ['subject', '対象'], ['reason', '理由'], ['by', '行った人'], ['at', '日時'], ['ended_at', '終わり']],
    `select '差止め' as kind, h.declaration_id as subject, h.reason, h.placed_by as by, h.placed_at as at, h.released_at as ended_at
       from legal_hold h
     union all select '削除', p.month::text, null, c.decided_by, p.confirmed_at, p.done_at from purge p join change c on c.id = p.change_id
     order by at, subject`,
  ),
  list(
    '17-項目プロファイル',
    '見える項目と見せ方（いまの版）',
    [['profile_id', 'プロファイル'], ['version', '版'], ['field_id', '項目'], ['label_ja', '項目名'], ['mode', '見せ方'], ['is_non_public', '非公開情報']],
    `select p.id as profile_id, f.version, f.field_id, c.label_ja, f.mode, c.is_non_public
       from field_profile p join field_profile_field f on f.profile_id = p.id and f.version = p.current_version
       join field c on c.id = f.field_id order by p.id, c.item, f.field_id`,
  ),
]; // prettier-ignore

/** The master data as it stood at an instant: $1 the kind of row, $2 the instant. */
export const AS_OF = `
  select distinct on (resource_id) resource_id, version, at, change_id, facts
    from fact_version where resource_type = $1 and at <= $2 order by resource_id, version desc`;
export const MASTER_DATA = [
  ['organization', '会社'],
  ['person', '人'],
  ['agreement', '契約'],
  ['field_profile', '項目プロファイル'],
  ['terminal', '端末'],
  ['standing_plan', '常設計画'],
] as const;
/** Keys that identify people or machines beyond what an inspection asks for. */
export const LEFT_OUT: ReadonlySet<string> = new Set(['natural_person_key', 'jwk']);
