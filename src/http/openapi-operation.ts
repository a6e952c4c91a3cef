import type { OpenAPIObject } from '@nestjs/swagger';
import type { RouteAccess } from '../contract/access-table.js';
import { assertNever, invariant } from '../contract/domain-error.js';
import { problemRef } from './openapi-problems.js';
import { exampleOf, resolve, type Schemas } from './openapi-schemas.js';
import { OPERATIONS } from './openapi-texts.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Parameter = NonNullable<Operation['parameters']>[number];
type Content = NonNullable<Extract<NonNullable<Operation['requestBody']>, { content: unknown }>['content']>;
type Responses = Operation['responses'];

const HEADERS = {
  language: {
    name: 'Accept-Language',
    in: 'header',
    description: 'detail と next の言語: ja（既定）または en',
    schema: { type: 'string', example: 'ja' },
  },
  once: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      '同じ鍵と本文には同じ答え、別の本文には 409（24時間）。Same key and body, same answer; another body, 409.',
    schema: {
      type: 'string',
      pattern: '^[\\x21-\\x7e]{1,200}$',
      example: '3f0c6a1e-7a54-4b5e-9d0e-1c2b3a4d5e6f',
    },
  },
  proof: {
    name: 'DPoP',
    in: 'header',
    required: true,
    description: '端末の証明（RFC 9449）。Proof by the terminal’s key.',
    schema: { type: 'string', example: 'eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.c2ln' },
  },
} as const satisfies Record<string, Parameter>;

/** An operation as the routes give it, with what only the access table and the codes know. */
export function describeOperation(access: RouteAccess, operation: Operation, schemas: Schemas): Operation {
  const text = OPERATIONS.get(`${access.method} ${access.path}`);
  invariant(text, `${access.method} ${access.path} has a text`);
  const [operationId, ja, en] = text;
  const requestBody = withExample(operation.requestBody, schemas);
  const responses = successes(operation, en, schemas);
  const extensions = {
    'x-kashikagi-entry': access.entry,
    'x-kashikagi-roles': access.roles,
  };
  return {
    operationId,
    summary: `${ja}: ${en}`,
    tags: [access.path.split('/')[access.path.startsWith('/api/') ? 3 : 1] ?? ''],
    ...extensions,
    security: securityOf(access),
    parameters: parametersOf(access, operation),
    ...(requestBody && { requestBody }),
    responses: { ...responses, ...problems(access, operation) },
  };
}

function securityOf({ entry }: RouteAccess): Record<string, string[]>[] {
  switch (entry) {
    case 'anyone':
      return [];
    case 'person':
      return [{ session: [] }];
    case 'terminal':
      return [{ dpop: [] }];
    case 'system':
      return [{ basic: [] }, { private_key_jwt: [] }];
    case 'system-or-terminal':
      return [{ basic: [] }, { private_key_jwt: [] }, { dpop: [] }, { session: [] }];
    default:
      return assertNever(entry);
  }
}

function parametersOf(access: RouteAccess, operation: Operation): Parameter[] {
  const inPath = [...access.path.matchAll(/:(\w+)|(\*)/g)].map(([, name = 'path']) => pathParameter(name));
  const inQuery = (operation.parameters ?? []).filter((one) => 'in' in one && one.in === 'query');
  const needsProof = access.entry === 'terminal' || access.path.endsWith('/credential');
  return [
    ...inPath,
    ...inQuery,
    ...(access.isChange ? [HEADERS.once] : []),
    ...(needsProof ? [HEADERS.proof] : []),
    HEADERS.language,
  ];
}

function pathParameter(name: string): Parameter {
  const example = {
    id: 'xx_Qy3f8sJm2aWb0T1x',
    ref: 'q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6',
    path: '0/000',
    provider: 'utility',
    identity: 'pi_Qy3f8sJm2aWb0T1x',
  }[name];
  const pattern = name === 'path' ? {} : { pattern: '^[A-Za-z0-9_-]{1,128}$' };
  return { name, in: 'path', required: true, schema: { type: 'string', ...pattern, example } };
}

function withExample(body: Operation['requestBody'], schemas: Schemas): Operation['requestBody'] | undefined {
  if (body === undefined || !('content' in body)) return body;
  const [media] = Object.values(body.content);
  const isNeeded = media?.schema !== undefined && (resolve(media.schema, schemas).required ?? []).length > 0;
  return { required: isNeeded, content: exampled(body.content, schemas) };
}

function exampled(content: Content, schemas: Schemas): Content {
  const entries = Object.entries(content).map(([type, media]): [string, Content[string]] => {
    invariant(media.schema, 'a body has a schema');
    return [type, { ...media, example: exampleOf(media.schema, schemas) }];
  });
  return Object.fromEntries(entries);
}

function successes(operation: Operation, description: string, schemas: Schemas): Responses {
  const entries = Object.entries(operation.responses).map(([status, response]) => {
    if (response === undefined || !('content' in response) || response.content === undefined)
      return [status, { description }] as const;
    const headers = response.headers && { headers: response.headers };
    return [status, { description, ...headers, content: exampled(response.content, schemas) }] as const;
  });
  return Object.fromEntries(entries);
}

/** The refusals a caller can meet on a route, by status. */
function problems(access: RouteAccess, operation: Operation): Responses {
  const { entry, method, path, isChange } = access;
  const statuses = new Set<number>([500]);
  const hasBody = method === 'POST' || method === 'PATCH';
  const signsIn = path === '/api/v1/session' || path.startsWith('/api/v1/sign-in/');
  if (entry !== 'anyone' || signsIn) statuses.add(401).add(403);
  if (hasBody) statuses.add(400).add(413).add(415);
  if (
    operation.requestBody !== undefined ||
    operation.parameters?.some((one) => 'in' in one && one.in === 'query')
  )
    statuses.add(422);
  if (/[:*]/.test(path)) statuses.add(404);
  if (isChange || entry === 'terminal' || /\/(credential|certificate|exports)$/.test(path)) statuses.add(409);
  if (entry === 'terminal') statuses.add(502);
  if (entry !== 'anyone' || signsIn) statuses.add(503);
  const sorted = [...statuses].sort((a, b) => a - b);
  return Object.fromEntries(sorted.map((status) => [String(status), problemRef(status)]));
}
