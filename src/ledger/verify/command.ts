import { parseArgs } from 'node:util';
import { report } from './report.js';
import { UnreadableError } from './source.js';
import type { Language } from './texts.js';
import { QuestionError, verify, type Question } from './verify.js';

export const VERIFIED = 0;
export const UNREADABLE = 2;
export const TAMPERED = 3;

export interface Terminal {
  out: (line: string) => void;
  err: (line: string) => void;
  environment: Readonly<Record<string, string | undefined>>;
}

const USAGE: Record<Language, string[]> = {
  ja: [
    '使い方: kashikagi verify <URL|フォルダ> [--key <vkey>] [--from <以前のチェックポイント>]…',
    '        [--records <記録.jsonl> [--complete]] [--receipt <受領証>] [--witness <vkey>]…',
    '        [--timestamp <時刻印.tsr>]… [--tsa-ca <認証局.pem>] [--lang ja|en]',
    '終了コード: 0 検証できた、3 改ざんの疑い、2 使い方の誤り・読めない',
  ],
  en: [
    'Usage: kashikagi verify <URL|folder> [--key <vkey>] [--from <older checkpoint>]…',
    '       [--records <records.jsonl> [--complete]] [--receipt <receipts>] [--witness <vkey>]…',
    '       [--timestamp <stamp.tsr>]… [--tsa-ca <ca.pem>] [--lang ja|en]',
    'Exit codes: 0 verified, 3 not verified (tampering), 2 usage or unreadable',
  ],
};

const OPTIONS = {
  key: { type: 'string' },
  from: { type: 'string', multiple: true },
  records: { type: 'string' },
  complete: { type: 'boolean' },
  receipt: { type: 'string' },
  witness: { type: 'string', multiple: true },
  timestamp: { type: 'string', multiple: true },
  'tsa-ca': { type: 'string' },
  lang: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** `kashikagi verify …` → the exit code. */
export async function verifyCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const asked = read(words, terminal);
  if ('usage' in asked) {
    for (const line of [...asked.usage, ...USAGE[asked.language]]) terminal.err(line);
    return asked.isHelp ? VERIFIED : UNREADABLE;
  }
  const { question, language } = asked;
  try {
    const answer = await verify(question, progress(terminal, language));
    for (const line of report(answer, language)) terminal.out(line);
    return answer.findings.count === 0 ? VERIFIED : TAMPERED;
  } catch (error) {
    if (error instanceof QuestionError) {
      for (const line of [`kashikagi verify: ${error.message}`, ...USAGE[language]]) terminal.err(line);
    } else if (error instanceof UnreadableError) {
      const said = language === 'ja' ? '読めません' : 'cannot be read';
      terminal.err(`kashikagi verify: ${said}: ${error.message}`);
    } else throw error;
    return UNREADABLE;
  }
}

type Asked =
  { question: Question; language: Language } | { usage: string[]; language: Language; isHelp: boolean };

function read(words: readonly string[], { environment }: Terminal): Asked {
  let language: Language = /^en/i.test(environment['LC_ALL'] || environment['LANG'] || '') ? 'en' : 'ja';
  try {
    const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
    if (values.lang === 'ja' || values.lang === 'en') language = values.lang;
    else if (values.lang !== undefined) return { usage: [`--lang ${values.lang}`], language, isHelp: false };
    const [place, ...more] = positionals;
    if (values.help || place === undefined || more.length > 0) {
      return { usage: more.map((word) => `? ${word}`), language, isHelp: values.help === true };
    }
    const { key, records, receipt: receipts, complete: isComplete = false } = values;
    if (isComplete && records === undefined)
      return { usage: ['--complete: --records ?'], language, isHelp: false };
    const question = {
      place,
      key,
      older: values.from ?? [],
      records,
      isComplete,
      receipts,
      witnesses: values.witness ?? [],
      timeStamps: values.timestamp ?? [],
      tsaCa: values['tsa-ca'],
    };
    return { question, language };
  } catch (error) {
    const line = error instanceof Error ? error.message : String(error);
    return { usage: [`kashikagi verify: ${line}`], language, isHelp: false };
  }
}

/** A line for each tenth of a log that takes longer than a blink. */
function progress({ err }: Terminal, language: Language): (entries: number, size: number) => void {
  const WORTH_IT = 50_000;
  let tenths = 0;
  return (entries, size) => {
    const now = Math.floor((entries / size) * 10);
    if (size < WORTH_IT || now === tenths) return;
    tenths = now;
    const count = `${entries.toLocaleString('en')} / ${size.toLocaleString('en')}`;
    err(language === 'ja' ? `記載 ${count} 件` : `${count} entries`);
  };
}
