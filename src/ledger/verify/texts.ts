import type { Finding } from './finding.js';

export type Language = 'ja' | 'en';
type Said = Record<Language, string>;

const WRONG_SIGNATURE: Said = {
  ja: 'チェックポイントの内容か署名が書き換えられています',
  en: 'the checkpoint or its signature has been changed',
};

/** What does not hold, and what that means. */
export function textOf(finding: Finding): Said {
  switch (finding.what) {
    case 'checkpoint-form':
      return both(`チェックポイントの形が正しくありません`, `the checkpoint is malformed`, finding.why);
    case 'signature-absent':
    case 'signature-bad':
      return ofSignature(finding);
    case 'origin':
      return both(
        'チェックポイントは別の台帳のものです',
        'the checkpoint is of another log',
        `${finding.origin} ≠ ${finding.key}`,
      );
    case 'witness-absent':
    case 'witness-bad':
      return ofWitness(finding);
    case 'missing':
      return both('あるべきファイルがありません', 'a file that must be there is missing', finding.path);
    case 'form':
      return both('ファイルの形か長さが正しくありません', 'a file is malformed', finding.path);
    case 'entry':
    case 'tile':
    case 'root':
      return ofTree(finding);
    case 'older-signature':
    case 'older-origin':
    case 'older-lost':
    case 'older-larger':
    case 'older-root':
      return ofOlder(finding);
    case 'record-form':
    case 'record-payload':
    case 'record-twice':
    case 'record-outside':
    case 'record':
    case 'use-twice':
    case 'use-gap':
      return ofRecord(finding);
    case 'record-missing':
    case 'purge-form':
    case 'purge-early':
    case 'purge-range':
      return ofGap(finding);
    case 'time-stamp':
    case 'time-stamp-other':
      return ofTimeStamp(finding);
    case 'receipt-form':
    case 'receipt-origin':
    case 'receipt-signature':
    case 'receipt-missing':
      return ofReceipt(finding);
  }
}

function ofSignature(finding: Extract<Finding, { what: `signature-${string}` }>): Said {
  return finding.what === 'signature-absent'
    ? both(`この鍵による署名がありません`, `not signed by this key`, finding.key)
    : both(WRONG_SIGNATURE.ja, WRONG_SIGNATURE.en, finding.key);
}

function ofWitness(finding: Extract<Finding, { what: `witness-${string}` }>): Said {
  return finding.what === 'witness-absent'
    ? both('指定した証人の副署がありません', 'no cosignature by the named witness', finding.key)
    : both('指定した証人の副署が正しくありません', 'the witness’s cosignature is wrong', finding.key);
}

function ofOlder(finding: Extract<Finding, { what: `older-${string}` }>): Said {
  switch (finding.what) {
    case 'older-signature':
      return both(
        '以前のチェックポイントに、この鍵による正しい署名がありません',
        'the older checkpoint has no good signature by this key',
        finding.file,
      );
    case 'older-origin':
      return both(
        '以前のチェックポイントは別の台帳のものです（前の台帳なら、それを名指す記録を --records で示してください）',
        'the older checkpoint is of another log (if of the one before: show by --records the record that names it)',
        `${finding.file}: ${finding.origin}`,
      );
    case 'older-lost':
      return both(
        '前の台帳の記載のうち、ここまで引き継がれなかったものがあります（復元で失われ、新しい台帳が始められました）',
        'entries of the log before were lost and not carried over (after a restore a new log was begun)',
        `${finding.file}: ${finding.found} / ${finding.older}; ${finding.why}`,
      );
    case 'older-larger':
      return both(
        '台帳が以前より短くなっています（記載が失われています）',
        'the log is shorter than it was (entries are gone)',
        `${finding.file}: ${finding.older} > ${finding.size}`,
      );
    case 'older-root':
      return both(
        '以前のチェックポイントと一貫していません（過去の記載が書き換えられ、署名し直されています）',
        'not consistent with the older checkpoint (past entries were rewritten and signed again)',
        `${finding.file}: ${finding.older}`,
      );
  }
}

