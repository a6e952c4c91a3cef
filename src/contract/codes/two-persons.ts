import { defineCodes, askOfficer, readAgain } from './code-text.js';

/** Two persons, and who may not be both (law 5). */
export const twoPersonsCodes = defineCodes({
  same_person: {
    status: 403,
    ja: '同じ人が提案と確認の両方を行うことはできません。',
    en: 'The same person cannot do both steps.',
    next: { ja: '別の担当者に確認を依頼してください。', en: 'Ask another entitled person.' },
  },
  nominator_cannot_approve: {
    status: 403,
    ja: '指名した人は承認できません。',
    en: 'The nominator cannot approve.',
  },
  approver_nominated: {
    status: 403,
    ja: '指名された人は承認できません。',
    en: 'The approver is among the nominated.',
  },
  declarer_cannot_approve_unconfirmed: {
    status: 403,
    ja: '発令した本人は、確認が済むまで承認できません。',
    en: 'The declarer approves nothing while the declaration is unconfirmed.',
    next: {
      ja: '別の本部員が発令を確認するか、承認してください。',
      en: 'Another HQ member confirms or approves.',
    },
  },
  change_lapsed: {
    status: 409,
    ja: '変更案は24時間で失効しました。',
    en: 'The change lapsed after 24 hours.',
    next: readAgain,
  },
  change_outdated: {
    status: 409,
    ja: '提案のあとで元の内容が変わりました。もう一度提案してください。',
    en: 'What the change was based on has changed since; propose it again.',
    next: readAgain,
  },
  change_decided: {
    status: 409,
    ja: '変更案はすでに処理されています。',
    en: 'The change has been decided already.',
    next: readAgain,
  },
  last_of_headquarters: {
    status: 409,
    ja: '本部の人が二人未満になる変更はできません。発令の解除には本部の人が必要です。',
    en: 'Headquarters would be left with fewer than two active persons.',
    next: askOfficer,
  },
  organization_needed: {
    status: 409,
    ja: '発令が続いている間の送配電会社と、ただ一つの送配電会社は、登録を終えられません。',
    en: 'A utility is not retired while a declaration lasts, and the last one never is.',
    next: askOfficer,
  },
});
