import { StartError } from '../database/embedded/start-error.js';

export interface FirstOfficer {
  id: string;
  /** By which personnel knows one natural person across organizations. */
  key: string;
  name: string;
}

export interface Bootstrap {
  organization: { id: string; name: string };
  officers: readonly [FirstOfficer, FirstOfficer];
}

export const BOOTSTRAP_USAGE = [
  '使い方 / Usage:',
  '  kashikagi bootstrap --organization <id> <name> --officer <id> <person key> <name> --officer <id> <person key> <name>',
  '',
  '  送配電会社と最初の情報管理責任者2名を、一度だけ作る。DATABASE_OWNER_URL と KASHIKAGI_KEYS が必要。',
  '  makes the utility and its first two officers, once; needs DATABASE_OWNER_URL and KASHIKAGI_KEYS',
];

const ORGANIZATION_ID = /^[a-z][a-z0-9-]{1,39}$/;
const PERSON_ID = /^[a-z][a-z0-9-]{1,63}$/;
/** As the roster takes them: no control characters, no bidirectional overrides. */
const TEXT = /^[^\p{Cc}\u202a-\u202e\u2066-\u2069]{1,100}$/u;

/** → undefined when only the usage is asked for. Error: StartError, one line, for words that are something else. */
export function bootstrapOf(words: readonly string[]): Bootstrap | undefined {
  if (words.length === 0 || words.includes('--help')) return undefined;
  const organizations = valuesOf(words, '--organization', 2);
  const people = valuesOf(words, '--officer', 3);
  const known = organizations.length * 3 + people.length * 4;
  const [organization] = organizations;
  const [first, second] = people.map(officerOf);
  if (known !== words.length || organizations.length !== 1 || people.length !== 2 || !first || !second)
    throw new StartError('bootstrap takes one --organization and two --officer (kashikagi bootstrap --help)');
  if (first.id === second.id || first.key === second.key)
    throw new StartError('the first two officers are two persons: other ids, other person keys');
  const [id = '', name = ''] = organization ?? [];
  return {
    organization: {
      id: fitting('organization id', id, ORGANIZATION_ID),
      name: text('organization name', name),
    },
    officers: [first, second],
  };
}

function officerOf([id = '', key = '', name = '']: readonly string[]): FirstOfficer {
  return {
    id: fitting('officer id', id, PERSON_ID),
    key: text('person key', key),
    name: text('name', name),
  };
}

const text = (what: string, value: string): string => fitting(what, value.trim(), TEXT);

function fitting(what: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value))
    throw new StartError(`bootstrap: "${value}" is no ${what} (kashikagi bootstrap --help)`);
  return value;
}

/** The words after each `flag`, so many for each. */
function valuesOf(words: readonly string[], flag: string, count: number): string[][] {
  return words.flatMap((word, at) => {
    const values = words.slice(at + 1, at + 1 + count);
    return word === flag && values.length === count && !values.some((one) => one.startsWith('--'))
      ? [values]
      : [];
  });
}
