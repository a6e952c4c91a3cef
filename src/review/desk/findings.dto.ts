import { Actions, ActionView } from '../../contract/actions.js';
import { OneOf, Pattern, Text } from '../../contract/fields.js';
import { PageQuery } from '../../contract/page.js';
import {
  FINDING_STATES,
  FINDING_TYPES,
  SEVERITIES,
  SUBJECT_TYPES,
  type FindingState,
  type FindingType,
  type Severity,
  type SubjectType,
} from './finding.js';
import { Shown, ShownOrNull, ShownTime, ShownTimeOrNull } from './shown.js';

const PERSON = /^[a-z][a-z0-9-]{1,63}$/;
const DAY = /^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
/** With a letter: a number would be a customer's, and is put on record nowhere. */
const REFERENCE = /^(?=.*[A-Za-z])[A-Za-z0-9_-]{1,64}$/;

const severity = { about: '重要度', example: 'medium', values: Object.keys(SEVERITIES) };
const owner = {
  about: '回答する人（情報管理責任者または法令遵守責任者）',
  example: 'officer-1',
  pattern: PERSON,
};
const dueDate = { about: '回答の期限（日本時間のこの日まで）', example: '2099-12-15', pattern: DAY };

export class FindingDto {
  @OneOf({ about: '何についての指摘か', example: 'person', values: SUBJECT_TYPES })
  subject_type!: SubjectType;

  @Pattern({ about: 'その ID または供給地点の参照', example: 'operator-a-01', pattern: REFERENCE })
  subject_id!: string;

  @OneOf({ about: '種類', example: 'repeated_views', values: Object.keys(FINDING_TYPES) })
  type!: FindingType;

  @OneOf(severity)
  severity!: Severity;

  @Text({
    about: '指摘の内容',
    example: '同じ供給地点を一晩に五回検索している。通話の記録との対応を確かめること。',
    min: 2,
    max: 2000,
  })
  text!: string;

  @Pattern(owner)
  owner_person_id!: string;

  @Pattern(dueDate)
  due_date!: string;
}

/** One step at a time: an answer, a closing, or another severity, owner or due date with its reason. */
export class FindingStepDto {
  @OneOf({ ...severity, optional: true })
  severity?: Severity;

  @Pattern({ ...owner, optional: true })
  owner_person_id?: string;

  @Pattern({ ...dueDate, optional: true })
  due_date?: string;

  @Text({
    about: '重要度・担当・期限を変える理由',
    example: '担当の交代のため',
    min: 2,
    max: 500,
    optional: true,
  })
  reason?: string;

  @Text({
    about: '担当からの回答（監視部門が記す）',
    example: '通話五件との対応を確かめた。',
    min: 2,
    max: 2000,
    optional: true,
  })
  answer?: string;

  @Text({
    about: '完了とする理由',
    example: '回答の内容を記録と照らして確かめたため',
    min: 2,
    max: 500,
    optional: true,
  })
  closing_reason?: string;
}

export class FindingQuery extends PageQuery {
  @OneOf({ about: '状態', example: 'open', values: FINDING_STATES, optional: true })
  state?: FindingState;

  @Pattern({ ...owner, about: '回答する人', optional: true })
  owner?: string;

  @Pattern({ about: '何についての指摘か', example: 'operator-a-01', pattern: REFERENCE, optional: true })
  subject?: string;
}

export class FindingView {
  @Shown('fd_Qy3f8sJm2aWb0T1x') id!: string;
  @Shown('person') subject_type!: string;
  @Shown('operator-a-01') subject_id!: string;
  @Shown('repeated_views') type!: string;
  @Shown('medium') severity!: string;
  @Shown('同じ供給地点を一晩に五回検索している。') text!: string;
  @Shown('officer-1') owner_person_id!: string;
  @Shown('2099-12-15', '日本時間のこの日まで') due_date!: string;
  @Shown('open', 'open, answered, closed') state!: string;
  @Shown(false, '期限を過ぎて回答がない') overdue!: boolean;
  @Shown('auditor-1') found_by!: string;
  @ShownTime() found_at!: string;
  @ShownTime() assigned_at!: string;
  @ShownOrNull('通話五件との対応を確かめた。') answer!: string | null;
  @ShownTimeOrNull() answered_at!: string | null;
  @ShownOrNull('回答の内容を記録と照らして確かめたため') closing_reason!: string | null;
  @ShownTimeOrNull() closed_at!: string | null;
  @Actions() actions!: ActionView[];
}
