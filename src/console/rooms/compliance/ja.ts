/** The compliance officer's texts. */
export const ja = {
  home: 'やること',
  lead: '14日を超える延長と、封をした値を開くことには、あなたの確認が要ります。',
  waiting: 'あなたの確認を待つもの',
  nothingWaits: '待っているものはありません。',
  notices: '回答する指摘・お知らせ',
  noNotices: 'お知らせはありません。',
  due: (at: string) => `期限 ${at}`,
  answerHow: '指摘への回答は、社内監視部門に伝えると記録されます。',
  proposed: (who: string, at: string) => `${who} が ${at} に提案`,
  toChanges: '内容を見て確認する',
  declarations: '発令',
  number: '番号',
  name: '名称',
  end: '終了',
  certificate: '解除証明書',
};
