import { instantOf } from '../../kit/times.js';
import { member, s, word } from '../../screens/texts.js';
import { FED, REQUIRED, WORDS, type FedMember } from './person-members.js';

/** What a person is on a list of staff: only what the file says. */
export type FedPerson = Partial<Record<FedMember, string | boolean>> & { id: string };

export interface FileFault {
  /** The line in the file, from 1; its head is line 1. */
  line: number;
  member: FedMember | null;
  value: string;
}

export interface StaffFile {
  encoding: 'UTF-8' | 'Shift_JIS';
  people: FedPerson[];
  faults: FileFault[];
  /** Heads that name no member; their columns are left out, and that is said. */
  unknownHeads: string[];
}

/** UTF-8 with or without a byte order mark; what is no UTF-8 is what Excel in Japan writes. */
export function decode(bytes: Uint8Array): Pick<StaffFile, 'encoding'> & { text: string } {
  try {
    return { encoding: 'UTF-8', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { encoding: 'Shift_JIS', text: new TextDecoder('shift_jis').decode(bytes) };
  }
}

/** RFC 4180, with commas or the tabs that a sheet puts on the clipboard. */
export function cellsOf(text: string): string[][] {
  const separator = (text.split(/\r?\n/, 1)[0] ?? '').includes('\t') ? '\t' : ',';
  const rows: string[][] = [[]];
  // A cell: quoted, with doubled quotes inside, or everything up to the next separator; and what ends it.
  const pattern = new RegExp(`(?:"((?:[^"]|"")*)"|([^${separator}\r\n]*))(${separator}|\r?\n|$)`, 'gy');
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [whole, quoted, bare = '', end] = found;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === '' || whole === '') break;
    if (end !== separator) rows.push([]);
  }
  return rows.filter((cells) => cells.some((one) => one.trim() !== ''));
}

/** A list of staff as it lies in a file: heads by our names or by the words for them. */
export function readStaff(bytes: Uint8Array): StaffFile {
  const { encoding, text } = decode(bytes);
  const [head = [], ...rows] = cellsOf(text);
  const members = head.map(memberOf);
  const found: StaffFile = { encoding, people: [], faults: [], unknownHeads: [] };
  found.unknownHeads = head.filter((_, index) => members[index] === undefined && head[index]?.trim() !== '');
  for (const missing of REQUIRED.filter((one) => !members.includes(one)))
    found.faults.push({ line: 1, member: missing, value: '' });
  if (found.faults.length > 0) return found;
  const seen = new Set<string>();
  rows.forEach((cells, index) => {
    const line = index + 2;
    const person: Partial<Record<FedMember, string | boolean>> = {};
    members.forEach((name, column) => {
      const value = (cells[column] ?? '').trim();
      if (name === undefined || (value === '' && !REQUIRED.includes(name))) return;
      const given = givenOf(name, value);
      if (given === undefined) found.faults.push({ line, member: name, value });
      else person[name] = given;
    });
    const id = typeof person.id === 'string' ? person.id : '';
    if (seen.has(id)) found.faults.push({ line, member: 'id', value: id });
    seen.add(id);
    found.people.push({ ...person, id });
  });
  return found;
}

const plain = (text: string): string => text.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase();

function memberOf(head: string): FedMember | undefined {
  const wanted = plain(head);
  return (Object.keys(FED) as FedMember[]).find(
    (one) => plain(one) === wanted || plain(member(one)) === wanted || plain(s().heads[one] ?? '') === wanted,
  );
}

/** A cell as the service takes it; undefined where it can be nothing of the kind. */
function givenOf(name: FedMember, value: string): string | boolean | undefined {
  const text = value.normalize('NFKC');
  switch (FED[name]) {
    case 'text':
      // A name is kept as it is written; ids are of narrow characters.
      return value === '' ? undefined : name === 'name' ? value : text;
    case 'word':
      return WORDS[name]?.find((one) => one === text || plain(word(one)) === plain(text));
    case 'flag':
      return flagOf(plain(text));
    case 'day':
      return dayOf(text);
  }
}

function flagOf(text: string): boolean | undefined {
  if (['true', '1', 'yes', 'y', plain(s().form.yes), ...s().yesMarks].includes(text)) return true;
  if (['false', '0', 'no', 'n', plain(s().form.no), ...s().noMarks].includes(text)) return false;
  return undefined;
}

/** `2026/10/1`, `2026-10-01`, 2026年10月1日: midnight in Japan. A whole time with an offset is taken as it is. */
function dayOf(text: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text)) return text;
  const [, year, month, day] = /^(\d{4})\D(\d{1,2})\D(\d{1,2})\D?$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const instant = instantOf({ year, month, day, hour: '0', minute: '0' });
  return instant === null ? undefined : new Date(instant).toISOString();
}
