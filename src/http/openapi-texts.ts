/**
 * How each route of the access table is called and said in openapi.json: `METHOD path` → operation id,
 * Japanese, English. The ids are part of the contract: generated clients are named by them.
 */
export type OperationText = readonly [id: string, ja: string, en: string];

// prettier-ignore
const WRITTEN: Record<string, OperationText> = {
  'POST /api/v1/session': ['startSession', 'サインイン（デモのみ）', 'Sign in (demonstration only)'],
  'GET /api/v1/session': ['getSession', 'いまのセッション', 'The current session'],
  'DELETE /api/v1/session': ['endSession', 'サインアウト', 'Sign out'],
  'GET /api/v1/sessions': ['listSessions', 'セッションの一覧（自分の。管理責任者は人を指定できる）', 'List live sessions (own; officers: of a person)'],
  'DELETE /api/v1/sessions/:id': ['endOneSession', '自分のセッションを終わらせる', 'End one of the own sessions'],
  'POST /api/v1/people/:id/end-sessions': ['endSessionsOf', 'この人のセッションをすべて直ちに終わらせる', 'End all sessions of a person, at once'],
  'POST /api/v1/declarations': ['declare', '発令', 'Declare'],
  'GET /api/v1/declarations': ['listDeclarations', '発令の一覧', 'List declarations'],
  'GET /api/v1/declarations/:id': ['getDeclaration', '発令', 'Show a declaration'],
  'POST /api/v1/declarations/:id/confirm': ['confirmDeclaration', '発令の確認（別の本部員）', 'Confirm a declaration (another HQ person)'],
  'POST /api/v1/declarations/:id/lift': ['liftDeclaration', '解除（直ちに）', 'Lift, at once'],
  'POST /api/v1/declarations/:id/extend': ['extendDeclaration', '延長（二人）', 'Extend (two persons)'],
  'POST /api/v1/declarations/:id/area': ['changeDeclarationArea', '対象区域の変更（拡大は二人、縮小は直ちに）', 'Change the area (growth: two persons; shrinking: at once)'],
  'GET /api/v1/declarations/:id/certificate': ['getCertificate', '解除証明', 'The closing certificate'],
  'POST /api/v1/declarations/:id/revoke-all': ['revokeAll', '付与の一括取消', 'Revoke all grants'],
  'POST /api/v1/declarations/:id/support-calls': ['callForSupport', '応援要請', 'Call for support'],
  'GET /api/v1/support-calls': ['listSupportCalls', '応援要請の一覧', 'List support calls'],
  'GET /api/v1/support-calls/:id': ['getSupportCall', '応援要請', 'Show a support call'],
  'POST /api/v1/support-calls/:id/nominations': ['nominate', '応援者の指名', 'Nominate people for one shift'],
  'POST /api/v1/support-calls/:id/decline': ['declineSupportCall', '応援要請の辞退', 'Decline a support call'],
  'GET /api/v1/nominations': ['listNominations', '指名の一覧', 'List nominations'],
  'GET /api/v1/nominations/:id': ['getNomination', '指名', 'Show a nomination'],
  'POST /api/v1/nominations/:id/approve': ['approveNomination', '指名の承認', 'Approve a nomination'],
  'POST /api/v1/nominations/:id/deny': ['denyNomination', '指名の却下', 'Deny a nomination'],
  'POST /api/v1/nominations/:id/withdraw': ['withdrawNomination', '指名の取下げ', 'Withdraw a nomination'],
  'GET /api/v1/grants': ['listGrants', '付与の一覧', 'List grants'],
  'GET /api/v1/grants/:id': ['getGrant', '付与（live と why_not はいま計算する）', 'Show a grant (live and why_not are computed now)'],
  'POST /api/v1/grants/:id/acknowledge': ['acknowledgeGrant', '本人確認', 'Acknowledge, by that very person'],
  'POST /api/v1/grants/:id/suspend': ['suspendGrant', '付与の停止', 'Suspend a grant'],
  'POST /api/v1/grants/:id/resume': ['resumeGrant', '付与の再開（別の本部員）', 'Resume a grant (another HQ person)'],
  'POST /api/v1/grants/:id/revoke': ['revokeGrant', '付与の取消', 'Revoke a grant'],
  'POST /api/v1/grants/:id/hand-back': ['handBackGrant', '付与の返却', 'Hand a grant back'],
  'POST /api/v1/grants/:id/credential': ['issueCredential', '資格情報の発行（端末の証明が必要）', 'Issue a credential (DPoP proof of an enrolled terminal)'],
  'POST /api/v1/lookups': ['lookUp', '検索', 'Look up one supply point'],
  'POST /api/v1/lookups/:ref/match': ['matchField', '照合', 'Match what the caller stated'],
  'POST /api/v1/lookups/:ref/reveal': ['revealField', '都度開示', 'Reveal a field once, with a reason'],
  'POST /api/v1/incidents': ['reportIncident', '見えてはいけないものが見えた（項目を直ちに止める）', 'Report what should not be visible (freezes the field at once)'],
  'POST /oauth/introspect': ['introspect', '資格情報の照会（RFC 7662）', 'Introspection (RFC 7662)'],
  'POST /oauth/revoke': ['revokeToken', '資格情報の解放（RFC 7009）', 'Revocation (RFC 7009)'],
  'POST /access/v1/evaluation': ['evaluate', '判定（AuthZEN、判定は利用として記録する）', 'Evaluation (AuthZEN); the decision is the recorded use'],
  'POST /access/v1/evaluations': ['evaluateAll', '複数の判定（AuthZEN）', 'Evaluations (AuthZEN)'],
  'GET /.well-known/oauth-authorization-server': ['getAuthorizationServerMetadata', '認可サーバの情報（RFC 8414）', 'Authorization server metadata (RFC 8414)'],
  'GET /.well-known/jwks.json': ['getJwks', '資格情報の検証鍵', 'Keys that verify credentials'],
  'GET /ledger/checkpoint': ['getLedgerCheckpoint', '台帳のチェックポイント', 'Checkpoint of the ledger (c2sp.org/tlog-checkpoint)'],
  'GET /ledger/vkey': ['getLedgerVkey', '台帳の検証鍵', 'Verifier key of the ledger'],
  'GET /ledger/tile/*': ['getLedgerTile', '台帳のタイル', 'Tile of the ledger (c2sp.org/tlog-tiles)'],
  'GET /api/v1/records': ['listRecords', '記録の検索', 'Search records by filters'],
  'POST /api/v1/records/search': ['searchRecords', '記録の検索（供給地点特定番号で）', 'Search records by a clear supply point number'],
  'GET /api/v1/records/:id': ['getRecord', '記録', 'Show a record'],
  'GET /api/v1/records/:id/proof': ['getRecordProof', '記録の証明', 'Proof of a record (c2sp.org/tlog-proof)'],
  'POST /api/v1/records/:id/open': ['openRecord', '封印された値の開示（二人）', 'Open the sealed values (two persons)'],
  'POST /api/v1/exports': ['exportRecords', '記録の書出し', 'Export records'],
  'GET /api/v1/attestations': ['listAttestations', '失効確認', 'Daily attestations'],
  'GET /api/v1/replays': ['listReplays', '台帳との照合の一覧', 'Comparisons of the tables with the ledger'],
  'POST /api/v1/replays': ['makeReplay', '台帳との照合', 'Compare the tables with the ledger now'],
  'GET /api/v1/terminals': ['listTerminals', '端末の一覧', 'List terminals'],
  'POST /api/v1/terminals': ['enrolTerminal', '端末の登録（二人）', 'Enrol a terminal (two persons)'],
  'PATCH /api/v1/terminals/:id': ['changeTerminal', '端末の変更（二人）', 'Change a terminal (two persons)'],
  'POST /api/v1/terminals/:id/retire': ['retireTerminal', '端末の廃止（二人）', 'Retire a terminal (two persons)'],
  'POST /api/v1/terminals/:id/lost': ['reportTerminalLost', '端末の紛失（直ちに）', 'Report a terminal lost, at once'],
  'GET /api/v1/changes': ['listChanges', '変更案の一覧', 'List changes'],
  'POST /api/v1/changes/:id/confirm': ['confirmChange', '変更案の確認（提案者と別の人）', 'Confirm a change (another person than the proposer)'],
  'POST /api/v1/changes/:id/reject': ['rejectChange', '変更案の却下', 'Reject a change'],
  'GET /api/v1/notice': ['getNotice', '注意事項', 'The notice to acknowledge'],
  'GET /api/v1/inbox': ['getInbox', '受信箱', 'What concerns me'],
  'GET /healthz': ['getHealth', '稼働', 'Is it running'],
  'GET /readyz': ['getReadiness', '準備', 'Is it ready'],
  'GET /openapi.json': ['getOpenapi', 'この文書', 'This document'],
};

