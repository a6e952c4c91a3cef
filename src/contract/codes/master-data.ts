import { defineCodes, askOfficer, correctTheInput, readAgain } from './code-text.js';

/** Master data: what cannot be proposed. */
export const masterDataCodes = defineCodes({
  id_taken: {
    status: 409,
    ja: 'この識別子はすでに使われています。',
    en: 'The id is taken.',
    next: correctTheInput,
  },
  already_retired: { status: 409, ja: 'すでに廃止されています。', en: 'Already retired.', next: readAgain },
  nothing_to_change: {
    status: 422,
    ja: '変わる項目がありません。',
    en: 'Nothing would change.',
    next: correctTheInput,
  },
  both_sides: {
    status: 403,
    ja: '送配電側と小売側の双方の業務を行う会社の人は、管理や書出しの役割を持てません。',
    en: 'People of a firm that works for both sides hold no administration and no export.',
    next: askOfficer,
  },
  person_active_elsewhere: {
    status: 409,
    ja: '同じ人が別の会社に在籍中です。先に在籍の終わりを登録してください。',
    en: 'The same natural person is active elsewhere; record the end there first.',
    next: askOfficer,
  },
  above_ceiling: {
    status: 422,
    ja: 'その項目は、その見せ方ではプロファイルに入れられません。',
    en: 'The field cannot be put into a profile in that mode.',
    next: correctTheInput,
  },
  plan_not_renewable: {
    status: 409,
    ja: 'この会社の確認が終わっていないため、常設計画を登録できません。',
    en: 'A review of this organization is open: no standing plan until it is closed.',
    next: askOfficer,
  },
});
