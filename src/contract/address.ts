import { personText } from './normalise.js';

/**
 * Japanese street addresses, read to compare them and to cut them: 「本町三丁目1番5号」 and 「本町３－１－５」 are
 * one place. Pure, without a table of towns: where the text leaves a doubt, less is read, never more, because
 * what is read as town and block may be shown while the house, building and room may not.
 */
interface Unit {
  digits: string;
  /** What follows the digits: 丁目, 番, 号, a hyphen to the next number, or nothing. */
  marker: '丁目' | '番' | '号' | '-' | '';
  /** Where digits and marker end in the text; a hyphen is not counted. */
  end: number;
}

interface Street {
  text: string;
  town: string;
  units: Unit[];
  rest: string;
}

interface Block {
  /** The part of the address up to the block, as it may be shown. */
  text: string;
  town: string;
  numbers: string[];
  /** How the block was written: with 番, or bare after 丁目 or a hyphen, where it may be a house number. */
  written: '番' | '丁目' | '-';
}

const LONGEST = 200;
const KANJI = '〇一二三四五六七八九';
const NUMERAL = `[${KANJI}十百千]`;
const BEFORE_MARK = new RegExp(`${NUMERAL}+(?=丁目|番地|[号階])`, 'gu');
// 番 also ends names of towns (麻布十番, 三番町): a numeral only after 丁目, 町, 字 or before a house number.
const BEFORE_BAN = new RegExp(
  `(?<=丁目|町|字)${NUMERAL}+(?=番(?![町丁]))|${NUMERAL}+(?=番(?:\\d|${NUMERAL})+号)`,
  'gu',
);
const POSITIONAL = new RegExp(`[${KANJI}]{3,}`, 'gu');
const BETWEEN_DIGITS = /(?<=\d) ?[-\u2010-\u2015\u2212\uFE58\uFE63\uFF0D\uFF70\u30FCのノ之] ?(?=\d)/gu;

/** 「二十三」 → 23, 「一〇二」 → 102. */
function kanjiNumber(text: string): string {
  if (!/[十百千]/u.test(text)) return [...text].map((digit) => KANJI.indexOf(digit)).join('');
  let total = 0;
  let pending = 0;
  for (const sign of text) {
    const scale = { 十: 10, 百: 100, 千: 1000 }[sign];
    if (scale === undefined) pending = KANJI.indexOf(sign);
    else {
      total += (pending === 0 ? 1 : pending) * scale;
      pending = 0;
    }
  }
  return String(total + pending);
}

function oneSpelling(address: string): string {
  return personText(address.slice(0, LONGEST))
    .replace(/\s+/gu, ' ')
    .replace(BEFORE_MARK, kanjiNumber)
    .replace(BEFORE_BAN, kanjiNumber)
    .replace(POSITIONAL, kanjiNumber)
    .replace(BETWEEN_DIGITS, '-')
    .replace(/(?<=\D) | (?=\D)/gu, '')
    .replace(/(番地?)[-のノ之](?=\d)/gu, '$1');
}

/** Finds where the numbers of the street begin (北1条西 is still the town) and reads them as one run. */
function parseStreet(address: string): Street | null {
  if (address.length > LONGEST) return null;
  const text = oneSpelling(address);
  const start = /(?<!\d)\d+(?!\d|条|線|地割|軒)/u.exec(text)?.index ?? 0;
  if (start === 0) return null;
  const unit = /(\d+)(?:(丁目|丁(?!目))|(番地|番(?![町丁館棟街]))|(号(?![室棟館線]))|(-)(?=\d))?/uy;
  unit.lastIndex = start;
  const units: Unit[] = [];
  for (let found = unit.exec(text); found !== null; found = unit.exec(text)) {
    const [, digits = '', chome, ban, go, hyphen] = found;
    const marker = chome ? '丁目' : ban ? '番' : go ? '号' : hyphen ? '-' : '';
    units.push({ digits: String(Number(digits)), marker, end: unit.lastIndex - (hyphen ? 1 : 0) });
    if (marker === '') break;
  }
  return { text, town: text.slice(0, start), units, rest: text.slice(units.at(-1)?.end) };
}

