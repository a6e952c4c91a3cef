/** The verifier's instructions, as they lie in the package. */
export const EVIDENCE_JA = `貸鍵（Kashikagi）証拠一式

これは何か
  災害時の一時的な閲覧権限について、だれが・いつ・なぜ・何をしたかの記録のうち、求めに応じて選んだものと、
  その記録が台帳に載っていて後から変えられていないことを、第三者が手元で確かめるための材料です。

中にあるもの
  ledger/checkpoint   台帳の大きさと根（ルート）。運営者の署名つき（c2sp.org/tlog-checkpoint）
  ledger/vkey         署名を確かめる鍵。別の経路で受け取ったものと見比べてください
  ledger/tile/        台帳の全件（c2sp.org/tlog-tiles）。番号と約束値（コミットメント）だけで、個人の情報はありません
  records.jsonl       選ばれた記録。1行に1件: 台帳の位置 index、番号 id、本文 payload、塩 salt
  manifest.json       絞込みの条件、件数、各ファイルの大きさと SHA-256
  封印された値（検索に使った番号、表示した値など）は入っていません。本文にはその約束値だけがあります。

確かめ方
  1. 展開する:          mkdir evidence && tar -xf <このファイル> -C evidence
  2. 検証する:          kashikagi verify evidence --records evidence/records.jsonl --key "<別の経路で受け取った vkey>"
  3. 以前の控えがあれば: 上に --from <以前の checkpoint> を加える
  終了コード 0 は「すべて合っている」、3 は「改ざんの疑い」、2 は「判断できない」です。
  検証プログラムは、台帳を書くプログラムと部品を共有せず、Node.js だけで動きます。

計算のきまり（自分で確かめる方へ）
  約束値 c = HMAC-SHA256(salt, payload)、entry = {"v":1,"id":"<id>","c":"<base64 c>"}
  葉 = SHA-256(0x00 || entry)、節 = SHA-256(0x01 || 左 || 右)（RFC 6962）
`;

export const EVIDENCE_EN = `Kashikagi: evidence package

What this is
  Records of who did what, when and why with a disaster-time temporary permission, selected by a filter, with all that a
  stranger needs to check offline that they stand in the ledger and were not changed since.

What is inside
  ledger/checkpoint   size and root of the ledger, signed by its operator (c2sp.org/tlog-checkpoint)
  ledger/vkey         the key that verifies the signature; compare it with one that you got by another way
  ledger/tile/        every entry of the ledger (c2sp.org/tlog-tiles): ids and commitments, no personal data
  records.jsonl       the selected records, one a line: position (index), id, payload, salt
  manifest.json       the filter, counts, and size and SHA-256 of each file
  Sealed values (what was searched, what was disclosed) are not inside; payloads hold their commitments only.

How to verify
  1. unpack:  mkdir evidence && tar -xf <this file> -C evidence
  2. verify:  kashikagi verify evidence --records evidence/records.jsonl --key "<the vkey that you got by another way>" --lang en
  3. with an older checkpoint at hand, add: --from <older checkpoint>
  Exit code 0: all holds. 3: this may have been tampered with. 2: nothing can be said.
  The verifier shares no code with what writes the ledger and needs nothing but Node.js.

How it is computed, for whoever checks by other means
  commitment c = HMAC-SHA256(salt, payload); entry = {"v":1,"id":"<id>","c":"<base64 c>"}
  leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right) (RFC 6962)
`;
