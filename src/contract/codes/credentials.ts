import { defineCodes, askSupervisor, askOfficer, correctTheInput } from './code-text.js';

/** Credentials and terminals (OAuth 2.0, RFC 9449). */
export const credentialsCodes = defineCodes({
  invalid_token: { status: 401, ja: '資格情報が無効です。', en: 'The credential is not valid.' },
  invalid_client: {
    status: 401,
    ja: 'システムの認証に失敗しました。',
    en: 'The client could not be authenticated.',
  },
  invalid_dpop_proof: {
    status: 401,
    ja: '端末の証明（DPoP）が無効です。',
    en: 'The DPoP proof is not valid.',
  },
  use_dpop_nonce: {
    status: 401,
    ja: '端末の証明（DPoP）に nonce が必要です。',
    en: 'A DPoP nonce is required.',
  },
  dpop_replayed: {
    status: 401,
    ja: '端末の証明（DPoP）が再使用されました。',
    en: 'The DPoP proof was replayed.',
  },
  credential_superseded: {
    status: 401,
    ja: '資格情報は新しいものに置き換わりました。',
    en: 'The credential was replaced or released.',
  },
  unknown_terminal: {
    status: 403,
    ja: '登録されていない端末です。',
    en: 'This terminal is not enrolled.',
    next: askOfficer,
  },
  terminal_of_other_organization: {
    status: 403,
    ja: '他社の端末です。',
    en: 'The terminal belongs to another organization.',
    next: askOfficer,
  },
  terminal_lost: {
    status: 403,
    ja: 'この端末は紛失または廃止として登録されています。',
    en: 'The terminal is registered as lost or retired.',
    next: askOfficer,
  },
  other_terminal: {
    status: 409,
    ja: '別の端末で使用中です。先に返却（解放）してください。',
    en: 'In use on another terminal; release it there first.',
    next: askSupervisor,
  },
  terminal_checked_out_to_another: {
    status: 403,
    ja: 'この端末は別の人に貸し出されています。',
    en: 'The terminal is checked out to somebody else.',
    next: askSupervisor,
  },
  ceremony_required: {
    status: 403,
    ja: '端末の登録は、登録用の窓（10分間）を開いて、端末自身から鍵を示して行います。',
    en: 'A terminal is enrolled by a window of ten minutes, in which it shows its key itself.',
    next: {
      ja: 'POST /api/v1/terminal-windows で窓を開いてください。',
      en: 'Open a window: POST /api/v1/terminal-windows.',
    },
  },
  window_closed: {
    status: 403,
    ja: '登録用の窓は閉じています（時間切れ、使用済み、または誤りが続いた）。',
    en: 'The window is closed: too late, used, or too many wrong codes.',
    next: askOfficer,
  },
  wrong_window_code: {
    status: 403,
    ja: '登録用のコードが違います。',
    en: 'The code of the window is wrong.',
    next: correctTheInput,
  },
  wrong_terminal_proof: {
    status: 422,
    ja: '端末の鍵による証明を確認できません。',
    en: 'The proof by the terminal’s key could not be verified.',
    next: correctTheInput,
  },
  terminal_taken: {
    status: 409,
    ja: '同じ製造番号または鍵の端末が登録済みです。',
    en: 'A terminal with this serial or key exists.',
  },
  unknown_custodian: {
    status: 422,
    ja: '管理者となる人が、その会社にいません。',
    en: 'The custodian is not of that organization.',
    next: correctTheInput,
  },
  unknown_room: {
    status: 422,
    ja: 'その部屋は登録されていません。',
    en: 'The room is not registered.',
    next: correctTheInput,
  },
  unknown_organization: {
    status: 422,
    ja: 'その会社は登録されていません。',
    en: 'No such organization.',
    next: correctTheInput,
  },
});
