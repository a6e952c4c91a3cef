import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDate,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/**
 * Members of requests, each said once: the rule that refuses bad input and the line in openapi.json.
 * Nothing is converted: "no" is not a boolean and "5" is not a number.
 */
interface Shape {
  about: string;
  example: unknown;
  optional?: boolean;
}

function property(shape: Shape, more: ApiPropertyOptions): PropertyDecorator {
  const options = { ...more, description: shape.about, example: shape.example, required: !shape.optional };
  const rules = [ApiProperty(options as ApiPropertyOptions)];
  return shape.optional ? applyDecorators(...rules, IsPresentOrOmitted()) : applyDecorators(...rules);
}

/** Left out is fine, null is not: a member that is sent must have a value. */
function IsPresentOrOmitted(): PropertyDecorator {
  return (target, name) => ValidateIf((_: object, value: unknown) => value !== undefined)(target, name);
}

/** Well-formed Unicode without control characters or bidirectional overrides. */
function IsCleanText(each = false): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isCleanText',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          value.isWellFormed() &&
          !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(value.replace(/[\n\t]/g, '')),
        defaultMessage: () => '$property must be well-formed text without control characters',
      },
    },
    { each },
  );
}

const trim = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);

/** A text without the spaces around it, or each text of a list. */
const trimmed = Transform(({ value }: { value: unknown }) =>
  Array.isArray(value) ? value.map(trim) : trim(value),
);

export function Text(shape: Shape & { min: number; max: number }): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: String, minLength: shape.min, maxLength: shape.max }),
    trimmed,
    IsString(),
    IsCleanText(),
    MinLength(shape.min),
    MaxLength(shape.max),
  );
}

export function Pattern(shape: Shape & { pattern: RegExp }): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: String, pattern: shape.pattern.source }),
    IsString(),
    Matches(shape.pattern),
  );
}

export function OneOf(shape: Shape & { values: readonly string[] }): PropertyDecorator {
  return applyDecorators(property(shape, { type: String, enum: [...shape.values] }), IsIn([...shape.values]));
}

export function Flag(shape: Shape): PropertyDecorator {
  return applyDecorators(property(shape, { type: Boolean }), IsBoolean());
}

export function Whole(shape: Shape & { min: number; max: number }): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: 'integer', minimum: shape.min, maximum: shape.max }),
    IsInt(),
    Min(shape.min),
    Max(shape.max),
  );
}

export function Hours(shape: Shape & { min: number; max: number }): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: Number, minimum: shape.min, maximum: shape.max }),
    IsNumber({ maxDecimalPlaces: 2 }),
    Min(shape.min),
    Max(shape.max),
  );
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/** What PostgreSQL and JSON both write with a year of four digits, in whatever zone; nothing here happens outside. */
const FIRST = Date.UTC(1900, 0, 1);
const PAST_LAST = Date.UTC(9999, 0, 1);

/** `undefined` for what is no time or outside 1900 to 9998 (UTC), and for a day that its month has not: Date would make another day of it. */
function instantOf(text: string): Date | undefined {
  const [, day] = RFC3339.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  const time = new Date(text);
  return isDay && time.getTime() >= FIRST && time.getTime() < PAST_LAST ? time : undefined;
}

/** RFC 3339 with an explicit offset; a time without one is nobody's time. */
export function Instant(shape: Shape): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: String, format: 'date-time' }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (instantOf(value) ?? value) : value,
    ),
    IsDate({ message: '$property must be a time of RFC 3339 with an offset' }),
  );
}

interface ListShape extends Shape {
  atLeast: number;
  atMost: number;
}

function list(shape: ListShape, items: object): PropertyDecorator {
  return applyDecorators(
    property(shape, {
      type: 'array',
      items,
      minItems: shape.atLeast,
      maxItems: shape.atMost,
    }),
    IsArray(),
    ArrayMinSize(shape.atLeast),
    ArrayMaxSize(shape.atMost),
  );
}

export function TextList(shape: ListShape & { max: number; unique?: boolean }): PropertyDecorator {
  const rules = [
    list(shape, { type: 'string', minLength: 1, maxLength: shape.max }),
    trimmed,
    IsString({ each: true }),
    IsCleanText(true),
    MinLength(1, { each: true }),
    MaxLength(shape.max, { each: true }),
  ];
  return shape.unique === false ? applyDecorators(...rules) : applyDecorators(...rules, ArrayUnique());
}

export function OneOfList(shape: ListShape & { values: readonly string[] }): PropertyDecorator {
  return applyDecorators(
    list(shape, { type: 'string', enum: [...shape.values] }),
    IsIn([...shape.values], { each: true }),
    ArrayUnique(),
  );
}

/** @nestjs/swagger takes a function for a class, unless the function is called `type`. */
function lazily(of: () => new () => object): { type: () => new () => object } {
  return { type: () => of() };
}

export function Nested(shape: Shape, type: () => new () => object): PropertyDecorator {
  return applyDecorators(property(shape, lazily(type)), IsObject(), ValidateNested(), Type(type));
}

export function NestedList(shape: ListShape, type: () => new () => object): PropertyDecorator {
  return applyDecorators(
    property(shape, {
      ...lazily(type),
      isArray: true,
      minItems: shape.atLeast,
      maxItems: shape.atMost,
    }),
    IsArray(),
    ArrayMinSize(shape.atLeast),
    ArrayMaxSize(shape.atMost),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(type),
  );
}

/** A reason: 2 to 500 characters, kept with the record of what it was given for. */
export function Reason(): PropertyDecorator {
  return Text({ about: '理由', example: '復旧が完了したため', min: 2, max: 500 });
}
