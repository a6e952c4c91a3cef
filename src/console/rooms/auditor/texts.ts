import { catalogue } from '../../kit/language.js';
import type { ja } from './ja.js';

export type AuditorTexts = typeof ja;

const texts = catalogue<AuditorTexts>({
  ja: async () => (await import('./ja.js')).ja,
  en: async () => (await import('./en.js')).en,
});

export const loadAuditorTexts = texts.load;
export const au = texts.now;
