import { Findings } from './finding.js';
import { textOf, type Language } from './texts.js';
import type { StampedCheckpoint } from './time-stamps.js';
import type { Answer } from './verify.js';

const number = (value: number): string => value.toLocaleString('en');
const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Plain lines: the verdict, what holds, what does not, and what nobody looked at. */
export function report(answer: Answer, language: Language): string[] {
  const say = (ja: string, en: string): string => (language === 'ja' ? ja : en);
  const { findings } = answer;
  const verdict =
    findings.count === 0
      ? say('検証できました。', 'Verified.')
      : say('検証できません。改ざんの疑いがあります。', 'NOT verified: this may have been tampered with.');
  return [
    `${answer.place}`,
    verdict,
    ...section(say('確認できたこと', 'What holds'), '✓', holds(answer, say)),
    ...section(say('合わないこと', 'What does not hold'), '✗', broken(findings, language, say)),
    ...section(say('確認していないこと', 'What was not checked'), '–', unchecked(answer, say)),
  ];
}

type Say = (ja: string, en: string) => string;

function section(title: string, mark: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${mark} ${line}`)];
}

function holds(answer: Answer, say: Say): string[] {
  const { checkpoint, outcome, key, findings, witnesses, older } = answer;
  if (!checkpoint) return [];
  const lines = [
    say(
      `チェックポイントの署名（鍵 ${key.name}+${key.id}）、記載 ${number(checkpoint.size)} 件`,
      `the checkpoint’s signature (key ${key.name}+${key.id}), ${number(checkpoint.size)} entries`,
    ),
    ...witnesses.map(({ name, at }) =>
      say(`証人 ${name} の副署（${instant(at)}）`, `cosigned by the witness ${name} (${instant(at)})`),
    ),
  ];
  lines.push(...answer.timeStamps.map((one) => stamped(one, say)));
  const isRootRight = outcome?.root?.equals(checkpoint.root) === true;
  if (isRootRight) {
    lines.push(
      say(
        `全記載 ${number(outcome.entries)} 件から計算した根が、署名された根と一致`,
        `the root computed from all ${number(outcome.entries)} entries is the signed one`,
      ),
    );
  }
  const isTileWrong = findings.has('entry', 'tile', 'missing', 'form');
  if (isRootRight && !isTileWrong) {
    lines.push(
      say(`タイル ${number(outcome.tiles)} 枚が計算と一致`, `${number(outcome.tiles)} tiles are as computed`),
    );
  }
  if (isRootRight) lines.push(...older.map((one) => continued(one, say)));
  return isRootRight ? [...lines, ...shown(answer, say)] : lines;
}

function stamped({ file, older, size, at, policy, signer }: StampedCheckpoint, say: Say): string {
  const time = at.toISOString();
  return older === undefined
    ? say(
        `このチェックポイントは ${time} に存在した（時刻印 ${file}、${signer}、ポリシー ${policy}）`,
        `this checkpoint existed at ${time} (time-stamp ${file}, ${signer}, policy ${policy})`,
      )
    : say(
        `以前のチェックポイント（${older}、${number(size)} 件）は ${time} に存在した（時刻印 ${file}、${signer}、ポリシー ${policy}）`,
        `the older checkpoint (${older}, ${number(size)} entries) existed at ${time} (time-stamp ${file}, ${signer}, policy ${policy})`,
      );
}

function continued({ file, size, origin }: Answer['older'][number], say: Say): string {
  if (origin === undefined) {
    return say(
      `以前のチェックポイント（${file}、${number(size)} 件）と一貫`,
      `consistent with the older checkpoint (${file}, ${number(size)} entries)`,
    );
  }
  return say(
    `前の台帳 ${origin} のチェックポイント（${file}、${number(size)} 件）の記載をすべて引き継いでいる`,
    `carries on all ${number(size)} entries of ${origin}, the log before (${file})`,
  );
}

/** What was shown beside the ledger, and stands in it. */
function shown({ records, receipts, completeness }: Answer, say: Say): string[] {
  const lines: string[] = [];
  if (receipts && receipts.found > 0) {
    lines.push(
      say(
        `受領証 ${number(receipts.found)} 件（${number(receipts.count)} 件中）の使用が台帳にある`,
        `the uses of ${number(receipts.found)} of ${number(receipts.count)} receipts stand in the log`,
      ),
    );
  }
  if (records) {
    lines.push(
      say(
        `記録 ${number(records.opened)} 件（${number(records.count)} 件中）の中身が記載と一致`,
        `${number(records.opened)} of ${number(records.count)} records open their entries`,
      ),
    );
    if (records.grants > 0 && records.gaps === 0) {
      lines.push(
        say(
          `付与 ${number(records.grants)} 件の使用番号に、末尾まで欠番なし`,
          `use numbers of ${number(records.grants)} grants have no gap up to the last one shown`,
        ),
      );
    }
  }
  if (completeness?.missing === 0) {
    lines.push(
      say(
        `記録の中身に欠けなし（消去の記録があるもの ${number(completeness.purged)} 件を除く）`,
        `no payload is missing, but for ${number(completeness.purged)} that were purged on record`,
      ),
    );
  }
  return lines;
}

function broken(findings: Findings, language: Language, say: Say): string[] {
  const lines = findings.kept.map((finding) => textOf(finding)[language]);
  const rest = findings.count - findings.kept.length;
  return rest > 0 ? [...lines, say(`ほか ${number(rest)} 件`, `and ${number(rest)} more`)] : lines;
}

function unchecked(answer: Answer, say: Say): string[] {
  const { checkpoint, key, strangers, older, findings } = answer;
  if (!checkpoint) {
    return [
      say(
        '記載・タイル・根（署名がないため読んでいません）',
        'entries, tiles, root: not read without a signature',
      ),
    ];
  }
  const lines: string[] = [];
  if (key.isFromLedger) {
    lines.push(
      say(
        '鍵は台帳と同じ場所にあったもの。誰の署名かは、別の経路で得た鍵を --key で渡すと確かめられます',
        'the key lay beside the ledger: whose it is shows only with --key and a key had from elsewhere',
      ),
    );
  }
  if (
    older.length === 0 &&
    !findings.has('older-root', 'older-larger', 'older-lost', 'older-signature', 'older-origin')
  ) {
    lines.push(
      say(
        '全部を作り直して署名し直していないか。手元に残した以前のチェックポイントを --from で渡すと確かめられます',
        'whether all was rebuilt and signed again: shows only with --from and an older checkpoint kept elsewhere',
      ),
    );
  }
  lines.push(
    ...strangers.map((name) => say(`知らない鍵の署名 ${name}`, `a signature by an unknown key: ${name}`)),
  );
  lines.push(
    say('このチェックポイントが最新かどうか', 'whether this checkpoint is the newest'),
    answer.timeStamps.length === 0
      ? say('時刻印（RFC 3161。--timestamp と --tsa-ca）', 'time-stamps (RFC 3161: --timestamp and --tsa-ca)')
      : say(
          '時刻印の証明書が失効していなかったか。--tsa-ca の認証局を信頼してよいか',
          'whether certificates of the time-stamps were revoked, and whether the CA of --tsa-ca is to be trusted',
        ),
  );
  return [...lines, ...unseen(answer, checkpoint.size, say)];
}

/** What of the records nobody saw. */
function unseen({ records, completeness }: Answer, size: number, say: Say): string[] {
  if (!records) return [say('記録の中身（--records の指定なし）', 'payloads of records (no --records)')];
  const lines: string[] = [];
  const purged = completeness?.purged ?? 0;
  const rest = size - records.opened - purged;
  if (rest > 0)
    lines.push(
      say(`開示されていない記録 ${number(rest)} 件の中身`, `payloads of ${number(rest)} entries not shown`),
    );
  if (purged > 0) {
    lines.push(
      say(
        `消去された記録 ${number(purged)} 件の中身（消去の記録の時刻は、時刻印と照らしてください）`,
        `payloads of ${number(purged)} entries that were purged (compare the times of the purges with time-stamps)`,
      ),
    );
  }
  if (!records.isAll && records.gaps > 0) {
    lines.push(
      say(
        `付与 ${number(records.gaps)} 件の使用番号の欠番（抜粋のため、抜けか未開示かは分かりません）`,
        `gaps in the use numbers of ${number(records.gaps)} grants (in an extract: left out, or not shown)`,
      ),
    );
  }
  return [...lines, say('記録の封印部分（お客さま情報）', 'the sealed parts of records (customer data)')];
}
