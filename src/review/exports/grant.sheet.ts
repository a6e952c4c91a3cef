import type { Checkpoint } from '../../ledger/note.js';
import { CAUSES } from '../ending.js';
import { ledgerLine, shown } from './certificate.sheet.js';
import type { DeclarationName } from './documents.repository.js';
import type { ExportRow, RecordFacts } from './export-row.js';
import type { LongWork } from '../long-work.js';
import { Sheet } from './sheet.js';

interface GrantPaper {
  given: ExportRow;
  rows: readonly ExportRow[];
  declaration: DeclarationName;
  checkpoint: Checkpoint;
  names: ReadonlyMap<string, string>;
}

const PURPOSES: Readonly<Record<string, string>> = {
  outage_enquiry: '停電の問合せ',
  restoration_enquiry: '復旧見込みの問合せ',
  danger_report: '危険の通報',
  life_support_check: '人命に関わる確認',
};
const USES: Readonly<Record<string, string>> = {
  'use.lookup': '検索',
  'use.match': '照合',
  'use.reveal': '都度開示',
  'use.evaluation': 'システムからの判定',
  'use.dispatch_failed': '出動票への受渡し不成立',
};
const STEPS: Readonly<Record<string, string>> = {
  'grant.given': '付与',
  'grant.acknowledged': '本人確認',
  'grant.suspended': '停止',
  'grant.resumed': '再開',
  'grant.revoked': '取消',
  'grant.handed_back': '返却',
  'grant.ended': '終了の確認',
  'credential.issued': '資格情報の発行',
  'credential.released': '資格情報の返却',
  'probe.gate': '失効確認（門）',
  'probe.introspection': '失効確認（照会）',
  'exposure.found': '露出の発見',
  'exposure.resolved': '露出の解消',
  'api.refused': '操作の拒否',
  'api.refused_often': '操作の拒否（多数）',
};

/** 付与の一枚: to whom, why, by whom, what it was used for, how it ended, and that it opens nothing any more. */
export async function grantSheet(paper: GrantPaper, work?: LongWork): Promise<AsyncIterable<Uint8Array>> {
  const { given, rows, declaration, checkpoint, names } = paper;
  const { record } = given;
  const id = record.grantId ?? '';
  const last = rows.at(-1) ?? given;
  const sheet = new Sheet(
    {
      title: `付与の記録 ${id}`,
      date: last.record.at,
      isDrill: declaration.is_drill,
      ledger: ledgerLine(checkpoint),
    },
    work,
  );
  sheet.title(declaration.is_drill ? '付与の記録（訓練）' : '付与の記録');
  await sheet.pairs(factsOf(paper, named(names)));

  const uses = rows.filter((row) => typeOf(row.record) in USES);
  sheet.heading(`利用 ${uses.length}件（拒否を含む）`);
  if (uses.length === 0) sheet.paragraph('利用はありません。');
  else
    await sheet.table(
      [
        ['番号', 6],
        ['日時', 17],
        ['種別', 11],
        ['結果', 13],
        ['目的', 15],
        ['通話', 20],
        ['供給地点の参照', 22],
        ['記録', 21],
      ],
      uses.map(({ record: use }) => useRow(use)),
    );

  const steps = rows.filter((row) => !(typeOf(row.record) in USES));
  sheet.heading('経過');
  await sheet.table(
    [
      ['日時', 17],
      ['出来事', 17],
      ['人', 22],
      ['内容', 44],
      ['記録', 21],
    ],
    steps.map(({ record: step }) => stepRow(step, named(names))),
  );
  sheet.paragraph('表示した値や検索した番号は封印されており、この書面にはありません。');
  return sheet.finish();
}

type Named = (id: unknown) => string;

const named =
  (names: ReadonlyMap<string, string>): Named =>
  (id) => {
    if (typeof id !== 'string') return '';
    const name = names.get(id);
    return name === undefined ? id : `${name}（${id}）`;
  };

const typeOf = ({ type }: RecordFacts): string => type.replace(/^drill\./, '');
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function factsOf({ given, rows, declaration }: GrantPaper, who: Named): [string, string][] {
  const { record } = given;
  const { details } = record;
  const ended = rows.find((row) => typeOf(row.record) === 'grant.ended')?.record.details;
  const cause = text(ended?.['cause']);
  const plan = text(details['standing_plan']);
  return [
    ['付与', record.grantId ?? ''],
    ['だれに', `${who(details['grantee'])}　${who(record.organizationId)}`],
    ['なぜ（発令）', `${declaration.number}　${declaration.name}`],
    ['指名', text(details['nomination'])],
    ['承認', plan === '' ? who(record.personId) : `常設計画 ${plan} による`],
    ['承認の日時', shown(record.at)],
    ['勤務の時間', `${shown(text(details['starts_at']))} ～ ${shown(text(details['ends_at']))}`],
    ['閲覧できる項目', `項目プロファイル ${text(details['field_profile'])}`],
    [
      '終わり',
      ended === undefined
        ? 'この台帳の大きさでは、まだ確認されていない'
        : `${shown(text(ended['ended_at']))}　${cause in CAUSES ? CAUSES[cause as keyof typeof CAUSES].ja : cause}　利用 ${String(ended['uses'])}件`,
    ],
  ];
}

function useRow(use: RecordFacts): string[] {
  const { details } = use;
  const directions: Readonly<Record<string, string>> = { inbound: '着信', outbound: '発信' };
  const direction = text(details['direction']);
  return [
    use.useNo === null ? '' : String(use.useNo),
    shown(use.at),
    USES[typeOf(use)] ?? use.type,
    use.decision === 'refuse' ? `拒否 ${use.code ?? ''}` : `許可 ${use.code ?? ''}`.trim(),
    PURPOSES[text(details['purpose'])] ?? text(details['purpose']),
    `${directions[direction] ?? direction} ${text(details['call_id'])}`.trim(),
    use.supplyPointRef ?? '',
    use.id,
  ];
}

function stepRow(step: RecordFacts, who: Named): string[] {
  const { details } = step;
  const said = [
    text(details['reason']),
    step.code === null ? '' : `${step.decision === 'refuse' ? '拒否 ' : ''}${step.code}`,
    text(details['terminal']) === '' ? '' : `端末 ${text(details['terminal'])}`,
    text(details['notice_version']) === '' ? '' : `注意書き ${text(details['notice_version'])}`,
    text(details['what']),
  ];
  return [
    shown(step.at),
    STEPS[typeOf(step)] ?? step.type,
    who(step.personId),
    said.filter((part) => part !== '').join('　'),
    step.id,
  ];
}
