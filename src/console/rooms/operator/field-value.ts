import { timeText } from '../../kit/say.js';
import { op } from './texts.js';

type Value = string | boolean | null;

const IS_TIME = /^\d{4}-\d{2}-\d{2}T/;

/** What the utility itself says of the outage; all else is about the point. */
const OUTAGE = [
  'outage_state',
  'estimated_restoration_at',
  'planned_crew_eta',
  'danger_report',
  'public_notice_text',
  'outage_incident_id',
  'feeder_section_code',
  'call_ticket_id',
];

export function nameOf(field: string): string {
  return op().fields[field] ?? field;
}

/** A value as it is said to a caller: words for codes, Japan's time, yes and no. */
export function valueText(field: string, value: Value): string {
  if (value === null || value === '') return op().unsaid;
  if (typeof value === 'boolean') return value ? op().yes : op().no;
  return op().words[field]?.[value] ?? (IS_TIME.test(value) ? timeText(value) : value);
}

/** A part of a value begins with the sign of what is left out. */
export const isPart = (field: string, value: Value): boolean =>
  typeof value === 'string' && (value.startsWith('…') || field === 'supply_address');

/** The outage first, in the order in which a caller asks; then the point. */
export function inOrder(fields: Readonly<Record<string, Value>>): {
  outage: [string, Value][];
  point: [string, Value][];
} {
  const all = Object.entries(fields);
  const outage = OUTAGE.flatMap((name) => all.filter(([field]) => field === name));
  return { outage, point: all.filter(([field]) => !OUTAGE.includes(field)) };
}
