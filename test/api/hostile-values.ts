import { resolve, type ApiDocument, type Schema } from './openapi-schema.js';

type Json = Record<string, unknown>;

/** A body that is wrong in one place, and where (RFC 6901). */
export interface Mutant {
  label: string;
  pointer: string;
  body: unknown;
}

/** Texts that are not what they seem, or not text at all; each is refused wherever a text is expected. */
export const UNCLEAN: Record<string, string> = {
  'a NUL': 'ab\u0000cd',
  'a control character': 'ab\u0007cd',
  'an escape sequence': 'ab\u001b[31mcd',
  'a bidi override': 'ab\u202ecd',
  'a bidi isolate': 'ab\u2066cd',
  'a lone high surrogate': 'ab\ud800cd',
  'a lone low surrogate': 'ab\udc00cd',
};

const WRONG_TYPES: Record<string, unknown[]> = {
  string: [null, 5, true, ['text'], { text: 'x' }, []],
  boolean: [null, 'no', 'true', 0, 1, 'false', [], {}],
  integer: [null, '5', 1.5, true, [5], {}],
  number: [null, '5', true, [5], {}],
  array: [null, 'text', 5, {}, true],
  object: [null, 'text', 5, [], true],
};

/** Every way in which a body of this schema can be wrong in one member, at every level. */
export function mutantsOf(schema: Schema, example: unknown, document: ApiDocument, at = ''): Mutant[] {
  const known = resolve(schema, document);
  const shape = known.allOf?.[0] ? resolve(known.allOf[0], document) : known;
  const here = (label: string, body: unknown): Mutant => ({ label, pointer: at, body });
  const own = at === '' ? [] : (WRONG_TYPES[shape.type ?? ''] ?? []).map((value) => here(said(value), value));
  if (shape.properties) return [...own, ...objectMutants(shape, example as Json, document, at)];
  if (shape.type === 'array') return [...own, ...arrayMutants(shape, example as unknown[], document, at)];
  if (shape.type === 'string')
    return [...own, ...textMutants(shape).map(([label, value]) => here(label, value))];
  const { minimum, maximum } = shape;
  return [
    ...own,
    ...(minimum === undefined ? [] : [here('below the minimum', minimum - 1)]),
    ...(maximum === undefined ? [] : [here('above the maximum', maximum + 1)]),
  ];
}

const said = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

function objectMutants(schema: Schema, example: Json, document: ApiDocument, at: string): Mutant[] {
  const unknown = ['stranger', 'is_admin', 'toString'].map((name) => ({
    label: 'an unknown member',
    pointer: `${at}/${name}`,
    body: { ...example, [name]: true },
  }));
  const missing = (schema.required ?? []).map((name) => {
    const rest = Object.entries(example).filter(([known]) => known !== name);
    return { label: 'left out', pointer: `${at}/${name}`, body: Object.fromEntries(rest) };
  });
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
    mutantsOf(member, example[name] ?? exampleFor(member, document), document, `${at}/${name}`).map(
      (mutant) => ({
        ...mutant,
        body: { ...example, [name]: mutant.body },
      }),
    ),
  );
  return [...unknown, ...missing, ...inner];
}

function exampleFor(schema: Schema, document: ApiDocument): unknown {
  return (resolve(schema, document) as { example?: unknown }).example;
}

function arrayMutants(schema: Schema, example: unknown[], document: ApiDocument, at: string): Mutant[] {
  const { items = {}, minItems = 0, maxItems } = schema;
  const [first] = example;
  const many = (count: number): unknown[] =>
    Array.from({ length: count }, (_, n) => (typeof first === 'string' ? `${first}-${n}` : first));
  return [
    ...(minItems > 0 ? [{ label: 'too few items', pointer: at, body: [] }] : []),
    ...(maxItems === undefined ? [] : [{ label: 'too many items', pointer: at, body: many(maxItems + 1) }]),
    // A fault in an item of plain text is told at the list.
    ...mutantsOf(items, first, document, `${at}/0`).map((mutant) => ({
      ...mutant,
      pointer: typeof first === 'object' ? mutant.pointer : at,
      body: [mutant.body],
    })),
  ];
}

function textMutants(schema: Schema): [string, string][] {
  const { minLength = 0, maxLength, format, enum: words } = schema;
  const unclean = Object.entries(UNCLEAN).map(([label, text]): [string, string] => {
    const padded = text.repeat(Math.ceil(Math.max(minLength, 1) / text.length));
    return [label, maxLength === undefined ? padded : padded.slice(0, Math.max(maxLength, minLength, 5))];
  });
  return [
    ...unclean,
    ...(minLength > 0 ? [['too short', 'x'.repeat(minLength - 1)] as [string, string]] : []),
    ...(minLength > 0 ? [['only spaces', ' '.repeat(minLength + 1)] as [string, string]] : []),
    ...(maxLength === undefined ? [] : [['too long', 'あ'.repeat(maxLength + 1)] as [string, string]]),
    ...(words ? [['no such word', 'その他'] as [string, string]] : []),
    ...(format === 'date-time' ? NO_TIMES.map((text): [string, string] => [`the time ${text}`, text]) : []),
  ];
}

const NO_TIMES = [
  'now',
  '2099-01-01',
  '2099-01-01T00:00:00',
  '2099-02-30T00:00:00Z',
  '2099-13-01T00:00:00Z',
  '2099-01-01T25:00:00Z',
  '2099-01-01T00:00:00+25:00',
  '１９９９-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
];
