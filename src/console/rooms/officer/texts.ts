import { catalogue } from '../../kit/language.js';
import type { ja } from './ja.js';

export type OfficerTexts = typeof ja;

const texts = catalogue<OfficerTexts>({
  ja: async () => (await import('./ja.js')).ja,
  en: async () => (await import('./en.js')).en,
});

export const loadOfficerTexts = texts.load;
export const of = texts.now;
