import {
  DERIVED_FROM,
  fieldEntry,
  isDerived,
  type FieldClass,
  type FieldId,
  type FieldMode,
} from './field-catalogue.js';

/** Who sees it in the スイッチング支援システム: any registered retailer, the customer's own one only, nobody. */
export type SeenThere = 'any_retailer' | 'own_customers_only' | 'not_held';

export interface FieldDifference {
  field: FieldId;
  class: FieldClass;
  mode: FieldMode;
  switching_system: SeenThere;
  /** Leaves to the operator: a value, a part of one, a yes or no. A field of the crew's ticket does not. */
  on_screen: boolean;
  /** この災害で追加で見える: of other retailers' customers, on the screen, and not to be seen there. */
  is_additional: boolean;
  /** Of these, what is not published and could affect competition: who supports has what a rival has nowhere. */
  is_advantage: boolean;
}

const SEEN: Readonly<Record<Exclude<FieldClass, 'D'>, SeenThere>> = {
  O: 'any_retailer',
  S: 'own_customers_only',
  X: 'not_held',
  Z: 'not_held',
  T: 'not_held',
};
/** From the widest audience to none. */
const NARROWING: readonly SeenThere[] = ['any_retailer', 'own_customers_only', 'not_held'];

/** A derived value can be known there by who sees all that it is computed from. */
export function seenThere(field: FieldId): SeenThere {
  const { class: fieldClass } = fieldEntry(field);
  if (fieldClass !== 'D') return SEEN[fieldClass];
  const sources = isDerived(field) ? DERIVED_FROM[field].map(seenThere) : [];
  return NARROWING.findLast((one) => sources.includes(one)) ?? 'not_held';
}

/** FAIR-4: one field of a profile against what the switching support system shows to every retailer alike. */
export function fieldDifference(field: FieldId, mode: FieldMode): FieldDifference {
  const entry = fieldEntry(field);
  const switching_system = seenThere(field);
  const on_screen = mode !== 'dispatch';
  const is_additional = on_screen && switching_system !== 'any_retailer';
  return {
    ...{ field, class: entry.class, mode, switching_system, on_screen, is_additional },
    is_advantage: is_additional && entry.nonPublic,
  };
}
