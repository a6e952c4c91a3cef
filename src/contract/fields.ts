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

/** What a person reads beside the member that is wrong: Japanese first, then English. */
export function told(ja: string, en: string, each = false): { message: string; each: boolean } {
  return { message: each ? `どれも${ja} / each: ${en}` : `${ja} / ${en}`, each };
}

export const TEXT = ['文字列にしてください', 'must be text'] as const;
const CLEAN = [
  '制御文字を含まない文字列にしてください',
  'must be well-formed text without control characters',
] as const;
export const WHOLE = ['整数にしてください', 'must be a whole number'] as const;
const LIST = ['一覧（配列）にしてください', 'must be a list'] as const;
export const OBJECT = ['組（オブジェクト）にしてください', 'must be an object'] as const;
const UNIQUE = told('同じものを二度書かないでください', 'nothing may stand there twice');
const shortest = (min: number, each = false) =>
  told(`${min}字以上にしてください`, `at least ${min} characters`, each);
export const longest = (max: number, each = false) =>
  told(`${max}字以内にしてください`, `at most ${max} characters`, each);
const fewest = (min: number) => told(`${min}件以上にしてください`, `at least ${min} entries`);
const most = (max: number) => told(`${max}件以内にしてください`, `at most ${max} entries`);
export const misshapen = (pattern: RegExp) => told('形が違います', `must match ${pattern.source}`);
export const between = ({ min, max }: { min: number; max: number }) =>
  told(`${min} から ${max} までにしてください`, `from ${min} to ${max}`);
const chosen = (values: readonly string[], each = false) =>
  told('次のどれかにしてください', `one of: ${values.join(', ')}`, each);

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
      },
    },
    told(...CLEAN, each),
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
    IsString(told(...TEXT)),
    IsCleanText(),
    MinLength(shape.min, shortest(shape.min)),
    MaxLength(shape.max, longest(shape.max)),
  );
}

export function Pattern(shape: Shape & { pattern: RegExp }): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: String, pattern: shape.pattern.source }),
    IsString(told(...TEXT)),
    Matches(shape.pattern, misshapen(shape.pattern)),
  );
}

export function OneOf(shape: Shape & { values: readonly string[] }): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: String, enum: [...shape.values] }),
    IsIn([...shape.values], chosen(shape.values)),
  );
}

export function Flag(shape: Shape): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: Boolean }),
    IsBoolean(told('true か false にしてください', 'must be true or false')),
  );
}

export function Whole(shape: Shape & { min: number; max: number }): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: 'integer', minimum: shape.min, maximum: shape.max }),
    IsInt(told(...WHOLE)),
    Min(shape.min, between(shape)),
    Max(shape.max, between(shape)),
  );
}

export function Hours(shape: Shape & { min: number; max: number }): PropertyDecorator {
  return applyDecorators(
    property(shape, { type: Number, minimum: shape.min, maximum: shape.max }),
    IsNumber(
      { maxDecimalPlaces: 2 },
      told('小数点以下2桁までの数にしてください', 'must be a number of at most two decimal places'),
    ),
    Min(shape.min, between(shape)),
    Max(shape.max, between(shape)),
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
    IsDate(told('時差のついた RFC 3339 の時刻にしてください', 'must be a time of RFC 3339 with an offset')),
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
    IsArray(told(...LIST)),
    ArrayMinSize(shape.atLeast, fewest(shape.atLeast)),
    ArrayMaxSize(shape.atMost, most(shape.atMost)),
  );
}

export function TextList(shape: ListShape & { max: number; unique?: boolean }): PropertyDecorator {
  const rules = [
    list(shape, { type: 'string', minLength: 1, maxLength: shape.max }),
    trimmed,
    IsString(told(...TEXT, true)),
    IsCleanText(true),
    MinLength(1, shortest(1, true)),
    MaxLength(shape.max, longest(shape.max, true)),
  ];
  return shape.unique === false ? applyDecorators(...rules) : applyDecorators(...rules, ArrayUnique(UNIQUE));
}

export function OneOfList(shape: ListShape & { values: readonly string[] }): PropertyDecorator {
  return applyDecorators(
    list(shape, { type: 'string', enum: [...shape.values] }),
    IsIn([...shape.values], chosen(shape.values, true)),
    ArrayUnique(UNIQUE),
  );
}

/** @nestjs/swagger takes a function for a class, unless the function is called `type`. */
function lazily(of: () => new () => object): { type: () => new () => object } {
  return { type: () => of() };
}

export function Nested(shape: Shape, type: () => new () => object): PropertyDecorator {
  return applyDecorators(
    property(shape, lazily(type)),
    IsObject(told(...OBJECT)),
    ValidateNested(),
    Type(type),
  );
}

export function NestedList(shape: ListShape, type: () => new () => object): PropertyDecorator {
  return applyDecorators(
    property(shape, {
      ...lazily(type),
      isArray: true,
      minItems: shape.atLeast,
      maxItems: shape.atMost,
    }),
    IsArray(told(...LIST)),
    ArrayMinSize(shape.atLeast, fewest(shape.atLeast)),
    ArrayMaxSize(shape.atMost, most(shape.atMost)),
    IsObject(told(...OBJECT, true)),
    ValidateNested({ each: true }),
    Type(type),
  );
}

/** A reason: 2 to 500 characters, kept with the record of what it was given for. */
export function Reason(): PropertyDecorator {
  return Text({ about: '理由', example: '復旧が完了したため', min: 2, max: 500 });
}
