import { defineCodes, transferTheCall, askHeadquarters, correctTheInput, readAgain } from './code-text.js';

/** Support calls, and the nominations that answer them. */
export const nominationsCodes = defineCodes({
  organization_not_callable: {
    status: 422,
    ja: '応援を要請できるのは、登録された小売電気事業者だけです。',
    en: 'Only a registered retailer can be called.',
  },
  unknown_field_profile: {
    status: 422,
    ja: 'その項目プロファイルはありません。',
    en: 'No such field profile.',
    next: correctTheInput,
  },
  no_grants_in_pattern_0: {
    status: 409,
    ja: '対応パターン0では閲覧権限を付与しません。自社の顧客は自社のデータで、その他は公表情報と転送で対応してください。',
    en: 'Pattern 0 gives no grants: own customers from own data, the others by published information and transfer.',
    next: transferTheCall,
  },
  call_declined: {
    status: 409,
    ja: 'この応援要請は辞退済みです。',
    en: 'This support call was declined.',
    next: readAgain,
  },
  nomination_decided: {
    status: 409,
    ja: 'この指名はすでに処理されています。',
    en: 'The nomination has been decided.',
    next: readAgain,
  },
  shift_too_long: {
    status: 422,
    ja: 'シフトが上限を超えています。',
    en: 'The shift is longer than permitted.',
    next: correctTheInput,
  },
  shift_not_in_declaration: {
    status: 422,
    ja: 'シフトは、発令の見込期間の中で終わる必要があります。',
    en: 'The shift must end within the expected period of the declaration.',
    next: correctTheInput,
  },
  shift_over: {
    status: 409,
    ja: 'シフトの時間は終わっています。',
    en: 'The shift is over.',
    next: askHeadquarters,
  },
  nobody_eligible: { status: 409, ja: '承認できる人がいません。', en: 'Nobody on the list can be approved.' },
});
