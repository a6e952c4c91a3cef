/**
 * Japanese addresses, as far as a telephone call needs them: 「本町1丁目2番3号」, 「本町１－２－３」 and
 * 「大阪府豊中市本町一丁目2-3 サンプル荘405号室」 name one street address, the last with a room.
 * Pure; knows no table of municipalities, so a prefix of prefecture and municipality stays in the street part
 * unless the caller names it.
 */
export interface ParsedAddress {
  /** Town and numbers, one form for all spellings: `本町1-2-3`. */
  street: string;
  /** Room number without 「号室」, or '' where none was given. The building's name is not compared. */
  room: string;
}

export interface MunicipalityName {
  prefecture: string;
  name: string;
}

const HYPHENS = /[-‐‑‒–—―−ー－ｰ]/;
const BETWEEN_DIGITS = new RegExp(`(?<=\\d)\\s*${HYPHENS.source}\\s*(?=\\d)`, 'g');
const PREFIX_END = /[都道府県市区町村郡]$/;

/** Town, then numbers joined by 丁目, 番(地), の or a hyphen, then an optional last unit, then building and room. */
const FORM = /^(\D+?)(\d+(?:(?:丁目|番地の?|番の?|-|の)\d+)*)(?:丁目|番地|番(?![町丁])|号(?!室))?(.*)$/;

const PREFECTURE = /^(?:北海道|東京都|京都府|大阪府|[^市区町村]{2,3}県)/;

/** Longer than any address: what is longer is not read at all. */
const LONGEST = 200;

const KANJI_DIGITS = '〇一二三四五六七八九';

/** 「十二」 → 12; up to 99, which is more than any 丁目. */
function kanjiNumber(text: string): number {
  const [tens, units] = text.includes('十') ? text.split('十') : ['', text];
  const value = (digits: string | undefined): number =>
    [...(digits ?? '')].reduce((sum, digit) => sum * 10 + KANJI_DIGITS.indexOf(digit), 0);
  return (text.includes('十') ? (tens === '' ? 1 : value(tens)) * 10 : 0) + value(units);
}

function oneSpelling(address: string): string {
  return address
    .normalize('NFKC')
    .trim()
    .replace(/[〇一二三四五六七八九十]+(?=丁目|番(?![町丁])|号)/g, (text) => String(kanjiNumber(text)))
    .replace(BETWEEN_DIGITS, '-')
    .replace(/(?<=\D)\s+|\s+(?=丁目|番|号)/g, '')
    .replace(/[ヶｹ]/g, 'ケ')
    .replace(/大字/g, '');
}

function withoutPrefix(text: string, municipality: MunicipalityName): string {
  const afterPrefecture = text.startsWith(municipality.prefecture)
    ? text.slice(municipality.prefecture.length)
    : text;
  return afterPrefecture.startsWith(municipality.name)
    ? afterPrefecture.slice(municipality.name.length)
    : afterPrefecture;
}

/** Returns undefined for what has no town or no number: such an address finds nothing. */
export function parseAddress(address: string, municipality?: MunicipalityName): ParsedAddress | undefined {
  if (address.length > LONGEST) return undefined;
  const text = oneSpelling(address);
  const form = FORM.exec(municipality === undefined ? text : withoutPrefix(text, municipality));
  if (form === null) return undefined;
  const [, town = '', chain = '', rest = ''] = form;
  const numbers = chain.split(/\D+/).map((digits) => String(Number(digits)));
  // 「1-2-3-405」 and 「1-2-405号室」: the number after the house, or before 号室, is the room.
  const roomInChain = /^号?室/.test(rest) ? numbers.length - 1 : 3;
  const room = numbers[roomInChain] ?? /(\d+)(?:号室|号|室)?$/.exec(rest)?.[1] ?? '';
  return { street: town + numbers.slice(0, roomInChain).join('-'), room };
}

/**
 * Whether a recorded address is the one that was asked for. The asked one may leave out prefecture,
 * municipality and room; a room that was given must agree.
 */
export function isSameAddress(asked: string, recorded: string): boolean {
  const want = parseAddress(asked);
  const have = parseAddress(recorded);
  if (want === undefined || have === undefined) return false;
  if (want.room !== '' && want.room !== have.room) return false;
  // The municipality is sought by its code: who says the prefecture may still leave its name out.
  return endsWithStreet(have.street, want.street.replace(PREFECTURE, ''));
}

function endsWithStreet(full: string, street: string): boolean {
  if (!full.endsWith(street)) return false;
  const before = full.slice(0, full.length - street.length);
  return before === '' || PREFIX_END.test(before);
}
