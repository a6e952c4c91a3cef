import { defineCodes, transferTheCall, askHeadquarters } from './code-text.js';

/** The gate: what a lookup, a match or a reveal can meet. */
export const gateCodes = defineCodes({
  clock_replaced: {
    status: 503,
    ja: '時計の関数が出荷時のものと違うため、データを出しません。',
    en: 'The clock function is not the one that was shipped; no data leaves.',
    next: transferTheCall,
  },
  drill_without_data: {
    status: 403,
    ja: '訓練では実在のデータに触れません。ここには訓練用のデータがありません。',
    en: 'A drill never reaches real data, and there is no drill data set here.',
  },
  field_not_in_profile: {
    status: 403,
    ja: 'この項目は、この業務では見られません。',
    en: 'This field is not in the profile.',
    next: transferTheCall,
  },
  field_mode_refused: {
    status: 403,
    ja: 'この項目では、その方法は使えません。',
    en: 'The field does not permit this way of use.',
    next: transferTheCall,
  },
  reveal_unconfirmed: {
    status: 403,
    ja: '発令が確認されるまで、開示はできません（検索と照合だけです）。',
    en: 'No reveal before the declaration is confirmed (search and match only).',
    next: askHeadquarters,
  },
  match_only: {
    status: 403,
    ja: 'この通話では照合だけができます（架電、または停電していない地点で、その地点の受付番号がない場合）。',
    en: 'Match only: an outbound call, or an energised premises without a ticket of its own.',
    next: transferTheCall,
  },
  already_revealed: {
    status: 409,
    ja: 'この項目は、この通話ですでに開示しました。',
    en: 'The field was revealed once in this call already.',
  },
  ref_unknown: {
    status: 404,
    ja: 'この参照は使えません（15分の期限切れ、または別の通話のものです）。',
    en: 'The reference is not usable (expired after 15 minutes, or of another call).',
    next: { ja: 'もう一度検索してください。', en: 'Search again.' },
  },
  search_locked: {
    status: 403,
    ja: '照合の誤りが続いたため、この検索は止められています。',
    en: 'Locked after repeated failed factors.',
    next: transferTheCall,
  },
  outside_area: {
    status: 403,
    ja: '対象区域の外です。',
    en: 'Outside the declared area.',
    next: transferTheCall,
  },
  wheeling_unavailable: {
    status: 503,
    ja: '託送システムから応答がありません。',
    en: 'The wheeling system does not answer.',
    next: transferTheCall,
  },
  wheeling_untrusted: {
    status: 502,
    ja: '託送システムの応答が正しくないため、使いません。',
    en: 'The answer of the wheeling system is not usable.',
    next: transferTheCall,
  },
});
