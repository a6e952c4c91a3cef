import { first } from '../first/first-answers.js';

/** The limits that stand in the service's settings, to be shown beside the fields; the service holds them. */
export interface Policy {
  declaration_hours: number;
  extension_hours: number;
  shift_hours: number;
}

const UNKNOWN: Policy = { declaration_hours: NaN, extension_hours: NaN, shift_hours: NaN };

export const policy: Policy = first?.policy ?? UNKNOWN;
