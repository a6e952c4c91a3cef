import { language } from './language.js';
import { clockText } from './times.js';

/** A time as it stands on every screen, in the chosen language. */
export function timeText(at: string | number): string {
  return clockText(at, language);
}
