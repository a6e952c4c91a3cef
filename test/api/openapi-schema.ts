import { readFileSync } from 'node:fs';
import { documentPath } from '../../src/http/openapi.js';

export interface Schema {
  $ref?: string;
  type?: string;
  nullable?: boolean;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean;
  items?: Schema;
  allOf?: Schema[];
}

export interface DocumentedBody {
  required?: boolean;
  content: Record<
    string,
    { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }
  >;
}

export interface DocumentedOperation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: DocumentedBody;
  responses: Record<string, { $ref?: string; description?: string; content?: DocumentedBody['content'] }>;
  security: Record<string, string[]>[];
  'x-kashikagi-entry': string;
  'x-kashikagi-roles': string[];
  'x-kashikagi-status'?: string;
}

export interface ApiDocument {
  info: { title: string; description: string };
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<string, { content: DocumentedBody['content'] }>;
    securitySchemes: Record<string, { type: string }>;
  };
}

/** The document as it is checked in. */
export function checkedInText(): string {
  return readFileSync('src/http/openapi.json', 'utf8');
}

const JSON_TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** What a value breaks of its schema, as JSON pointers with the rule; empty when it fits. */
export function misfits(value: unknown, schema: Schema, document: ApiDocument, at = ''): string[] {
  const known = resolve(schema, document);
  if (value === null && known.nullable === true) return [];
  const parts = (known.allOf ?? []).flatMap((part) => misfits(value, part, document, at));
  const wrong = (rule: string): string => `${at || '/'} ${rule}: ${JSON.stringify(value)?.slice(0, 60)}`;
  if (known.type !== undefined && !JSON_TYPES[known.type]?.(value)) return [...parts, wrong(known.type)];
  if (known.enum && !known.enum.includes(value)) return [...parts, wrong('enum')];
  if (typeof value === 'string') parts.push(...textRules(value, known).map(wrong));
  if (typeof value === 'number') {
    if (value < (known.minimum ?? -Infinity) || value > (known.maximum ?? Infinity))
      parts.push(wrong('range'));
  }
  if (Array.isArray(value)) {
    const { items, minItems = 0, maxItems = Infinity } = known;
    if (value.length < minItems || value.length > maxItems) parts.push(wrong('number of items'));
    if (items) parts.push(...value.flatMap((one, index) => misfits(one, items, document, `${at}/${index}`)));
  } else if (typeof value === 'object' && value !== null) {
    parts.push(...memberRules(value as Record<string, unknown>, known, document, at));
  }
  return parts;
}

function textRules(value: string, schema: Schema): string[] {
  const { pattern, format, minLength = 0, maxLength = Infinity } = schema;
  return [
    ...(pattern !== undefined && !new RegExp(pattern).test(value) ? ['pattern'] : []),
    ...(format === 'date-time' && !DATE_TIME.test(value) ? ['date-time'] : []),
    ...(value.length < minLength || value.length > maxLength ? ['length'] : []),
  ];
}

function memberRules(
  value: Record<string, unknown>,
  schema: Schema,
  document: ApiDocument,
  at: string,
): string[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}/${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name];
    if (known) return misfits(member, known, document, `${at}/${name}`);
    return additionalProperties === false ? [`${at}/${name} is unknown`] : [];
  });
  return [...missing, ...wrong];
}

export function resolve(schema: Schema, document: ApiDocument): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.split('/').at(-1) ?? '';
  const found = document.components.schemas[name];
  if (!found) throw new Error(`no schema ${schema.$ref}`);
  return resolve(found, document);
}

/** The operation of a route of the access table. */
export function operationOf(document: ApiDocument, method: string, path: string): DocumentedOperation {
  const operation = document.paths[documentPath(path)]?.[method.toLowerCase()];
  if (!operation) throw new Error(`${method} ${path} is not documented`);
  return operation;
}

/** How an answer departs from what the document promises for its route and status. */
export function undocumented(
  document: ApiDocument,
  route: { method: string; path: string },
  answer: { status: number; body: unknown; headers: Headers },
): string[] {
  const promised = operationOf(document, route.method, route.path).responses[String(answer.status)];
  const name = `${route.method} ${route.path} ${answer.status}`;
  if (!promised) return [`${name} is not promised`];
  const content = promised.$ref
    ? document.components.responses[promised.$ref.split('/').at(-1) ?? '']?.content
    : promised.content;
  if (!content) return [];
  const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
  const media = content[type];
  if (!media) return [`${name} came as ${type}`];
  return misfits(answer.body, media.schema, document).map((fault) => `${name} ${fault}`);
}
