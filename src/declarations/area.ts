import { municipalityInArea } from '../contract/normalise.js';

/**
 * 対象区域: municipality codes (6 digits) and prefectures (2 digits), sorted. A prefecture holds its municipalities, and
 * a city its wards: the same as the gate says, and the table (`area_covers`).
 */
export type Area = readonly string[];

export type AreaChange =
  | { kind: 'unchanged' | 'mixed' }
  | { kind: 'shrink'; area: Area }
  /** `added` is what the area does not hold yet: it is joined to the area as it is when a second person confirms. */
  | { kind: 'grow'; added: Area };

/** Every place of `narrower` lies in `wider`. */
export function covers(wider: Area, narrower: Area): boolean {
  return narrower.every((code) => municipalityInArea(code, wider));
}

/** Whether some place lies in both: of two codes that share one, either holds the other. */
export function overlaps(one: Area, other: Area): boolean {
  return (
    one.some((code) => municipalityInArea(code, other)) || other.some((code) => municipalityInArea(code, one))
  );
}

/** Those of `codes` that the area does not hold. */
export function missingIn(area: Area, codes: Area): string[] {
  return codes.filter((code) => !municipalityInArea(code, area));
}

/** What asking for another area means: shrinking is one person's at once, growth takes two, both at once is neither. */
export function areaChange(current: Area, asked: Area): AreaChange {
  const isInside = covers(current, asked);
  const isOutside = covers(asked, current);
  if (isInside && isOutside) return { kind: 'unchanged' };
  if (isInside) return { kind: 'shrink', area: asked };
  if (!isOutside) return { kind: 'mixed' };
  return { kind: 'grow', added: missingIn(current, asked) };
}

/** The area with more places, each said once: what lies in another place of the list is not said beside it. */
export function joined(area: Area, added: Area): string[] {
  const all = [...new Set([...area, ...added])];
  return all
    .filter(
      (code) =>
        !municipalityInArea(
          code,
          all.filter((other) => other !== code),
        ),
    )
    .sort();
}
