import type { DifferenceLine } from '../changes/change.js';
import type { InputFault } from '../contract/domain-error.js';
import { isFieldId, isFieldMode, permits } from './field-catalogue.js';

export interface ProfileField {
  field_id: string;
  mode: string;
}

/** 項目プロファイル as it stands: the fields of its version in force, in the order of their ids. */
export interface ProfileRow {
  id: string;
  label: string;
  current_version: number;
  fields: ProfileField[];
  retired_at: Date | null;
}

/** The ceiling (law 3): where a proposal asks for more than the catalogue permits to any profile. */
export function aboveCeiling(fields: readonly ProfileField[]): InputFault[] {
  return fields.flatMap(({ field_id, mode }, index) =>
    isFieldId(field_id) && isFieldMode(mode) && permits(field_id, mode)
      ? []
      : [{ pointer: `/fields/${index}`, detail: `${field_id} を ${mode} で入れることはできません` }],
  );
}

/** A field has one mode in a profile. */
export function namedTwice(fields: readonly ProfileField[]): InputFault[] {
  return fields.flatMap(({ field_id }, index) =>
    fields.findIndex((one) => one.field_id === field_id) < index
      ? [{ pointer: `/fields/${index}/field`, detail: '同じ項目が二度書かれています' }]
      : [],
  );
}

/** A version of its own only where fields differ: a new label is none. */
export function versionAfter(before: ProfileRow, fields: readonly ProfileField[]): number {
  const same = modeLines(modesOf(before.fields), modesOf(fields)).length === 0;
  return same ? before.current_version : before.current_version + 1;
}

/** One line for each field that enters, goes or is shown in another way. */
export function profileDifference(before: ProfileRow | undefined, after: ProfileRow): DifferenceLine[] {
  const label =
    before?.label === after.label
      ? []
      : [{ field: 'label', before: before?.label ?? null, after: after.label }];
  return [...label, ...modeLines(modesOf(before?.fields ?? []), modesOf(after.fields))];
}

const modesOf = (fields: readonly ProfileField[]): Map<string, string> =>
  new Map(fields.map(({ field_id, mode }) => [field_id, mode]));

function modeLines(before: Map<string, string>, after: Map<string, string>): DifferenceLine[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((id) => before.get(id) !== after.get(id))
    .map((id) => ({
      field: `fields.${id}`,
      before: before.get(id) ?? null,
      after: after.get(id) ?? null,
    }));
}
