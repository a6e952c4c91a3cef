import fc from 'fast-check';
import { ACCESS_TABLE, type RouteAccess } from '../../src/contract/access-table.js';
import { UNCLEAN } from '../api/hostile-values.js';
import { document } from '../api/input-ground.js';
import { operationOf, resolve, type Schema } from '../api/openapi-schema.js';

/** What no answer may say again. */
export const MARK = 'zq7Vx-';

export interface HostileCase {
  access: RouteAccess;
  path: string;
  body: unknown;
  headers: Record<string, string>;
}

const INJECTIONS = ["' or 1=1 --", '"; drop table record; --', '{{7*7}}', '${7*7}', '<script>', '../../etc/passwd', '%00', '\r\nx-y: z', '{"$ne":null}', '__proto__']; // prettier-ignore

/** A text that nobody should send; each bears the mark. */
const text: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(...Object.values(UNCLEAN), ...INJECTIONS),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom(60, 300, 3_000).map((length) => 'あ'.repeat(length)),
  )
  .map((tail) => `${MARK}${tail}`);
const odd: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: text, weight: 4 },
  fc.constantFrom<unknown>(null, true, [], {}, -1, 0, 1e308, Number.MAX_SAFE_INTEGER, -0, 1.5, [[[[]]]]),
  fc.jsonValue({ maxDepth: 3, noUnicodeString: false }),
  fc.date({ noInvalidDate: true }).map((one) => one.toISOString()),
);

/** The example with one member after the other made odd, at any depth. */
function bent(schema: Schema, example: unknown): fc.Arbitrary<unknown> {
  const known = resolve(schema, document);
  const shape = known.allOf?.[0] ? resolve(known.allOf[0], document) : known;
  const isObject = typeof example === 'object' && example !== null && !Array.isArray(example);
  if (!shape.properties || !isObject) return odd;
  const members = Object.entries(shape.properties);
  if (members.length === 0) return odd;
  const given = example as Record<string, unknown>;
  return fc
    .constantFrom(...members)
    .chain(([name, member]) =>
      fc.oneof(odd, bent(member, given[name])).map((value) => ({ ...given, [name]: value })),
    );
}

function caseOf(access: RouteAccess): fc.Arbitrary<HostileCase> {
  const operation = operationOf(document, access.method, access.path);
  const media = operation.requestBody?.content['application/json'];
  const questions = operation.parameters.filter((one) => one.in === 'query').map((one) => one.name);
  const place = fc.oneof(text, fc.constant('xx_nowhere')).map((one) => encodeURIComponent(one.toWellFormed())); // prettier-ignore
  const query = questions.length === 0 ? fc.constant<[string, string][]>([]) : fc.array(fc.tuple(fc.constantFrom(...questions), text).map(([name, value]) => [name, value.toWellFormed()] as [string, string]), { maxLength: 3 }); // prettier-ignore
  const body = media ? fc.oneof({ arbitrary: bent(media.schema, media.example), weight: 5 }, odd) : fc.constant(undefined); // prettier-ignore
  const headers = fc.oneof(
    { arbitrary: fc.constant<Record<string, string>>({}), weight: 4 },
    fc.string({ maxLength: 60 }).map((one) => ({ 'idempotency-key': printable(one) })),
    fc.string({ maxLength: 60 }).map((one) => ({ 'accept-language': printable(one) })),
    fc.string({ maxLength: 60 }).map((one) => ({ accept: printable(one) })),
  );
  return fc.tuple(place, query, body, headers).map(([at, asked, sent, said]) => ({
    access,
    path: `${access.path.replaceAll(/:\w+|\*/g, at)}${asked.length > 0 ? `?${new URLSearchParams(asked).toString()}` : ''}`,
    body: access.method === 'GET' || access.method === 'DELETE' ? undefined : sent,
    headers: said,
  })); // prettier-ignore
}

const printable = (one: string): string => one.replaceAll(/[^\x20-\x7e]/g, '_');

/** Every operation, every parameter of it: `count` cases, the same for the same seed. */
export function hostileCases(count: number, seed: number): HostileCase[] {
  // Ending the sessions of those who ask would leave nobody who is let in.
  const routes = ACCESS_TABLE.filter(({ method, path }) => !(method === 'DELETE' && path.endsWith('/session')));
  return fc.sample(fc.oneof(...routes.map(caseOf)), { numRuns: count, seed });
} // prettier-ignore
