import { INSPECTION_LISTS, MASTER_DATA } from './lists.js';

export interface FirstPage {
  from: string;
  to: string;
  treeSize: number;
  root: string;
  vkey: string;
  isVerified: boolean;
}

/** What is where, for somebody who has never seen this service. */
export function firstPage(page: FirstPage): string {
  const lists = INSPECTION_LISTS.map(({ file, title }) => `  ${file}.csv / .json  ${title}`);
  const master = MASTER_DATA.map(([, title]) => title).join('、');
  return `${[
    '検査資料（貸鍵: 非常災害時の一時閲覧権限）',
    '',
    `期間          ${page.from} から ${page.to} まで（日本時間、終わりの日を含む）`,
    `台帳          ${page.treeSize} 件、根 ${page.root}`,
    `検証鍵        ${page.vkey}`,
    `検証          ${page.isVerified ? '検証済み' : '検証できません。検証結果.txt をお読みください'}`,
    '',
    '読み方',
    '・表は .csv（Excel で開けます。日時は日本時間）と .json（日時は協定世界時）の二つです。内容は同じです。',
    '・お客さまの値（氏名、電話番号、供給地点特定番号など）は入っていません。台帳の中で封印されており、開くには監視部門と情報管理責任者の二人が要ります。',
    '・発令と付与はすべて、利用は期間内のものです。',
    '',
    '表',
    ...lists,
    '  20-利用.csv  期間内のすべての記録（検索、照合、都度開示、拒否、閲覧、変更）',
    '',
    '台帳/        この台帳のすべての記載と、期間内の記録の本文。次の命令で、この資料だけで検証できます。',
    '             kashikagi verify 台帳 --key <検証鍵> --records 台帳/records.jsonl',
    '             検証鍵は、この資料とは別の道（公表、証人、以前の検査）で得たものをお使いください。',
    '台帳の外/    外部がこの台帳について述べたもの（設定されている場合）。',
    '             証人/ は外部の証人が最後に連署したチェックポイント、時刻印/ は期間内の時刻印（RFC 3161）とその対象です。',
    '             上の命令に --from <チェックポイント> --timestamp <時刻印.tsr> --tsa-ca <認証局.pem> を加えて検証します。',
    `名簿等/      発令ごとに、その時点の${master}`,
    '文書/        注意事項と終了の知らせ（いまの版の本文）、役割と操作の表、設定、移行の一覧',
    '検証結果.txt この資料を作ったときの検証',
    'manifest.json すべての資料の大きさと SHA-256',
    '',
  ].join('\n')}\n`;
}
