import { catalogue } from '../../kit/language.js';
import type { ja } from './ja.js';

export type SupervisorTexts = typeof ja;

const texts = catalogue<SupervisorTexts>({
  ja: async () => (await import('./ja.js')).ja,
  en: async () => (await import('./en.js')).en,
});

export const loadSupervisorTexts = texts.load;
export const sv = texts.now;
