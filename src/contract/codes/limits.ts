import { defineCodes } from './code-text.js';

/** More than may be asked; `Retry-After` says for how long. */
export const limitsCodes = defineCodes({
  too_many_requests: {
    status: 429,
    ja: '短い時間に要求が集中したため、受け付けていません。',
    en: 'Too many requests in a short time.',
    next: {
      ja: 'Retry-After の秒数だけ待って、もう一度送ってください。',
      en: 'Wait for the seconds of Retry-After and send it again.',
    },
  },
  too_many_lookups: {
    status: 429,
    ja: '1時間に検索できる件数の上限に達しました。',
    en: 'The number of lookups that one person may make in an hour is reached.',
    next: {
      ja: '通話を一般送配電事業者の窓口へ転送し、Retry-After の秒数の後に検索してください。',
      en: 'Transfer the call to the network utility, and search again after the seconds of Retry-After.',
    },
  },
});
