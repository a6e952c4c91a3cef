/**
 * Every code a caller can meet, with its HTTP status and its words: Japanese first, English second.
 * `next` is the lawful next step, where there is one (domain: what the person may do instead).
 * Codes are stable: others build on them. Texts may be improved.
 */
export interface CodeText {
  status: number;
  ja: string;
  en: string;
  next?: { ja: string; en: string };
}

const call = {
  ja: '通話を一般送配電事業者の窓口へ転送するか、公表されている停電情報でご案内ください。',
  en: 'Transfer the call to the network utility, or answer from the published outage information.',
};
const headquarters = { ja: '災害対策本部へ連絡してください。', en: 'Contact the disaster headquarters.' };
const supervisor = { ja: '所属の管理者（SV）へ連絡してください。', en: 'Contact your supervisor.' };
const officer = {
  ja: '情報管理責任者へ連絡してください。',
  en: 'Contact the information management officer.',
};
const fix = { ja: '内容を直して、もう一度送ってください。', en: 'Correct the input and send it again.' };
const reload = { ja: '最新の状態を読み直してください。', en: 'Reload the current state.' };

const define = <T extends Record<string, CodeText>>(codes: T): T => codes;

export const CODES = define({
  // form
  invalid_input: { status: 422, ja: '入力に誤りがあります。', en: 'The input is not valid.', next: fix },
  malformed_body: { status: 400, ja: '本文を読み取れません。', en: 'The body cannot be read.', next: fix },
  body_too_large: { status: 413, ja: '本文が大きすぎます。', en: 'The body is too large.', next: fix },
  unsupported_media_type: {
    status: 415,
    ja: '本文の形式（Content-Type）を受け付けられません。',
    en: 'The content type is not accepted.',
    next: fix,
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
    next: fix,
  },

  // who
  not_signed_in: { status: 401, ja: 'サインインしていません。', en: 'You are not signed in.' },
  unknown_person: {
    status: 401,
    ja: 'この人は登録されていません。',
    en: 'This person is not registered.',
    next: officer,
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
    next: officer,
  },
  provider_of_other_organization: {
    status: 403,
    ja: 'この認証基盤は、この人の会社のものではありません。',
    en: 'This identity provider does not vouch for people of that organization.',
    next: officer,
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
    next: fix,
  },
  identity_taken: {
    status: 409,
    ja: 'その識別子、またはこの人のこの認証基盤での識別子は登録済みです。',
    en: 'The subject is mapped already, or the person has an identity of this provider.',
    next: reload,
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
    next: officer,
  },
  passkey_ended: {
    status: 403,
    ja: 'このパスキーは失効または停止しています。',
    en: 'This passkey has been revoked or suspended.',
    next: officer,
  },
  passkey_cloned: {
    status: 403,
    ja: 'このパスキーは複製された疑いがあるため停止しました。',
    en: 'The passkey was suspended: there seem to be two of it.',
    next: officer,
  },
  passkey_taken: { status: 409, ja: 'このパスキーは登録済みです。', en: 'This passkey is enrolled already.' },
  no_passkey: {
    status: 409,
    ja: '使えるパスキーが登録されていません。',
    en: 'You have no passkey to answer with.',
    next: officer,
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
  foreign_origin: {
    status: 403,
    ja: '別のサイトからの操作は受け付けません。',
    en: 'A changing call from another origin is refused.',
  },
  role_not_allowed: {
    status: 403,
    ja: 'この操作は、あなたの役割ではできません。',
    en: 'Your role does not permit this.',
  },
  not_found: { status: 404, ja: '見つかりません。', en: 'Not found.' },
  not_built_yet: { status: 501, ja: 'この機能はまだ提供していません。', en: 'This is not provided yet.' },
  unavailable: {
    status: 503,
    ja: '記録できないため、お応えできません。',
    en: 'The answer is withheld because it cannot be recorded now.',
    next: call,
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
  not_sequenced_yet: {
    status: 409,
    ja: 'この記録は、まだ署名された台帳に載っていません。',
    en: 'The record does not stand in the signed ledger yet.',
    next: { ja: '数秒後にもう一度お試しください。', en: 'Try again in a few seconds.' },
  },
  finding_closed: {
    status: 409,
    ja: 'この指摘は完了しています。',
    en: 'The finding is closed.',
    next: { ja: '続きは新しい指摘として記してください。', en: 'Make a new finding of what follows.' },
  },
  finding_not_answered: {
    status: 409,
    ja: '回答がないうちは完了にできません。',
    en: 'A finding without an answer is not closed.',
    next: { ja: '担当の回答を記してください。', en: 'Write the answer of its owner down first.' },
  },
  nothing_sealed: {
    status: 409,
    ja: 'この記録に封印された値はありません。',
    en: 'Nothing of this record is sealed.',
  },
  tree_size_not_signed: {
    status: 409,
    ja: '台帳のこの大きさは、まだ署名されていません。',
    en: 'This size of the ledger is not signed yet.',
    next: { ja: '数秒後にもう一度お試しください。', en: 'Try again in a few seconds.' },
  },
  export_under_way: {
    status: 409,
    ja: 'あなたの書出しが、まだ続いています。同時には一つだけです。',
    en: 'An export of yours is still under way; there is one at a time.',
    next: { ja: '終わってからもう一度お試しください。', en: 'Try again when it has ended.' },
  },
  exports_busy: {
    status: 503,
    ja: 'ほかの書出しが続いています。',
    en: 'Other exports are under way.',
    next: { ja: '数分後にもう一度お試しください。', en: 'Try again in a few minutes.' },
  },
  export_too_large: {
    status: 413,
    ja: '書き出す量が多すぎます。',
    en: 'There is too much to export.',
    next: { ja: '期間や対象を絞ってください。', en: 'Narrow the filter.' },
  },
  internal_error: { status: 500, ja: '内部の誤りです。', en: 'Internal error.' },

  // two persons and separation of duties
  same_person: {
    status: 403,
    ja: '同じ人が提案と確認の両方を行うことはできません。',
    en: 'The same person cannot do both steps.',
    next: { ja: '別の担当者に確認を依頼してください。', en: 'Ask another entitled person.' },
  },
  nominator_cannot_approve: {
    status: 403,
    ja: '指名した人は承認できません。',
    en: 'The nominator cannot approve.',
  },
  approver_nominated: {
    status: 403,
    ja: '指名された人は承認できません。',
    en: 'The approver is among the nominated.',
  },
  declarer_cannot_approve_unconfirmed: {
    status: 403,
    ja: '発令した本人は、確認が済むまで承認できません。',
    en: 'The declarer approves nothing while the declaration is unconfirmed.',
    next: {
      ja: '別の本部員が発令を確認するか、承認してください。',
      en: 'Another HQ member confirms or approves.',
    },
  },
  change_lapsed: {
    status: 409,
    ja: '変更案は24時間で失効しました。',
    en: 'The change lapsed after 24 hours.',
    next: reload,
  },
  change_outdated: {
    status: 409,
    ja: '提案のあとで元の内容が変わりました。もう一度提案してください。',
    en: 'What the change was based on has changed since; propose it again.',
    next: reload,
  },
  change_decided: {
    status: 409,
    ja: '変更案はすでに処理されています。',
    en: 'The change has been decided already.',
    next: reload,
  },

  last_of_headquarters: {
    status: 409,
    ja: '本部の人が二人未満になる変更はできません。発令の解除には本部の人が必要です。',
    en: 'Headquarters would be left with fewer than two active persons.',
    next: officer,
  },
  organization_needed: {
    status: 409,
    ja: '発令が続いている間の送配電会社と、ただ一つの送配電会社は、登録を終えられません。',
    en: 'A utility is not retired while a declaration lasts, and the last one never is.',
    next: officer,
  },

  // declarations
  declaration_not_live: {
    status: 409,
    ja: '有効な発令がありません（発令前、期限切れ、または解除済み）。',
    en: 'No declaration is in force (not yet, expired, or lifted).',
    next: headquarters,
  },
  already_confirmed: {
    status: 409,
    ja: '発令はすでに確認されています。',
    en: 'The declaration is confirmed already.',
    next: reload,
  },
  already_lifted: {
    status: 409,
    ja: '発令はすでに解除されています。',
    en: 'The declaration is lifted already.',
    next: reload,
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
    next: headquarters,
  },
  not_confirmed_yet: {
    status: 409,
    ja: '発令の確認（別の本部員）が済んでからにしてください。',
    en: 'The declaration must be confirmed by another HQ person first.',
    next: headquarters,
  },
  extension_not_longer: {
    status: 422,
    ja: '延長後の期限は、いまの期限より後にしてください。',
    en: 'The new end must be later than the present one.',
    next: fix,
  },
  extension_too_long: {
    status: 422,
    ja: '1回の延長は72時間までです。',
    en: 'One extension is 72 hours at the most.',
    next: fix,
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
    next: reload,
  },
  area_mixed: {
    status: 422,
    ja: '縮小と拡大は分けて送ってください。縮小は直ちに、拡大は二人で行います。',
    en: 'Send shrinking and growth apart: shrinking is at once, growth takes two persons.',
    next: fix,
  },

  // support calls and nominations
  organization_not_callable: {
    status: 422,
    ja: '応援を要請できるのは、登録された小売電気事業者だけです。',
    en: 'Only a registered retailer can be called.',
  },
  unknown_field_profile: {
    status: 422,
    ja: 'その項目プロファイルはありません。',
    en: 'No such field profile.',
    next: fix,
  },
  no_grants_in_pattern_0: {
    status: 409,
    ja: '対応パターン0では閲覧権限を付与しません。自社の顧客は自社のデータで、その他は公表情報と転送で対応してください。',
    en: 'Pattern 0 gives no grants: own customers from own data, the others by published information and transfer.',
    next: call,
  },
  call_declined: {
    status: 409,
    ja: 'この応援要請は辞退済みです。',
    en: 'This support call was declined.',
    next: reload,
  },
  nomination_decided: {
    status: 409,
    ja: 'この指名はすでに処理されています。',
    en: 'The nomination has been decided.',
    next: reload,
  },
  shift_too_long: {
    status: 422,
    ja: 'シフトが上限を超えています。',
    en: 'The shift is longer than permitted.',
    next: fix,
  },
  shift_not_in_declaration: {
    status: 422,
    ja: 'シフトは、発令の見込期間の中で終わる必要があります。',
    en: 'The shift must end within the expected period of the declaration.',
    next: fix,
  },
  shift_over: {
    status: 409,
    ja: 'シフトの時間は終わっています。',
    en: 'The shift is over.',
    next: headquarters,
  },
  nobody_eligible: { status: 409, ja: '承認できる人がいません。', en: 'Nobody on the list can be approved.' },

  // master data
  id_taken: { status: 409, ja: 'この識別子はすでに使われています。', en: 'The id is taken.', next: fix },
  already_retired: { status: 409, ja: 'すでに廃止されています。', en: 'Already retired.', next: reload },
  nothing_to_change: { status: 422, ja: '変わる項目がありません。', en: 'Nothing would change.', next: fix },
  both_sides: {
    status: 403,
    ja: '送配電側と小売側の双方の業務を行う会社の人は、管理や書出しの役割を持てません。',
    en: 'People of a firm that works for both sides hold no administration and no export.',
    next: officer,
  },
  person_active_elsewhere: {
    status: 409,
    ja: '同じ人が別の会社に在籍中です。先に在籍の終わりを登録してください。',
    en: 'The same natural person is active elsewhere; record the end there first.',
    next: officer,
  },
  above_ceiling: {
    status: 422,
    ja: 'その項目は、その見せ方ではプロファイルに入れられません。',
    en: 'The field cannot be put into a profile in that mode.',
    next: fix,
  },
  plan_not_renewable: {
    status: 409,
    ja: 'この会社の確認が終わっていないため、常設計画を登録できません。',
    en: 'A review of this organization is open: no standing plan until it is closed.',
    next: officer,
  },

  // verdicts on a person, and why a grant is not live
  person_unknown: { status: 422, ja: '名簿にない人です。', en: 'Not on the roster.', next: officer },
  person_left: { status: 403, ja: '在籍していません。', en: 'No longer employed there.', next: officer },
  not_an_operator: {
    status: 403,
    ja: '応援者として登録されていません。',
    en: 'Not registered as an operator.',
    next: officer,
  },
  agreement_invalid: {
    status: 403,
    ja: '有効な業務委託契約・協定がありません。',
    en: 'No valid entrustment agreement.',
    next: officer,
  },
  training_expired: {
    status: 403,
    ja: '研修の有効期限が切れています。',
    en: 'The training has expired.',
    next: supervisor,
  },
  training_not_own: {
    status: 403,
    ja: '委託先の人には委託先向けの研修、社員には社員向けの研修が必要です。',
    en: 'Contractors need their own training, and staff theirs.',
    next: supervisor,
  },
  pledge_missing: { status: 403, ja: '誓約書がありません。', en: 'The pledge is missing.', next: supervisor },
  staff_feed_stale: {
    status: 403,
    ja: '在籍者の名簿が古いため、新しい付与はできません。',
    en: 'The list of staff is stale: no new grants.',
    next: officer,
  },
  sub_contractor_not_named: {
    status: 403,
    ja: 'この人の所属する再委託先は、契約・協定に書かれていません。',
    en: 'The agreement does not name the firm that employs this person.',
    next: officer,
  },
  not_recertified: {
    status: 403,
    ja: '名簿の棚卸が済んでいません。',
    en: 'Not recertified on the roster.',
    next: officer,
  },
  conflict_flag: {
    status: 403,
    ja: '利益相反の登録があります。',
    en: 'A conflict of interest is registered.',
    next: officer,
  },
  sales_duty: {
    status: 403,
    ja: '営業・架電・債権の業務に、現在または過去90日以内に就いています。',
    en: 'Sales, outbound or receivables duty now or in the last 90 days.',
    next: officer,
  },
  recent_utility_staff: {
    status: 403,
    ja: '過去1年以内に一般送配電事業者に在籍していました。',
    en: 'Utility staff within the last year and not cleared.',
    next: officer,
  },
  hours_exceeded: {
    status: 403,
    ja: 'この発令での上限時間を超えます。',
    en: 'The permitted hours are exceeded.',
    next: supervisor,
  },
  no_seat_left: {
    status: 409,
    ja: '要請された席数に達しています。',
    en: 'No seat is left.',
    next: headquarters,
  },
  other_live_grant: {
    status: 409,
    ja: '同じ時間帯に、この人への別の付与があります。',
    en: 'The person has another grant at that time.',
    next: supervisor,
  },
  nominated_twice: {
    status: 422,
    ja: '同じ人が二度書かれています。',
    en: 'The same person is listed twice.',
    next: fix,
  },

  // grants
  already_acknowledged: {
    status: 409,
    ja: '本人確認は済んでいます。',
    en: 'Already acknowledged.',
    next: reload,
  },
  notice_outdated: {
    status: 409,
    ja: '注意事項の版が違います。最新の注意事項を読んでください。',
    en: 'The notice has a newer version; read it first.',
    next: reload,
  },
  grant_ended: {
    status: 409,
    ja: 'この付与は終わっています。',
    en: 'The grant has ended.',
    next: supervisor,
  },
  not_acknowledged: {
    status: 403,
    ja: '本人確認（注意事項の確認）が済んでいません。',
    en: 'The grant has not been acknowledged by its person.',
    next: { ja: '注意事項を読み、本人確認をしてください。', en: 'Read the notice and acknowledge.' },
  },
  not_started: { status: 403, ja: 'シフトの開始前です。', en: 'The shift has not begun.', next: supervisor },
  expired: { status: 403, ja: 'シフトの時間が終わりました。', en: 'The shift has ended.', next: supervisor },
  suspended: { status: 403, ja: '付与は停止中です。', en: 'The grant is suspended.', next: supervisor },
  profile_retired: {
    status: 403,
    ja: '項目プロファイルは廃止されました。',
    en: 'The field profile was retired.',
    next: headquarters,
  },
  record_mismatch: {
    status: 403,
    ja: '台帳の記録と合わない情報があるため、利用できません。',
    en: 'Facts do not agree with the ledger, so access is denied.',
    next: {
      ja: '情報管理責任者または監視部門へ連絡してください。',
      en: 'Contact the information management officer or the monitors.',
    },
  },
  replay_running: {
    status: 409,
    ja: '台帳との照合は、ただいま実行中です。',
    en: 'The tables are being compared with the ledger right now.',
    next: reload,
  },
  not_suspended: {
    status: 409,
    ja: '付与は停止されていません。',
    en: 'The grant is not suspended.',
    next: reload,
  },
  field_frozen: {
    status: 403,
    ja: 'この項目は、申出により全員に対して止められています。',
    en: 'The field is frozen for everyone after a report.',
    next: call,
  },
  incident_not_about_this_use: {
    status: 409,
    ja: '申出の対象は、24時間以内にご自身の画面に表示した利用と、その利用で見え得た項目に限ります。',
    en: 'A report is about a use of your own of the last 24 hours, and a field that this use could have shown.',
    next: call,
  },
  incidents_of_use_full: {
    status: 409,
    ja: 'この利用については、すでに3項目を止めています。ほかの項目は電話で申し出てください。',
    en: 'Three fields have been frozen after this use already; report others by telephone.',
    next: call,
  },
  revoked: { status: 403, ja: '付与は取り消されました。', en: 'The grant was revoked.', next: supervisor },
  handed_back: {
    status: 403,
    ja: '付与は返却済みです。',
    en: 'The grant was handed back.',
    next: supervisor,
  },
  lifted: { status: 403, ja: '発令は解除されました。', en: 'The declaration was lifted.', next: call },
  declaration_expired: {
    status: 403,
    ja: '発令の期限が過ぎました。',
    en: 'The declaration has expired.',
    next: call,
  },
  declaration_unconfirmed: {
    status: 403,
    ja: '発令が30分以内に確認されなかったため、効力がありません。',
    en: 'The declaration was not confirmed within 30 minutes.',
    next: headquarters,
  },

  // credentials and terminals
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
    next: officer,
  },
  terminal_of_other_organization: {
    status: 403,
    ja: '他社の端末です。',
    en: 'The terminal belongs to another organization.',
    next: officer,
  },
  terminal_lost: {
    status: 403,
    ja: 'この端末は紛失または廃止として登録されています。',
    en: 'The terminal is registered as lost or retired.',
    next: officer,
  },
  other_terminal: {
    status: 409,
    ja: '別の端末で使用中です。先に返却（解放）してください。',
    en: 'In use on another terminal; release it there first.',
    next: supervisor,
  },
  terminal_checked_out_to_another: {
    status: 403,
    ja: 'この端末は別の人に貸し出されています。',
    en: 'The terminal is checked out to somebody else.',
    next: supervisor,
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
    next: officer,
  },
  wrong_window_code: {
    status: 403,
    ja: '登録用のコードが違います。',
    en: 'The code of the window is wrong.',
    next: fix,
  },
  wrong_terminal_proof: {
    status: 422,
    ja: '端末の鍵による証明を確認できません。',
    en: 'The proof by the terminal’s key could not be verified.',
    next: fix,
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
    next: fix,
  },
  unknown_room: {
    status: 422,
    ja: 'その部屋は登録されていません。',
    en: 'The room is not registered.',
    next: fix,
  },
  unknown_organization: {
    status: 422,
    ja: 'その会社は登録されていません。',
    en: 'No such organization.',
    next: fix,
  },

  // the gate
  clock_replaced: {
    status: 503,
    ja: '時計の関数が出荷時のものと違うため、データを出しません。',
    en: 'The clock function is not the one that was shipped; no data leaves.',
    next: call,
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
    next: call,
  },
  field_mode_refused: {
    status: 403,
    ja: 'この項目では、その方法は使えません。',
    en: 'The field does not permit this way of use.',
    next: call,
  },
  reveal_unconfirmed: {
    status: 403,
    ja: '発令が確認されるまで、開示はできません（検索と照合だけです）。',
    en: 'No reveal before the declaration is confirmed (search and match only).',
    next: headquarters,
  },
  match_only: {
    status: 403,
    ja: 'この通話では照合だけができます（架電、または停電していない地点で、その地点の受付番号がない場合）。',
    en: 'Match only: an outbound call, or an energised premises without a ticket of its own.',
    next: call,
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
    next: call,
  },
  outside_area: { status: 403, ja: '対象区域の外です。', en: 'Outside the declared area.', next: call },
  wheeling_unavailable: {
    status: 503,
    ja: '託送システムから応答がありません。',
    en: 'The wheeling system does not answer.',
    next: call,
  },
  wheeling_untrusted: {
    status: 502,
    ja: '託送システムの応答が正しくないため、使いません。',
    en: 'The answer of the wheeling system is not usable.',
    next: call,
  },

  // retention
  hold_released: {
    status: 409,
    ja: 'この保全はすでに解除されています。',
    en: 'The hold was released already.',
    next: reload,
  },
  purge_under_way: {
    status: 409,
    ja: 'いま記録の消去が行われています。保全はその後に置いてください。',
    en: 'Records are being purged just now: place the hold afterwards.',
    next: { ja: '数分待って、もう一度送ってください。', en: 'Send it again in a few minutes.' },
  },
  purge_too_early: {
    status: 409,
    ja: 'この月の記録はまだ保存期間内です。消去できません。',
    en: 'The records of this month are within the retention: they cannot be purged.',
    next: {
      ja: '保存期間（月末から5年以上）が過ぎるまでお待ちください。',
      en: 'Wait until the retention (five years or more from the end of the month) is over.',
    },
  },
  purge_empty: {
    status: 409,
    ja: 'この月には、消去できる記録がありません（消去済み、または保全されています）。',
    en: 'There is nothing of this month to be purged (purged already, or on hold).',
  },
  purge_waiting: {
    status: 409,
    ja: 'この月の消去は確認済みで、まもなく行われます。',
    en: 'The purge of this month is confirmed and will be done shortly.',
    next: reload,
  },
  ledger_not_stamped: {
    status: 409,
    ja: 'この月の終わりまでを含むチェックポイントに、外部の時刻印がありません。消去できません。',
    en: 'No time-stamped checkpoint covers the whole month: it cannot be purged.',
    next: {
      ja: '時刻認証局（timeStamping）を設定し、時刻印が付いてから、もう一度送ってください。',
      en: 'Configure a time-stamping authority (timeStamping), and send it again once a checkpoint is stamped.',
    },
  },
});

export type Code = keyof typeof CODES;
