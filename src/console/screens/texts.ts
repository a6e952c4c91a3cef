import { catalogue } from '../kit/language.js';
import type { ja } from './ja.js';

export type ScreenTexts = typeof ja;

const texts = catalogue<ScreenTexts>({
  ja: async () => (await import('./ja.js')).ja,
  en: async () => (await import('./en.js')).en,
});

/** A room that has one of these screens or forms loads their texts before it opens. */
export const loadScreenTexts = texts.load;
export const s = texts.now;

/** The word for a value of a closed list, or the value itself where nobody has named it. */
export function word(value: string | null | undefined): string {
  if (value === null || value === undefined || value === '') return s().nothing;
  return s().words[value] ?? value;
}

/** The name of a member of a body or of a row. */
export function member(name: string): string {
  return s().members[name] ?? name;
}
