import { defineCodes, readAgain } from './code-text.js';

/** The auditor's desk: findings, proofs, exports, retention. */
export const recordsCodes = defineCodes({
  not_sequenced_yet: {
    status: 409,
    ja: 'この記録は、まだ署名された台帳に載っていません。',
    en: 'The record does not stand in the signed ledger yet.',
    next: { ja: '数秒後にもう一度お試しください。', en: 'Try again in a few seconds.' },
  },
  analysis_concluded: {
    status: 409,
    ja: 'この解析には結論が出ています（または兆候がありません）。',
    en: 'The analysis is concluded, or nothing struck.',
    next: readAgain,
  },
  not_your_analysis: {
    status: 409,
    ja: '結論は担当の人が出します。',
    en: 'Its owner concludes the analysis.',
    next: {
      ja: '担当を変えるか、担当の人に依頼してください。',
      en: 'Give it to yourself with a reason, or ask its owner.',
    },
  },
  analysis_under_way: {
    status: 409,
    ja: '分析が、まだ続いています。同時には一つだけです。',
    en: 'An analysis is still under way; there is one at a time.',
    next: { ja: '数分後にもう一度お試しください。', en: 'Try again in a few minutes.' },
  },
  finding_closed: {
    status: 409,
    ja: 'この指摘は完了しています。',
    en: 'The finding is closed.',
    next: { ja: '続きは新しい指摘として記してください。', en: 'Make a new finding of what follows.' },
  },
  finding_not_answered: {
    status: 409,
    ja: '回答がないうちは完了にできません。',
    en: 'A finding without an answer is not closed.',
    next: { ja: '担当の回答を記してください。', en: 'Write the answer of its owner down first.' },
  },
  nothing_sealed: {
    status: 409,
    ja: 'この記録に封印された値はありません。',
    en: 'Nothing of this record is sealed.',
  },
  tree_size_not_signed: {
    status: 409,
    ja: '台帳のこの大きさは、まだ署名されていません。',
    en: 'This size of the ledger is not signed yet.',
    next: { ja: '数秒後にもう一度お試しください。', en: 'Try again in a few seconds.' },
  },
  export_under_way: {
    status: 409,
    ja: 'あなたの書出しが、まだ続いています。同時には一つだけです。',
    en: 'An export of yours is still under way; there is one at a time.',
    next: { ja: '終わってからもう一度お試しください。', en: 'Try again when it has ended.' },
  },
  exports_busy: {
    status: 503,
    ja: 'ほかの書出しが続いています。',
    en: 'Other exports are under way.',
    next: { ja: '数分後にもう一度お試しください。', en: 'Try again in a few minutes.' },
  },
  export_too_large: {
    status: 413,
    ja: '書き出す量が多すぎます。',
    en: 'There is too much to export.',
    next: { ja: '期間や対象を絞ってください。', en: 'Narrow the filter.' },
  },
  replay_running: {
    status: 409,
    ja: '台帳との照合は、ただいま実行中です。',
    en: 'The tables are being compared with the ledger right now.',
    next: readAgain,
  },
  hold_released: {
    status: 409,
    ja: 'この保全はすでに解除されています。',
    en: 'The hold was released already.',
    next: readAgain,
  },
  purge_under_way: {
    status: 409,
    ja: 'いま記録の消去が行われています。保全はその後に置いてください。',
    en: 'Records are being purged just now: place the hold afterwards.',
    next: { ja: '数分待って、もう一度送ってください。', en: 'Send it again in a few minutes.' },
  },
  purge_too_early: {
    status: 409,
    ja: 'この月の記録はまだ保存期間内です。消去できません。',
    en: 'The records of this month are within the retention: they cannot be purged.',
    next: {
      ja: '保存期間（月末から5年以上）が過ぎるまでお待ちください。',
      en: 'Wait until the retention (five years or more from the end of the month) is over.',
    },
  },
  purge_empty: {
    status: 409,
    ja: 'この月には、消去できる記録がありません（消去済み、または保全されています）。',
    en: 'There is nothing of this month to be purged (purged already, or on hold).',
  },
  purge_waiting: {
    status: 409,
    ja: 'この月の消去は確認済みで、まもなく行われます。',
    en: 'The purge of this month is confirmed and will be done shortly.',
    next: readAgain,
  },
  ledger_not_stamped: {
    status: 409,
    ja: 'この月の終わりまでを含むチェックポイントに、外部の時刻印がありません。消去できません。',
    en: 'No time-stamped checkpoint covers the whole month: it cannot be purged.',
    next: {
      ja: '時刻認証局（timeStamping）を設定し、時刻印が付いてから、もう一度送ってください。',
      en: 'Configure a time-stamping authority (timeStamping), and send it again once a checkpoint is stamped.',
    },
  },
});
