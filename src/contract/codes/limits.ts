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
  too_many_reports: {
    status: 429,
    ja: 'あなたの照会が、まだいくつも続いています。',
    en: 'Several questions of yours are still being answered.',
    next: {
      ja: '前の照会が終わってから、もう一度送ってください。',
      en: 'Send it again when they have ended.',
    },
  },
  reports_busy: {
    status: 503,
    ja: '記録への照会が混み合っています。',
    en: 'Too many questions to the records are being answered.',
    next: {
      ja: 'Retry-After の秒数だけ待って、もう一度送ってください。',
      en: 'Wait for the seconds of Retry-After and send it again.',
    },
  },
  report_too_long: {
    status: 503,
    ja: 'この照会は、決められた時間内に終わりませんでした。',
    en: 'This question could not be answered in the time that it may take.',
    next: {
      ja: '期間や対象を絞るか、書出しを使ってください。',
      en: 'Narrow the period or the filter, or make an export.',
    },
  },
  asker_gone: {
    status: 503,
    ja: '答えを待つ接続が切れたため、照会をやめました。',
    en: 'Whoever asked was gone before the answer was found.',
    next: { ja: 'もう一度送ってください。', en: 'Send it again.' },
  },
});
