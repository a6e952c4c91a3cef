/**
 * One spelling for what people type and what the 託送システム stores: full-width and half-width, hyphens of
 * every kind, kanji numerals. Pure. `null` means "not such a thing"; nothing here guesses a missing part.
 */

// Includes the katakana long-vowel mark: keyboards produce it for a hyphen. Applied between digits only.
const HYPHEN = '[-\\u2010-\\u2015\\u2212\\uFE58\\uFE63\\uFF0D\\uFF70\\u30FC]';
const SEPARATORS = new RegExp(`${HYPHEN}|\\s`, 'gu');
// Formats what a reader sees without being seen: bidi marks and overrides, zero-width, soft hyphen.
const INVISIBLE = /[\p{Cc}\p{Cs}\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
/** The longest text that any of these functions looks at; longer input is none of the things sought. */
const LONGEST = 200;

/** Without control characters, bidi overrides and invisible marks; line breaks and tabs become spaces. */
export function visibleText(text: string): string {
  return text.replace(/[\t\n\r\u2028\u2029]+/gu, ' ').replace(INVISIBLE, '');
}

/** What a person wrote (names, reasons, statements): NFKC, visible characters only, trimmed. */
export function personText(text: string): string {
  return visibleText(text.normalize('NFKC')).trim();
}

// Not NFKC: that would also turn ⑩ or ² into digits, and a number nobody wrote would open a record.
function asciiDigits(text: string): string {
  return text.replace(/[０-９]/gu, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}

/** 供給地点特定番号: 22 ASCII digits as text. It has no check digit: only its form is checked. */
export function supplyPointId(text: string): string | null {
  if (text.length > LONGEST) return null;
  const digits = asciiDigits(text).replace(SEPARATORS, '');
  return /^[0-9]{22}$/.test(digits) ? digits : null;
}

/** A Japanese telephone number in national form, 10 or 11 digits; `+81` and `+81 (0)` become `0`. */
export function phoneDigits(text: string): string | null {
  if (text.length > LONGEST) return null;
  const plain = asciiDigits(text)
    .replace(SEPARATORS, '')
    .replace(/＋/gu, '+')
    .replace(/[()（）.．]/gu, '');
  const national = plain.replace(/^\+810?/, '0');
  return /^0[0-9]{9,10}$/.test(national) ? national : null;
}

/** The last four digits of a whole telephone number, or four digits as stated by a caller. */
export function phoneLast4(text: string): string | null {
  const stated = asciiDigits(text).replace(SEPARATORS, '');
  if (/^[0-9]{4}$/.test(stated)) return stated;
  return phoneDigits(text)?.slice(-4) ?? null;
}

/** A meter number's letters and digits, upper case. */
export function meterKey(text: string): string | null {
  if (text.length > LONGEST) return null;
  const key = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/gu, '');
  return key === '' ? null : key;
}

/** The last four letters or digits of a meter number, or the four that a caller stated. */
export function meterLast4(text: string): string | null {
  const key = meterKey(text);
  return key === null || key.length < 4 ? null : key.slice(-4);
}

/** Adds the check digit to five digits of 全国地方公共団体コード (JIS X 0401, X 0402; modulus 11). */
export function withCheckDigit(five: string): string {
  const sum = [...five].reduce((total, digit, index) => total + Number(digit) * (6 - index), 0);
  return `${five}${(11 - (sum % 11)) % 10}`;
}

/** One entry of a target area: a municipality (6 digits; 5 get their check digit) or a prefecture 01–47. */
export function municipalityCode(text: string): string | null {
  if (text.length > LONGEST) return null;
  const digits = asciiDigits(text).trim();
  if (!/^(?:0[1-9]|[1-3][0-9]|4[0-7])(?:[0-9]{3,4})?$/.test(digits)) return null;
  if (digits.length === 2) return digits;
  const full = withCheckDigit(digits.slice(0, 5));
  return digits.length === 5 || digits === full ? full : null;
}

/** A single municipality, 6 digits (5 get their check digit). A whole prefecture, also as `130001`, is none. */
export function singleMunicipality(text: string): string | null {
  const code = municipalityCode(text);
  return code === null || isPrefecture(code) ? null : code;
}

const isPrefecture = (code: string): boolean => code.length === 2 || code.slice(2, 5) === '000';

/** 政令指定都市, and 13100 for the special wards. Their wards have own codes, which follow the city's. */
const CITIES_WITH_WARDS = (
  '01100 04100 11100 12100 13100 14100 14130 14150 15100 22100 22130 23100 26100 27100 27140 28100 33100 ' +
  '34100 40100 40130 43100'
).split(' ');

/** JIS X 0402 keeps 101–199 for wards: a ward belongs to the nearest such city before it. */
function cityOfWard(five: string): string | undefined {
  if (five[2] !== '1') return undefined;
  return CITIES_WITH_WARDS.filter((city) => city.startsWith(five.slice(0, 2)) && city <= five).at(-1);
}

/** Whether a municipality lies in a target area of `municipalityCode` entries. A city covers its wards. */
export function municipalityInArea(code6: string, area: readonly string[]): boolean {
  const city = cityOfWard(code6.slice(0, 5));
  return area.some((entry) => {
    if (isPrefecture(entry)) return code6.startsWith(entry.slice(0, 2));
    return entry === code6 || (city !== undefined && entry.slice(0, 5) === city);
  });
}
