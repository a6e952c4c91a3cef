/** In both languages, Japanese first. */
export interface Words {
  ja: string;
  en: string;
}

export type State = 'good' | 'doubtful' | 'bad';

/** What one check found. `todo` stands beside whatever is not good. */
export interface Finding {
  check: string;
  state: State;
  found: Words;
  todo?: Words;
}

export const words = (ja: string, en: string): Words => ({ ja, en });

export const good = (check: string, found: Words): Finding => ({ check, state: 'good', found });
export const doubtful = (check: string, found: Words, todo: Words): Finding => ({
  check,
  state: 'doubtful',
  found,
  todo,
});
export const bad = (check: string, found: Words, todo: Words): Finding => ({
  check,
  state: 'bad',
  found,
  todo,
});

const MARKS: Record<State, string> = { good: '✓', doubtful: '△', bad: '✗' };

/** Lines for the terminal: mark, check, what was found; below it what to do. */
export function linesOf(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ check }) => check.length)) + 2;
  const count = (state: State): number => findings.filter((one) => one.state === state).length;
  return [
    ...findings.flatMap(({ check, state, found, todo }) => [
      `${MARKS[state]} ${check.padEnd(width)}${found.ja} / ${found.en}`,
      ...(todo ? [`  ${' '.repeat(width)}→ ${todo.ja} / ${todo.en}`] : []),
    ]),
    '',
    `✓ ${count('good')}  △ ${count('doubtful')}  ✗ ${count('bad')}`,
  ];
}

/** A check that could not be made is a finding as well. The words are those of a failure of ours, or only its kind. */
export async function looked(check: string, look: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : 'unknown';
    return [bad(check, words('調べられません（理由は右の英語）', `cannot be looked at (${why})`), CALL_US)];
  }
}

const CALL_US = words(
  '上の行が ✗ なら先にそれを直し、もう一度。続くなら開発元へ',
  'mend what is ✗ above and look again; if it stays, tell the makers',
);
