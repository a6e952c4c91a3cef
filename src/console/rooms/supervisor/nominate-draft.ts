import type { Schemas } from '../../api/answers.js';
import { EMPTY_WALL } from '../../kit/date-time-field.js';
import { instantOf, type Wall } from '../../kit/times.js';
import { sv } from './texts.js';

/** What stands in the form of a nomination: names of one's own people, nothing of a customer, so it may be kept. */
export interface NominateDraft {
  way: string;
  ids: string[];
  pasted: string;
  startsWhen: string;
  start: Wall;
  end: Wall;
  note: string;
}

export const blank = (): NominateDraft => ({
  way: 'team',
  ids: [],
  pasted: '',
  startsWhen: 'now',
  start: EMPTY_WALL,
  end: EMPTY_WALL,
  note: '',
});

export type Missing = Partial<Record<'people' | 'start' | 'end', string>>;

export function missingOf({ ids, startsWhen, start, end }: NominateDraft): Missing {
  const texts = sv().nominate;
  return {
    ...(ids.length === 0 && { people: texts.nobody }),
    ...(startsWhen === 'later' && instantOf(start) === null && { start: texts.startMissing }),
    ...(instantOf(end) === null && { end: texts.endMissing }),
  };
}

/** The shift as the service takes it; without a start it is now. */
export function shiftOf({ startsWhen, start, end }: NominateDraft): { starts_at?: string; ends_at?: string } {
  const [from, to] = [instantOf(start), instantOf(end)];
  return {
    ...(startsWhen === 'later' && from !== null && { starts_at: new Date(from).toISOString() }),
    ...(to !== null && { ends_at: new Date(to).toISOString() }),
  };
}

export function bodyOf(draft: NominateDraft, people: string[]): Schemas['NominateDto'] {
  const { ends_at: end = '', ...start } = shiftOf(draft);
  return { people, ...start, ends_at: end, note: draft.note.trim() };
}

/** One entry a line, as Excel puts a column, or a table of which each cell may name somebody. */
export function entriesOf(pasted: string): string[] {
  return pasted
    .split(/[\n\r\t]+/u)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .slice(0, 2000);
}