/** A number that may be a house or a room: 号 or 室 or a floor follows, or it is too long for a block. */
function mayBeRoom(unit: Unit, street: Street): boolean {
  const after = street.text.slice(unit.end);
  return unit.digits.length > 2 || unit.marker === '号' || /^(?:号|室|階|F)/iu.test(after);
}

const ENDS_LIKE_BUILDING = /[\p{Script=Katakana}ーA-Za-z荘棟館寮]$/u;

function blockOf(address: string): Block | null {
  const street = parseStreet(address);
  const [first, second] = street?.units ?? [];
  if (street === null || first === undefined) return null;
  const upTo = (last: Unit): Block => ({
    text: street.text.slice(0, last.end),
    town: street.town,
    numbers: last === first ? [first.digits] : [first.digits, last.digits],
    written: last.marker === '番' ? '番' : first.marker === '丁目' ? '丁目' : '-',
  });
  if (first.marker === '番') return upTo(first);
  if (second === undefined) return null;
  if (first.marker === '丁目') {
    return second.marker === '番' || !mayBeRoom(second, street) ? upTo(second) : null;
  }
  if (first.marker !== '-') return null;
  if (first.digits.length > 2 && ENDS_LIKE_BUILDING.test(street.town)) return null;
  return second.marker === '番' || !mayBeRoom(second, street) ? upTo(second) : upTo(first);
}

/**
 * Town and block for display: 「大阪府豊中市本町3丁目1番」. House number, building and room are cut. `null` where
 * no block can be told from a room; then `beforeNumbers` is all that may be shown.
 */
export function townBlock(address: string): string | null {
  return blockOf(address)?.text ?? null;
}

/** The part of an address before its first number in any script; '' where it begins with one. */
export function beforeNumbers(address: string): string {
  return oneSpelling(address).split(/\p{N}/u, 1)[0]?.trim() ?? '';
}

function townKey(town: string): string {
  return town
    .replace(/^(?:北海道|東京都|京都府|大阪府|[^市区町村]{2,3}県)/u, '')
    .replace(new RegExp(`${NUMERAL}+(?=条|線|地割|軒)`, 'gu'), kanjiNumber)
    .replace(/大?字/gu, '')
    .replace(/[ヶけがガ]/gu, 'ケ')
    .replace(/[の之]/gu, 'ノ');
}

/** One may leave out the municipality: the longer ends with the shorter, just after 市, 区, 町, … */
function sameTown(one: string, other: string): boolean {
  const [long, short] = [townKey(one), townKey(other)].sort((a, b) => b.length - a.length) as [
    string,
    string,
  ];
  if (short === '' || !long.endsWith(short)) return false;
  return long.length === short.length || /[都道府県郡市区町村]$/u.test(long.slice(0, -short.length));
}

/** The second factor `town_block`: whether the stated town and block are those of the recorded address. */
export function isTownBlockOf(recorded: string, stated: string): boolean {
  const have = blockOf(recorded);
  const said = blockOf(stated);
  if (have === null || said === null || !sameTown(have.town, said.town)) return false;
  if (have.numbers.join('-') === said.numbers.join('-')) return true;
  // Recorded as 12番5号, stated as 12-5: the block is the first of the two.
  const blockOnly = have.written === '番' && have.numbers.length === 1;
  return blockOnly && said.written === '-' && said.numbers[0] === have.numbers[0];
}

function streetNumbers(street: Street): string {
  const room = /(\d+)(?:号室|号|室)?$/u.exec(street.rest)?.[1];
  const numbers = street.units.map((unit) => unit.digits);
  return (room === undefined ? numbers : [...numbers, String(Number(room))]).join('-');
}

/**
 * One key for all spellings of an address: town, numbers, room. The name of a building is not part of it, nor
 * is the prefecture. `null` for what has no town or no number.
 */
export function addressKey(text: string): string | null {
  const street = parseStreet(text);
  return street === null ? null : `${townKey(street.town)}${streetNumbers(street)}`;
}

/** Whether two spellings name one address, room included; one of them may leave out the municipality. */
export function isSameAddress(recorded: string, stated: string): boolean {
  const have = parseStreet(recorded);
  const said = parseStreet(stated);
  if (have === null || said === null) return false;
  return sameTown(have.town, said.town) && streetNumbers(have) === streetNumbers(said);
}
