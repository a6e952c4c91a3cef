import type { SampleSystem } from '../wheeling/sample-system.js';
import type { SamplePoint } from './storm.js';

export const VARIANTS = ['低圧', '高圧', 'FIT', '最終保障', '離島', '新設', '空家'];

type Fields = Record<string, string | boolean | null>;

/** Fields that the demonstration's profile shows as they are; the first two are not about the outage. */
const SHOWN = [
  'service_pole_number',
  'service_area_code',
  'outage_state',
  'outage_incident_id',
  'estimated_restoration_at',
  'feeder_section_code',
  'planned_crew_eta',
  'public_notice_text',
  'danger_report',
];
export const MATCHABLE = ['contract_holder_name', 'meter_number', 'contact_phone', 'customer_phone'];
export const REVEALABLE = [
  'contact_phone',
  'customer_phone',
  'ampere_breaker_presence',
  'remote_switch_capability',
];

const pick = (point: SamplePoint, names: string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, (point[name] ?? null) as string | null]));

/** What an operator may see of a point, said a second time and from the demonstration's profile alone. */
export function expectedFields(point: SamplePoint, isMatchOnly: boolean): Fields {
  if (isMatchOnly) return pick(point, SHOWN.slice(2));
  const notes = String(point['customer_statement_notes']);
  const { power } = point['smart_meter_info'] as { power: string };
  return {
    ...pick(point, SHOWN),
    supply_point_id: `…${point.supply_point_id.slice(-6)}`,
    supply_address: townBlockOf(point),
    life_support_flag: /人工呼吸器|在宅酸素/.test(notes),
    access_hazard_flag: /犬|鍵/.test(notes),
    meter_reachability: { 通電: 'powered', 不通: 'unreachable', 不明: 'unknown' }[power] ?? null,
  };
}

export function expectedWithheld(isMatchOnly: boolean): { field: string; mode: string }[] {
  const match = ['contract_holder_name', 'meter_number'].map((field) => ({ field, mode: 'match' }));
  return isMatchOnly ? match : [...match, ...REVEALABLE.map((field) => ({ field, mode: 'reveal' }))];
}

export function townBlockOf(point: SamplePoint): string {
  return /^.*?番/.exec(point.supply_address)?.[0] ?? '';
}

/** The record as the wheeling system answers it now, columns that nobody classed included. */
export async function rawPoint(system: SampleSystem, supplyPointId: string): Promise<SamplePoint> {
  const answer = await fetch(`${system.url}/supply-points/${supplyPointId}`);
  return (await answer.json()) as SamplePoint;
}

/** The four ways to seek a point, each with a second factor of another kind. */
export function waysTo(point: SamplePoint) {
  const meter = { meter_number_last4: point.meter_number.slice(-4) };
  return {
    'its number': {
      supply_point_id: point.supply_point_id,
      second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
    },
    'the contact telephone': { phone: point.contact_phone, second_factor: meter },
    'the customer telephone': {
      phone: point['customer_phone'],
      second_factor: { town_block: townBlockOf(point) },
    },
    'its address': {
      municipality_code: point['municipality_code'],
      address: point.supply_address,
      second_factor: meter,
    },
  };
}
