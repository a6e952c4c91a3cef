import { catalogue } from '../../kit/language.js';
import type { ja } from './ja.js';

export type OperatorTexts = typeof ja;

const texts = catalogue<OperatorTexts>({
  ja: async () => (await import('./ja.js')).ja,
  en: async () => (await import('./en.js')).en,
});

export const loadOperatorTexts = texts.load;
export const op = texts.now;
