import { catalogue } from '../../kit/language.js';
import type { ja } from './ja.js';

export type ComplianceTexts = typeof ja;

const texts = catalogue<ComplianceTexts>({
  ja: async () => (await import('./ja.js')).ja,
  en: async () => (await import('./en.js')).en,
});

export const loadComplianceTexts = texts.load;
export const co = texts.now;
