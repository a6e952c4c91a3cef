import {
  CALLED,
  CONFIRMED,
  DECLARED,
  DECLINED,
  EXTENDED,
  GROWN,
  LIFTED,
  SHRUNK,
} from '../../declarations/declarations.records.js';
import type { Expected, RowOf, Told } from './expected.js';
import { on, type Play } from './play.js';
import type { Step } from './step.js';

type Called = Record<string, Told>;

function declarationOf(expected: Expected, { declarationId }: Step): RowOf<'declaration'> | undefined {
  return expected.declaration.get(declarationId ?? '');
}

function amended(row: RowOf<'declaration'>, amendment: Record<string, Told>): void {
  const amendments = row.amendments as readonly Told[];
  row.amendments = [...amendments, { ordinal: amendments.length + 1, ...amendment }];
}

const later = (one: Told, other: Date): Date => (one instanceof Date && one > other ? one : other);

/** How an area changes: grown by two persons, shrunk by one. */
function areaChanged(kind: 'grow' | 'shrink') {
  return (
    expected: Expected,
    step: Step,
    details: { target_area: string[]; reason: string; change?: string },
  ): void => {
    const row = declarationOf(expected, step);
    if (row === undefined) return;
    row.target_area = details.target_area;
    amended(row, {
      kind,
      at: step.at,
      amended_by: step.personId,
      change_id: details.change ?? null,
      hard_end_at: null,
      target_area: details.target_area,
      reason: details.reason,
      outage_households: null,
    });
  };
}

export const OF_DECLARATIONS: Play[] = [
  on(DECLARED, (expected, { at, isDrill, personId, declarationId }, details) => {
    const { waits_for_confirmation, told, hard_end_at, expected_end_at, ...said } = details;
    expected.declaration.set(declarationId ?? '', {
      ...said,
      is_drill: isDrill,
      expected_end_at: new Date(expected_end_at),
      hard_end_at: new Date(hard_end_at),
      declared_by: personId,
      declared_at: at,
      declared_area: details.target_area,
      waits_for_confirmation,
      told,
      confirmed_by: null,
      confirmed_at: null,
      lifted_by: null,
      lifted_at: null,
      lift_reason: null,
      amendments: [],
    });
  }),
  on(CONFIRMED, (expected, step, { hard_end_at }) => {
    const row = declarationOf(expected, step);
    if (row === undefined) return;
    Object.assign(row, {
      confirmed_by: step.personId,
      confirmed_at: step.at,
      hard_end_at: new Date(hard_end_at),
    });
  }),
  on(EXTENDED, (expected, step, { hard_end_at, reason, outage_households, change }) => {
    const row = declarationOf(expected, step);
    if (row === undefined) return;
    row.hard_end_at = new Date(hard_end_at);
    row.expected_end_at = later(row.expected_end_at, new Date(hard_end_at));
    amended(row, {
      kind: 'extend',
      at: step.at,
      amended_by: step.personId,
      change_id: change,
      hard_end_at: new Date(hard_end_at),
      target_area: null,
      reason,
      outage_households,
    });
  }),
  on(GROWN, areaChanged('grow')),
  on(SHRUNK, areaChanged('shrink')),
  on(LIFTED, (expected, step, { reason }) => {
    const row = declarationOf(expected, step);
    if (row === undefined) return;
    Object.assign(row, { lifted_by: step.personId, lifted_at: step.at, lift_reason: reason });
  }),
  on(CALLED, (expected, { at, personId, declarationId }, details) => {
    const { call, organizations, field_profile, ...said } = details;
    expected.support_call.set(call, {
      ...said,
      declaration_id: declarationId,
      field_profile_id: field_profile,
      called_by: personId,
      called_at: at,
      organizations: organizations
        .map((one) => ({
          ...one,
          organization_kind: 'retailer',
          declined_by: null,
          declined_at: null,
          decline_reason: null,
        }))
        .sort((one, other) => (one.organization_id < other.organization_id ? -1 : 1)),
    });
  }),
  on(DECLINED, (expected, { at, personId, organizationId }, { call, reason }) => {
    const row = expected.support_call.get(call);
    if (row === undefined) return;
    row.organizations = (row.organizations as readonly Called[]).map((one) =>
      one['organization_id'] === organizationId
        ? { ...one, declined_by: personId, declined_at: at, decline_reason: reason }
        : one,
    );
  }),
];