function ofRecord(
  finding: Exclude<
    Extract<Finding, { what: 'record' | `record-${string}` | `use-${string}` }>,
    { what: 'record-missing' }
  >,
): Said {
  switch (finding.what) {
    case 'record-form':
      return both(
        '記録ファイルの行に、必要な項目がないか形が正しくありません',
        'a line of the records lacks a member, or it is malformed',
        `line ${finding.line}: ${finding.why}`,
      );
    case 'record-payload':
      return both(
        '記録の行と中身の記録番号が一致しません',
        'the line and its payload are of different records',
        `line ${finding.line}, no. ${finding.index}`,
      );
    case 'record-twice':
      return both('同じ位置の記録が二つあります', 'two records for one place', `no. ${finding.index}`);
    case 'record-outside':
      return both(
        '台帳の外の位置の記録です',
        'a record for a place beyond the log',
        `no. ${finding.index} ≥ ${finding.size}`,
      );
    case 'record':
      return both(
        '記録の中身が台帳の記載と一致しません',
        'the record’s payload does not open its entry',
        `no. ${finding.index}`,
      );
    case 'use-twice':
      return both('使用番号が重複しています', 'a use number was given twice', finding.grant);
    case 'use-gap':
      return both(
        '使用番号に欠番があります',
        'use numbers are missing',
        `${finding.grant}: ${finding.uses} / ${finding.last}`,
      );
  }
}

/** What is missing of records that were all to be shown. */
function ofGap(finding: Extract<Finding, { what: 'record-missing' | `purge-${string}` }>): Said {
  switch (finding.what) {
    case 'record-missing':
      return both(
        '記録の中身がなく、消去の記録もありません（保存期間内に取り去られています）',
        'the record’s payload is missing, and no record of a purge names it (taken away within the retention)',
        `no. ${finding.index}`,
      );
    case 'purge-form':
      return both(
        '消去の記録の形が正しくありません',
        'a record of a purge is malformed',
        `no. ${finding.index}`,
      );
    case 'purge-early':
      return both(
        '保存期間（5年）より前に消去されています',
        'purged within the retention of five years',
        `no. ${finding.index}`,
      );
    case 'purge-range':
      return both(
        '消去の記録が挙げる位置は、その月のものではありません',
        'the positions that a record of a purge names are not of its month',
        `no. ${finding.index}: ${finding.first}–${finding.last}`,
      );
  }
}

function ofTree(finding: Extract<Finding, { what: 'entry' | 'tile' | 'root' }>): Said {
  switch (finding.what) {
    case 'entry':
      return both('記載がタイルの葉と一致しません', 'entry and tile differ', `no. ${finding.index}`);
    case 'tile':
      return both(
        'タイルが計算した値と一致しません',
        'a tile differs from what was computed',
        `${finding.path} [${finding.position}]`,
      );
    case 'root':
      return both(
        '記載から計算した根が、署名された根と一致しません（記載が変更・削除・追加されています）',
        'the root computed from the entries is not the signed one (entries were changed, dropped or added)',
        String(finding.size),
      );
  }
}

function ofTimeStamp(finding: Extract<Finding, { what: `time-stamp${string}` }>): Said {
  if (finding.what === 'time-stamp') {
    return both(
      '時刻印（RFC 3161）が正しくないか、信頼する認証局のものではありません',
      'the time-stamp (RFC 3161) does not hold, or is of no trusted authority',
      `${finding.file}: ${finding.why}`,
    );
  }
  return both(
    '時刻印は、渡されたどのチェックポイントのものでもありません',
    'the time-stamp is over none of the checkpoints that were given',
    finding.file,
  );
}

function ofReceipt(finding: Extract<Finding, { what: `receipt-${string}` }>): Said {
  switch (finding.what) {
    case 'receipt-form':
      return both(
        '受領証の形が正しくありません',
        'a receipt is malformed',
        `${finding.receipt}: ${finding.why}`,
      );
    case 'receipt-origin':
      return both(
        '受領証は別の台帳のものです',
        'the receipt is of another log',
        `${finding.receipt}: ${finding.origin}`,
      );
    case 'receipt-signature':
      return both(
        '受領証に、この台帳の鍵による正しい署名がありません',
        'the receipt has no good signature by this log’s key',
        finding.receipt,
      );
    case 'receipt-missing':
      return both(
        '受領証の使用が台帳にありません（消されたか、受領証より古い台帳です）',
        'the use of a receipt is not in the log (taken away, or the log is older than the receipt)',
        `${finding.receipt} (${finding.size})`,
      );
  }
}

const both = (ja: string, en: string, where: string): Said => ({
  ja: `${ja}: ${where}`,
  en: `${en}: ${where}`,
});
