import { defineCodes, askHeadquarters, correctTheInput, readAgain } from './code-text.js';

/** Declarations: confirmation, extension, area, end. */
export const declarationsCodes = defineCodes({
  declaration_not_live: {
    status: 409,
    ja: '有効な発令がありません（発令前、期限切れ、または解除済み）。',
    en: 'No declaration is in force (not yet, expired, or lifted).',
    next: askHeadquarters,
  },
  already_confirmed: {
    status: 409,
    ja: '発令はすでに確認されています。',
    en: 'The declaration is confirmed already.',
    next: readAgain,
  },
  already_lifted: {
    status: 409,
    ja: '発令はすでに解除されています。',
    en: 'The declaration is lifted already.',
    next: readAgain,
  },
  certificate_incomplete: {
    status: 409,
    ja: '解除証明はまだ完成していません。',
    en: 'The certificate is not complete yet.',
  },
  anticipatory: {
    status: 403,
    ja: '警戒の段階では閲覧できません（名簿の確認と周知だけ行います）。',
    en: 'An anticipatory posture gives no access: roster and briefing only.',
    next: askHeadquarters,
  },
  not_confirmed_yet: {
    status: 409,
    ja: '発令の確認（別の本部員）が済んでからにしてください。',
    en: 'The declaration must be confirmed by another HQ person first.',
    next: askHeadquarters,
  },
  extension_not_longer: {
    status: 422,
    ja: '延長後の期限は、いまの期限より後にしてください。',
    en: 'The new end must be later than the present one.',
    next: correctTheInput,
  },
  extension_too_long: {
    status: 422,
    ja: '1回の延長は72時間までです。',
    en: 'One extension is 72 hours at the most.',
    next: correctTheInput,
  },
  compliance_officer_needed: {
    status: 403,
    ja: '通算14日を超える延長は、法令遵守責任者の確認が必要です。',
    en: 'Beyond 14 days in total the compliance officer must be the second person.',
    next: { ja: '法令遵守責任者に確認を依頼してください。', en: 'Ask the compliance officer to confirm.' },
  },
  area_unchanged: {
    status: 409,
    ja: '対象区域は変わりません。',
    en: 'The area would not change.',
    next: readAgain,
  },
  area_mixed: {
    status: 422,
    ja: '縮小と拡大は分けて送ってください。縮小は直ちに、拡大は二人で行います。',
    en: 'Send shrinking and growth apart: shrinking is at once, growth takes two persons.',
    next: correctTheInput,
  },
});
