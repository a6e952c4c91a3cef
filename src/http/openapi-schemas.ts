import type { OpenAPIObject } from '@nestjs/swagger';
import { invariant } from '../contract/domain-error.js';

type Named = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
export type Schema = Exclude<Named[string], { $ref: string }>;
export type Schemas = Named;

/** The schema behind a reference. */
export function resolve(schema: Named[string], schemas: Schemas): Schema {
  if (!('$ref' in schema)) return schema;
  const name = schema.$ref.split('/').at(-1) ?? '';
  const found = schemas[name];
  invariant(found, `the schema ${name} is in the document`);
  return resolve(found, schemas);
}

/** An example of a whole schema, put together from its members' examples; a member without one is a defect. */
export function exampleOf(schema: Named[string], schemas: Schemas): unknown {
  const known = resolve(schema, schemas);
  if ('example' in known) return known.example as unknown;
  if (known.allOf) return Object.assign({}, ...known.allOf.map((part) => exampleOf(part, schemas))) as object;
  if (known.type === 'array' && known.items) return [exampleOf(known.items, schemas)];
  invariant(known.properties, `an example: ${JSON.stringify(known)}`);
  const members = Object.entries(known.properties);
  return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(member, schemas)]));
}

/** Says of a request's schema, and of all within it, that unknown members are refused. */
export function closeSchema(schema: Named[string] | undefined, schemas: Schemas): void {
  if (schema === undefined) return;
  const known = resolve(schema, schemas);
  for (const part of [...(known.allOf ?? []), ...(known.items ? [known.items] : [])])
    closeSchema(part, schemas);
  if (known.properties === undefined || known.additionalProperties === false) return;
  known.additionalProperties = false;
  for (const member of Object.values(known.properties)) closeSchema(member, schemas);
}
