import { personText } from '../contract/normalise.js';

/** Somebody of the own organization, as a list of names may mean them. */
export interface Named {
  id: string;
  name: string;
}

export interface Resolved<P extends Named> {
  entry: string;
  match: 'one' | 'several' | 'none';
  people: P[];
}

/** One spelling: full and half width, upper and lower case, with or without a space between the names. */
export const spelling = (text: string): string => personText(text).replace(/\s/gu, '').toLowerCase();

/**
 * Whom each line means: an id means one person, a name everybody who has it. In the order of the lines; nothing is guessed, no
 * part of a name matches.
 */
export function resolved<P extends Named>(entries: readonly string[], people: readonly P[]): Resolved<P>[] {
  const byId = new Map(people.map((one) => [spelling(one.id), one]));
  const byName = new Map<string, P[]>();
  for (const one of people) byName.set(spelling(one.name), [...(byName.get(spelling(one.name)) ?? []), one]);
  return entries.map((entry) => {
    const person = byId.get(spelling(entry));
    const meant = person === undefined ? (byName.get(spelling(entry)) ?? []) : [person];
    return {
      entry,
      match: meant.length === 0 ? 'none' : meant.length === 1 ? 'one' : 'several',
      people: meant,
    };
  });
}
