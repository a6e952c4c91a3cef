import { catalogue } from '../../kit/language.js';
import type { ja } from './ja.js';

export type HqTexts = typeof ja;

const texts = catalogue<HqTexts>({
  ja: async () => (await import('./ja.js')).ja,
  en: async () => (await import('./en.js')).en,
});

export const loadHqTexts = texts.load;
export const hq = texts.now;
