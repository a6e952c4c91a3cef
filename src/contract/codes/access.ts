import { defineCodes, transferTheCall } from './code-text.js';

/** Who may call, whether the thing is there, and whether the service can answer. */
export const accessCodes = defineCodes({
  foreign_origin: {
    status: 403,
    ja: '別のサイトからの操作は受け付けません。',
    en: 'A changing call from another origin is refused.',
    next: {
      ja: 'このサービスの公開アドレス（values.public_url）で開き直してください。',
      en: 'Open the service at its own address (values.public_url).',
    },
  },
  role_not_allowed: {
    status: 403,
    ja: 'この操作は、あなたの役割ではできません。',
    en: 'Your role does not permit this.',
  },
  not_found: { status: 404, ja: '見つかりません。', en: 'Not found.' },
  unavailable: {
    status: 503,
    ja: '記録できないため、お応えできません。',
    en: 'The answer is withheld because it cannot be recorded now.',
    next: transferTheCall,
  },
  ledger_behind: {
    status: 503,
    ja: '台帳への記載が60秒以上遅れているため、新しい付与はできません。解除・取消・停止はできます。',
    en: 'The ledger is more than 60 seconds behind: nothing new is granted. Lifting, revoking and suspending work.',
    next: {
      ja: '少し待ってからもう一度承認してください。続くときはシステム管理者へ連絡してください。',
      en: 'Wait a little and approve again; if it lasts, contact the system administrator.',
    },
  },
  internal_error: { status: 500, ja: '内部の誤りです。', en: 'Internal error.' },
});
