import { instantOf, wallOf, type Wall } from '../kit/times.js';
import { t } from '../texts/texts.js';

/** A form's field said as data: what it is called, what may stand in it, and how it becomes a member of a body. */
export interface Member {
  name: string;
  kind: 'text' | 'area' | 'number' | 'one' | 'many' | 'flag' | 'day' | 'time' | 'lines';
  label: string;
  hint?: string;
  isRequired?: boolean;
  /** Of `one` and `many`. */
  options?: readonly { value: string; label: string; hint?: string }[];
  min?: number;
  max?: number;
}

export type DraftValue = string | string[] | Wall;
export type Draft = Record<string, DraftValue>;

const NO_WALL: Wall = { year: '', month: '', day: '', hour: '', minute: '' };

export const textIn = (draft: Draft, name: string): string => {
  const value = draft[name];
  return typeof value === 'string' ? value : '';
};
export const listIn = (draft: Draft, name: string): string[] => {
  const value = draft[name];
  return Array.isArray(value) ? value : [];
};
export const wallIn = (draft: Draft, name: string): Wall => {
  const value = draft[name];
  return typeof value === 'object' && !Array.isArray(value) ? value : NO_WALL;
};

/** A form as it stands before anybody has touched it, for a row that is to be changed or for nothing. */
export function draftOf(members: readonly Member[], row: Record<string, unknown> = {}): Draft {
  return Object.fromEntries(members.map((one) => [one.name, draftValue(one, row[one.name])]));
}

function draftValue({ kind }: Member, value: unknown): DraftValue {
  if (kind === 'many') return Array.isArray(value) ? value.map(String) : [];
  if (kind === 'lines') return Array.isArray(value) ? value.map(String).join('\n') : '';
  if (kind === 'flag') return typeof value === 'boolean' ? (value ? 'yes' : 'no') : '';
  if (kind === 'day' || kind === 'time') {
    const instant = typeof value === 'string' ? Date.parse(value) : NaN;
    return Number.isNaN(instant) ? NO_WALL : wallOf(instant);
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What is sent of a field; undefined: nothing was written. */
function sentValue(one: Member, draft: Draft): unknown {
  const { kind, name } = one;
  const text = textIn(draft, name).trim();
  if (kind === 'many') return listIn(draft, name);
  if (kind === 'lines') return linesOf(text);
  if (kind === 'flag') return text === '' ? undefined : text === 'yes';
  if (kind === 'day' || kind === 'time') {
    const instant = instantOfField(one, draft);
    return instant === null ? undefined : new Date(instant).toISOString();
  }
  if (kind === 'number') return text === '' ? undefined : Number(text.normalize('NFKC'));
  return text === '' ? undefined : text;
}

/** Ids one a line, or as they come out of a cell: by commas, tabs or spaces. */
export function linesOf(text: string): string[] {
  return text
    .split(/[\s,、，]+/)
    .map((line) => line.normalize('NFKC'))
    .filter((line) => line !== '');
}

function instantOfField({ kind, name }: Member, draft: Draft): number | null {
  const wall = wallIn(draft, name);
  return instantOf(kind === 'day' ? { ...wall, hour: '0', minute: '0' } : wall);
}

/** The body of a proposal: all that was written, or of a change only what differs from the row. */
export function bodyOf(members: readonly Member[], draft: Draft, before?: Draft): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const one of members) {
    const value = sentValue(one, draft);
    if (value === undefined) continue;
    if (before !== undefined && JSON.stringify(value) === JSON.stringify(sentValue(one, before))) continue;
    body[one.name] = value;
  }
  return body;
}

/** What the service would refuse anyway, said at once and under its field. */
export function missingOf(members: readonly Member[], draft: Draft): Record<string, string> {
  const missing: Record<string, string> = {};
  for (const one of members) {
    const fault = faultOf(one, draft);
    if (fault !== undefined) missing[one.name] = fault;
  }
  return missing;
}

function faultOf(one: Member, draft: Draft): string | undefined {
  const { kind, name, isRequired, min = 0 } = one;
  const texts = t().field;
  if (kind === 'day' || kind === 'time') {
    const isTouched = Object.values(wallIn(draft, name)).some((part) => part !== '');
    if (isTouched && instantOfField(one, draft) === null) return t().time.invalid;
    return isRequired && !isTouched ? t().time.missing : undefined;
  }
  const text = textIn(draft, name).trim();
  if (kind === 'one' || kind === 'flag') return isRequired && text === '' ? texts.chooseOne : undefined;
  if (kind === 'many') return isRequired && listIn(draft, name).length === 0 ? texts.chooseOne : undefined;
  if (isRequired && text === '') return texts.missing;
  if (kind !== 'number' && text !== '' && text.length < min) return texts.tooShort(min, text.length);
  return undefined;
}
