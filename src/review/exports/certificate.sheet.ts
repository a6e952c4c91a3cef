import type { Checkpoint } from '../../ledger/note.js';
import type { CertificateView, CertifiedGrantView } from '../certificates.dto.js';
import { CAUSES } from '../ending.js';
import { japanTime } from './columns.js';
import type { LongWork } from '../long-work.js';
import { Sheet } from './sheet.js';

interface CertificatePaper {
  certificate: CertificateView;
  /** Of the certificate's record in the tree. */
  position: number;
  checkpoint: Checkpoint;
  names: ReadonlyMap<string, string>;
}

/** 解除証明書: every grant of a declaration has ended, when, why, and its dead credential was refused. */
export async function certificateSheet(
  paper: CertificatePaper,
  work?: LongWork,
): Promise<AsyncIterable<Uint8Array>> {
  const { certificate, position, checkpoint, names } = paper;
  const sheet = new Sheet(
    {
      title: `解除証明書 ${certificate.number}`,
      date: new Date(certificate.completed_at),
      isDrill: certificate.is_drill,
      ledger: ledgerLine(checkpoint),
    },
    work,
  );
  sheet.title(certificate.is_drill ? '解除証明書（訓練）' : '解除証明書');
  sheet.paragraph('この発令のもとで与えた一時的な閲覧権限が、すべて終わり、もう使えないことを確かめました。');
  await sheet.pairs([
    ['発令', `${certificate.number}　${certificate.name}`],
    ['発令の番号（記録）', certificate.declaration_id],
    ['解除', certificate.lifted_at === null ? '解除なし（期限または失効）' : shown(certificate.lifted_at)],
    ['効力の終わり', shown(certificate.ended_at)],
    ['証明', `${shown(certificate.completed_at)}　記録 ${certificate.record_id}（台帳の位置 ${position}）`],
    ['結果', certificate.sentence_ja],
  ]);
  sheet.heading(`付与 ${certificate.grants.length}件`);
  if (certificate.grants.length === 0) sheet.paragraph('この発令のもとでの付与はありません。');
  else {
    await sheet.table(
      [
        ['付与', 19],
        ['人', 13],
        ['会社', 14],
        ['勤務の時間', 19],
        ['終わり', 16],
        ['理由', 12],
        ['利用', 6],
        ['失効確認', 14],
      ],
      certificate.grants.map((grant) => grantRow(grant, names)),
    );
  }
  sheet.paragraph(
    '失効確認: 終わった資格情報で、実際に閲覧（門）と照会（イントロスペクション）を試み、拒まれたことを記録しています。',
  );
  return sheet.finish();
}

function grantRow(grant: CertifiedGrantView, names: ReadonlyMap<string, string>): string[] {
  const { cause } = grant;
  return [
    grant.id,
    `${names.get(grant.person_id) ?? ''}\n${grant.person_id}`.trim(),
    names.get(grant.organization_id) ?? grant.organization_id,
    `${shown(grant.starts_at)}\n～ ${shown(grant.ends_at)}`,
    grant.ended_at === null ? '' : shown(grant.ended_at),
    cause !== null && cause in CAUSES ? CAUSES[cause as keyof typeof CAUSES].ja : (cause ?? ''),
    String(grant.uses),
    probesOf(grant),
  ];
}

function probesOf({ had_credential: had, probes }: CertifiedGrantView): string {
  if (!had) return '資格情報の発行なし';
  const refused = probes.filter((probe) => probe.refused).length;
  return `拒否 ${refused} / ${probes.length}回`;
}

export function ledgerLine({ origin, size, root }: Checkpoint): string {
  return `台帳 ${origin}　大きさ ${size}　根 ${root.toString('base64')}`;
}

/** To the second, Japan Standard Time. */
export function shown(time: string | Date): string {
  return japanTime(new Date(time)).slice(0, 19);
}