const MASTER_DATA: readonly (readonly [path: string, name: string, ja: string, en: string])[] = [
  ['organizations', 'Organization', '会社', 'organization'],
  ['agreements', 'Agreement', '業務委託契約・協定', 'agreement'],
  ['field-profiles', 'FieldProfile', '項目プロファイル', 'field profile'],
  ['people', 'Person', '名簿の人', 'person'],
  ['standing-plans', 'StandingPlan', '常設計画', 'standing plan'],
];

const MASTER_TEXTS = MASTER_DATA.flatMap(([path, name, ja, en]): [string, OperationText][] => {
  const plural = name === 'Person' ? 'People' : `${name}s`;
  return [
    [`GET /api/v1/${path}`, [`list${plural}`, `${ja}の一覧`, `List each ${en}`]],
    [`POST /api/v1/${path}`, [`add${name}`, `${ja}の登録（二人）`, `Add: ${en} (two persons)`]],
    [`PATCH /api/v1/${path}/:id`, [`change${name}`, `${ja}の変更（二人）`, `Change: ${en} (two persons)`]],
    [
      `POST /api/v1/${path}/:id/retire`,
      [`retire${name}`, `${ja}の廃止（二人）`, `Retire: ${en} (two persons)`],
    ],
  ];
});

export const OPERATIONS: ReadonlyMap<string, OperationText> = new Map([
  ...Object.entries(WRITTEN),
  ...MASTER_TEXTS,
]);
