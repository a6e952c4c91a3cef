import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** Members of answers, each said once in openapi.json. An example tells the type; of what may be null, too. */
type Example = string | number | boolean;

const typeOf = (example: Example): StringConstructor | NumberConstructor | BooleanConstructor =>
  typeof example === 'string' ? String : typeof example === 'number' ? Number : Boolean;

export function Shown(example: Example, about?: string): PropertyDecorator {
  return ApiProperty({ type: typeOf(example), example, ...(about && { description: about }) });
}

export function ShownOrNull(example: Example, about?: string): PropertyDecorator {
  return ApiProperty({
    type: typeOf(example),
    nullable: true,
    example,
    ...(about && { description: about }),
  });
}

export function ShownList(example: readonly Example[]): PropertyDecorator {
  return ApiProperty({ type: [typeOf(example[0] ?? '')], example: [...example] });
}

export function ShownListOrNull(example: readonly Example[]): PropertyDecorator {
  return ApiProperty({ type: [typeOf(example[0] ?? '')], nullable: true, example: [...example] });
}

/** RFC 3339 with an offset. */
export const ShownTime = (): PropertyDecorator => Shown('2026-11-23T12:00:00.000+09:00');
export const ShownTimeOrNull = (): PropertyDecorator => ShownOrNull('2026-11-23T12:00:00.000+09:00');

/** @nestjs/swagger takes a function for a class, unless the function is called `type`. */
const lazily = (of: () => Type): { type: () => Type } => ({ type: () => of() });

export function ShownPart(of: () => Type): PropertyDecorator {
  return ApiProperty(lazily(of));
}

export function ShownPartOrNull(of: () => Type, example: object): PropertyDecorator {
  return ApiProperty({ ...lazily(of), nullable: true, example });
}

export function ShownParts(of: () => Type): PropertyDecorator {
  return ApiProperty({ ...lazily(of), isArray: true });
}

/** An object whose members depend on what it is about (the details of a record, the facts of a version). */
export function ShownObject(example: object): PropertyDecorator {
  return ApiProperty({ type: Object, example });
}
