import { catalogue } from '../kit/language.js';
import type { ja } from './ja.js';

/** What `ja.ts` says, in whatever language: a text that one of them lacks does not compile. */
export type Texts = typeof ja;

const texts = catalogue<Texts>({
  ja: async () => (await import('./ja.js')).ja,
  en: async () => (await import('./en.js')).en,
});

export const loadTexts = texts.load;

/** The texts of the shell and of the parts that all rooms share. */
export const t = texts.now;
