import { defineCodes, askOfficer, correctTheInput, readAgain } from './code-text.js';

/** Signing in: sessions, identity providers, passkeys. */
export const signInCodes = defineCodes({
  not_signed_in: { status: 401, ja: 'サインインしていません。', en: 'You are not signed in.' },
  unknown_person: {
    status: 401,
    ja: 'この人は登録されていません。',
    en: 'This person is not registered.',
    next: askOfficer,
  },
  demonstration_only: {
    status: 403,
    ja: 'デモ用のサインインは、この環境では使えません。',
    en: 'The demonstration sign-in is not available here.',
  },
  sign_in_expired: {
    status: 401,
    ja: 'このサインインは続けられません（10分の期限切れ、使用済み、または別のブラウザで始めたもの）。',
    en: 'This sign-in cannot go on: expired after ten minutes, used, or begun in another browser.',
    next: { ja: 'もう一度サインインしてください。', en: 'Sign in again.' },
  },
  sign_in_failed: {
    status: 401,
    ja: '認証基盤の答えを確かめられませんでした。',
    en: 'The answer of the identity provider could not be verified.',
    next: {
      ja: 'もう一度サインインしてください。続くときはパスキーを使ってください。',
      en: 'Sign in again; if it lasts, use a passkey.',
    },
  },
  provider_unavailable: {
    status: 503,
    ja: '認証基盤から応答がありません。',
    en: 'The identity provider does not answer.',
    next: { ja: 'パスキーでサインインしてください。', en: 'Sign in with a passkey.' },
  },
  unknown_subject: {
    status: 403,
    ja: '認証基盤では確認できましたが、名簿の人と結び付けられていません。',
    en: 'The identity provider knows you, but nobody on the roster is mapped to that identity.',
    next: askOfficer,
  },
  provider_of_other_organization: {
    status: 403,
    ja: 'この認証基盤は、この人の会社のものではありません。',
    en: 'This identity provider does not vouch for people of that organization.',
    next: askOfficer,
  },
  other_person: {
    status: 403,
    ja: '本人確認は、サインイン中の本人が行ってください。',
    en: 'Presence is proved by the person who is signed in, and by nobody else.',
  },
  invalid_logout_token: {
    status: 400,
    ja: 'ログアウト通知を確かめられません。',
    en: 'The logout token could not be verified.',
  },
  unknown_provider: {
    status: 422,
    ja: 'その認証基盤は設定されていません。',
    en: 'No such identity provider is set.',
    next: correctTheInput,
  },
  identity_taken: {
    status: 409,
    ja: 'その識別子、またはこの人のこの認証基盤での識別子は登録済みです。',
    en: 'The subject is mapped already, or the person has an identity of this provider.',
    next: readAgain,
  },
  presence_required: {
    status: 403,
    ja: 'この操作には、直前5分以内の本人確認（パスキー、または再サインイン）が必要です。',
    en: 'This needs a proof of presence of the last 5 minutes: a passkey, or signing in afresh.',
    next: {
      ja: 'パスキーで確認し、もう一度送ってください。認証基盤が使えるときは再サインインでも確認できます。',
      en: 'Confirm with your passkey and send it again; while the identity provider answers, signing in afresh will do.',
    },
  },
  passkey_refused: {
    status: 401,
    ja: 'パスキーを確認できませんでした。',
    en: 'The passkey could not be verified.',
    next: { ja: 'もう一度はじめからお試しください。', en: 'Try again from the beginning.' },
  },
  passkey_not_confirmed: {
    status: 403,
    ja: 'このパスキーは、まだ二人の確認が済んでいません。',
    en: 'Two others have not confirmed this passkey yet.',
    next: askOfficer,
  },
  passkey_ended: {
    status: 403,
    ja: 'このパスキーは失効または停止しています。',
    en: 'This passkey has been revoked or suspended.',
    next: askOfficer,
  },
  passkey_cloned: {
    status: 403,
    ja: 'このパスキーは複製された疑いがあるため停止しました。',
    en: 'The passkey was suspended: there seem to be two of it.',
    next: askOfficer,
  },
  passkey_taken: { status: 409, ja: 'このパスキーは登録済みです。', en: 'This passkey is enrolled already.' },
  no_passkey: {
    status: 409,
    ja: '使えるパスキーが登録されていません。',
    en: 'You have no passkey to answer with.',
    next: askOfficer,
  },
  unknown_first_code: {
    status: 403,
    ja: '登録コードが違うか、使用済みか、期限切れです。',
    en: 'The enrolment code is wrong, used, or too old.',
    next: {
      ja: 'システム管理者に確認してください。',
      en: 'Ask the system administrator.',
    },
  },
});
