import { accessCodes } from './codes/access.js';
import { credentialsCodes } from './codes/credentials.js';
import { declarationsCodes } from './codes/declarations.js';
import { formCodes } from './codes/form.js';
import { gateCodes } from './codes/gate.js';
import { grantsCodes } from './codes/grants.js';
import { limitsCodes } from './codes/limits.js';
import { masterDataCodes } from './codes/master-data.js';
import { nominationsCodes } from './codes/nominations.js';
import { recordsCodes } from './codes/records.js';
import { signInCodes } from './codes/sign-in.js';
import { twoPersonsCodes } from './codes/two-persons.js';
import { verdictsCodes } from './codes/verdicts.js';

/** The codes by subject. No code stands in two of them (codes.spec.ts). */
export const CODE_PARTS = [
  formCodes,
  accessCodes,
  limitsCodes,
  signInCodes,
  twoPersonsCodes,
  declarationsCodes,
  nominationsCodes,
  masterDataCodes,
  verdictsCodes,
  grantsCodes,
  credentialsCodes,
  gateCodes,
  recordsCodes,
] as const;

/**
 * Every code a caller can meet, with its HTTP status and its words: Japanese first, English second.
 * `next` is the lawful next step, where there is one (domain: what the person may do instead).
 * Codes are stable: others build on them. Texts may be improved.
 */
export const CODES = {
  ...formCodes,
  ...accessCodes,
  ...limitsCodes,
  ...signInCodes,
  ...twoPersonsCodes,
  ...declarationsCodes,
  ...nominationsCodes,
  ...masterDataCodes,
  ...verdictsCodes,
  ...grantsCodes,
  ...credentialsCodes,
  ...gateCodes,
  ...recordsCodes,
};

export type Code = keyof typeof CODES;
