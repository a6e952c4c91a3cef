import { defineCodes, askHeadquarters, askSupervisor, askOfficer, correctTheInput } from './code-text.js';

/** Verdicts on a person: why somebody cannot be nominated, and why a grant is not live. */
export const verdictsCodes = defineCodes({
  person_unknown: { status: 422, ja: '名簿にない人です。', en: 'Not on the roster.', next: askOfficer },
  person_left: { status: 403, ja: '在籍していません。', en: 'No longer employed there.', next: askOfficer },
  not_an_operator: {
    status: 403,
    ja: '応援者として登録されていません。',
    en: 'Not registered as an operator.',
    next: askOfficer,
  },
  agreement_invalid: {
    status: 403,
    ja: '有効な業務委託契約・協定がありません。',
    en: 'No valid entrustment agreement.',
    next: askOfficer,
  },
  training_expired: {
    status: 403,
    ja: '研修の有効期限が切れています。',
    en: 'The training has expired.',
    next: askSupervisor,
  },
  training_not_own: {
    status: 403,
    ja: '委託先の人には委託先向けの研修、社員には社員向けの研修が必要です。',
    en: 'Contractors need their own training, and staff theirs.',
    next: askSupervisor,
  },
  pledge_missing: {
    status: 403,
    ja: '誓約書がありません。',
    en: 'The pledge is missing.',
    next: askSupervisor,
  },
  staff_feed_stale: {
    status: 403,
    ja: '在籍者の名簿が古いため、新しい付与はできません。',
    en: 'The list of staff is stale: no new grants.',
    next: askOfficer,
  },
  sub_contractor_not_named: {
    status: 403,
    ja: 'この人の所属する再委託先は、契約・協定に書かれていません。',
    en: 'The agreement does not name the firm that employs this person.',
    next: askOfficer,
  },
  not_recertified: {
    status: 403,
    ja: '名簿の棚卸が済んでいません。',
    en: 'Not recertified on the roster.',
    next: askOfficer,
  },
  conflict_flag: {
    status: 403,
    ja: '利益相反の登録があります。',
    en: 'A conflict of interest is registered.',
    next: askOfficer,
  },
  sales_duty: {
    status: 403,
    ja: '営業・架電・債権の業務に、現在または過去90日以内に就いています。',
    en: 'Sales, outbound or receivables duty now or in the last 90 days.',
    next: askOfficer,
  },
  recent_utility_staff: {
    status: 403,
    ja: '過去1年以内に一般送配電事業者に在籍していました。',
    en: 'Utility staff within the last year and not cleared.',
    next: askOfficer,
  },
  hours_exceeded: {
    status: 403,
    ja: 'この発令での上限時間を超えます。',
    en: 'The permitted hours are exceeded.',
    next: askSupervisor,
  },
  no_seat_left: {
    status: 409,
    ja: '要請された席数に達しています。',
    en: 'No seat is left.',
    next: askHeadquarters,
  },
  other_live_grant: {
    status: 409,
    ja: '同じ時間帯に、この人への別の付与があります。',
    en: 'The person has another grant at that time.',
    next: askSupervisor,
  },
  nominated_twice: {
    status: 422,
    ja: '同じ人が二度書かれています。',
    en: 'The same person is listed twice.',
    next: correctTheInput,
  },
});
