import { word } from '../../screens/texts.js';

/** A closed list as a form offers it. */
export function optionsOf(values: readonly string[]): { value: string; label: string }[] {
  return values.map((value) => ({ value, label: word(value) }));
}
