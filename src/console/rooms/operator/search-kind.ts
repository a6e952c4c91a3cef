/** What the one box holds: by its look, whatever the width of its characters. */
export type SearchKind = 'supply_point_id' | 'phone' | 'address';

export const FACTORS = ['contact_phone_last4', 'meter_number_last4', 'town_block'] as const;
export type Factor = (typeof FACTORS)[number];

/** Characters that people put between digits: hyphens of all kinds, the long vowel, spaces, brackets. */
const BETWEEN = /[\s\-\u2010-\u2015\u2212\u30fc\uff70()./]/gu;

/** Digits alone, or null where there is anything else. */
function digitsOf(text: string): string | null {
  const plain = text
    .normalize('NFKC')
    .replaceAll(BETWEEN, '')
    .replace(/^\+810?/, '0');
  return /^\d+$/.test(plain) ? plain : null;
}

/** → the kind; how many digits where the number is of no kind; null where nothing is typed. */
export function kindOf(text: string): SearchKind | number | null {
  if (text.trim() === '') return null;
  const digits = digitsOf(text);
  if (digits === null) return 'address';
  if (digits.length === 22) return 'supply_point_id';
  return /^0\d{9,10}$/.test(digits) ? 'phone' : digits.length;
}

/** The second factor is of another kind than the key; the service refuses it otherwise. */
export function factorsFor(kind: SearchKind | number | null): readonly Factor[] {
  if (kind === 'phone') return FACTORS.filter((factor) => factor !== 'contact_phone_last4');
  if (kind === 'address') return FACTORS.filter((factor) => factor !== 'town_block');
  return FACTORS;
}

/** Four letters or digits, of any width. */
export function isLast4(text: string): boolean {
  return /^[0-9A-Za-z]{4}$/.test(text.normalize('NFKC').replaceAll(/[\s-]/g, ''));
}

export interface Named {
  code: string;
  name: string;
}

/** The municipality with which an address begins, with or without its prefecture; the longest name wins. */
export function placeIn(address: string, places: readonly Named[]): Named | undefined {
  const text = address.normalize('NFKC').replaceAll(/\s/g, '');
  return places
    .filter(({ name }) => {
      const [prefecture = '', ...rest] = name.split(' ');
      const town = rest.join('');
      return town !== '' && (text.startsWith(`${prefecture}${town}`) || text.startsWith(town));
    })
    .sort((one, other) => other.name.length - one.name.length)[0];
}
