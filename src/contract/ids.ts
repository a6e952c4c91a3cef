import { randomBytes } from 'node:crypto';

/**
 * Identifiers: a prefix that says what it names, and 96 random bits. Random, never from the time:
 * record ids stand in public leaves, which must tell nothing about activity.
 */
const PREFIXES = {
  declaration: 'dc',
  supportCall: 'sc',
  nomination: 'nm',
  grant: 'gr',
  terminal: 'tm',
  change: 'ch',
  record: 'rc',
  token: 'tk',
  agreement: 'ag',
  standingPlan: 'sp',
  incident: 'in',
  exposure: 'ex',
  finding: 'fd',
  session: 'se',
  personIdentity: 'pi',
  mismatch: 'mm',
  replay: 'rp',
  legalHold: 'lh',
  purge: 'pu',
  passkey: 'pk',
  terminalWindow: 'tw',
  analysis: 'an',
} as const;

export type IdKind = keyof typeof PREFIXES;
export type Id<K extends IdKind> = `${(typeof PREFIXES)[K]}_${string}`;

export function newId<K extends IdKind>(kind: K): Id<K> {
  return `${PREFIXES[kind]}_${randomBytes(12).toString('base64url')}`;
}
