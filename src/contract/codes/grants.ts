import { defineCodes, transferTheCall, askHeadquarters, askSupervisor, readAgain } from './code-text.js';

/** Grants: acknowledgement, suspension, end, incidents. */
export const grantsCodes = defineCodes({
  already_acknowledged: {
    status: 409,
    ja: '本人確認は済んでいます。',
    en: 'Already acknowledged.',
    next: readAgain,
  },
  notice_outdated: {
    status: 409,
    ja: '注意事項の版が違います。最新の注意事項を読んでください。',
    en: 'The notice has a newer version; read it first.',
    next: readAgain,
  },
  grant_ended: {
    status: 409,
    ja: 'この付与は終わっています。',
    en: 'The grant has ended.',
    next: askSupervisor,
  },
  not_acknowledged: {
    status: 403,
    ja: '本人確認（注意事項の確認）が済んでいません。',
    en: 'The grant has not been acknowledged by its person.',
    next: { ja: '注意事項を読み、本人確認をしてください。', en: 'Read the notice and acknowledge.' },
  },
  not_started: {
    status: 403,
    ja: 'シフトの開始前です。',
    en: 'The shift has not begun.',
    next: askSupervisor,
  },
  expired: {
    status: 403,
    ja: 'シフトの時間が終わりました。',
    en: 'The shift has ended.',
    next: askSupervisor,
  },
  suspended: { status: 403, ja: '付与は停止中です。', en: 'The grant is suspended.', next: askSupervisor },
  profile_retired: {
    status: 403,
    ja: '項目プロファイルは廃止されました。',
    en: 'The field profile was retired.',
    next: askHeadquarters,
  },
  record_mismatch: {
    status: 403,
    ja: '台帳の記録と合わない情報があるため、利用できません。',
    en: 'Facts do not agree with the ledger, so access is denied.',
    next: {
      ja: '情報管理責任者または監視部門へ連絡してください。',
      en: 'Contact the information management officer or the monitors.',
    },
  },
  not_suspended: {
    status: 409,
    ja: '付与は停止されていません。',
    en: 'The grant is not suspended.',
    next: readAgain,
  },
  field_frozen: {
    status: 403,
    ja: 'この項目は、申出により全員に対して止められています。',
    en: 'The field is frozen for everyone after a report.',
    next: transferTheCall,
  },
  incident_not_about_this_use: {
    status: 409,
    ja: '申出の対象は、24時間以内にご自身の画面に表示した利用と、その利用で見え得た項目に限ります。',
    en: 'A report is about a use of your own of the last 24 hours, and a field that this use could have shown.',
    next: transferTheCall,
  },
  incidents_of_use_full: {
    status: 409,
    ja: 'この利用については、すでに3項目を止めています。ほかの項目は電話で申し出てください。',
    en: 'Three fields have been frozen after this use already; report others by telephone.',
    next: transferTheCall,
  },
  revoked: { status: 403, ja: '付与は取り消されました。', en: 'The grant was revoked.', next: askSupervisor },
  handed_back: {
    status: 403,
    ja: '付与は返却済みです。',
    en: 'The grant was handed back.',
    next: askSupervisor,
  },
  lifted: {
    status: 403,
    ja: '発令は解除されました。',
    en: 'The declaration was lifted.',
    next: transferTheCall,
  },
  declaration_expired: {
    status: 403,
    ja: '発令の期限が過ぎました。',
    en: 'The declaration has expired.',
    next: transferTheCall,
  },
  declaration_unconfirmed: {
    status: 403,
    ja: '発令が30分以内に確認されなかったため、効力がありません。',
    en: 'The declaration was not confirmed within 30 minutes.',
    next: askHeadquarters,
  },
});
