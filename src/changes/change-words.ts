/** What a change is about and what it does, by the two parts of its kind; for lines that people read. */
const ABOUT: Record<string, string> = {
  agreement: '契約・協定',
  declaration: '発令',
  field: '項目',
  field_profile: '項目プロファイル',
  legal_hold: '保全',
  organization: '会社',
  passkey: 'パスキー',
  person: '人',
  person_identity: '認証基盤との結び付け',
  purge: '保存期間の過ぎた記録',
  record: '封をした値',
  standing_plan: '常設計画',
  terminal: '端末',
};
const DOES: Record<string, string> = {
  add: 'の登録',
  change: 'の変更',
  enrol: 'の登録',
  extend: 'の延長',
  feed: 'の一括登録',
  grow: 'の区域の拡大',
  open: 'の開示',
  records: 'の消去',
  release: 'の解除',
  retire: 'の終了',
};

/** `agreement.change` → 契約・協定の変更; a kind that is not known stands as it is. */
export function changeWords(kind: string): string {
  const [about = '', does = ''] = kind.split('.');
  const words = [ABOUT[about], DOES[does]];
  return words.includes(undefined) ? kind : words.join('');
}
