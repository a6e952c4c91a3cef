import { defineCodes, correctTheInput } from './code-text.js';

/** The form of a call: its body, its key, its cursor. */
export const formCodes = defineCodes({
  invalid_input: {
    status: 422,
    ja: '入力に誤りがあります。',
    en: 'The input is not valid.',
    next: correctTheInput,
  },
  malformed_body: {
    status: 400,
    ja: '本文を読み取れません。',
    en: 'The body cannot be read.',
    next: correctTheInput,
  },
  body_too_large: {
    status: 413,
    ja: '本文が大きすぎます。',
    en: 'The body is too large.',
    next: correctTheInput,
  },
  unsupported_media_type: {
    status: 415,
    ja: '本文の形式（Content-Type）を受け付けられません。',
    en: 'The content type is not accepted.',
    next: correctTheInput,
  },
  idempotency_conflict: {
    status: 409,
    ja: '同じ Idempotency-Key が別の内容で使われています。',
    en: 'The same Idempotency-Key was used with another body.',
  },
  invalid_cursor: {
    status: 422,
    ja: '続きの位置（cursor）が正しくありません。',
    en: 'The cursor is not valid.',
    next: correctTheInput,
  },
});
