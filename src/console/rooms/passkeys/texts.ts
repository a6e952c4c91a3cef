import { catalogue } from '../../kit/language.js';
import type { ja } from './ja.js';

export type PasskeysTexts = typeof ja;

const texts = catalogue<PasskeysTexts>({
  ja: async () => (await import('./ja.js')).ja,
  en: async () => (await import('./en.js')).en,
});

export const loadPasskeysTexts = texts.load;
export const pk = texts.now;
