import { ModulesContainer } from '@nestjs/core';
import { ACCESS_TABLE } from '../../src/contract/access-table.js';
import { CODES } from '../../src/contract/codes.js';
import { documentPath, openapiDocument, textOf } from '../../src/http/openapi.js';
import { InputPipe } from '../../src/http/validation.js';
import { parseEvaluation, parseEvaluations } from '../../src/lookups/evaluation.request.js';
import { Broker } from '../harness/broker.js';
import {
  checkedInText,
  misfits,
  operationOf,
  resolve,
  type ApiDocument,
  type DocumentedBody,
  type Schema,
} from './openapi-schema.js';

const document = JSON.parse(checkedInText()) as ApiDocument;
const bodies = ACCESS_TABLE.flatMap((access) => {
  const { requestBody } = operationOf(document, access.method, access.path);
  return requestBody ? [{ ...access, body: requestBody }] : [];
});
const isExtensible = (path: string): boolean =>
  path.startsWith('/oauth/') || path.startsWith('/access/') || path.endsWith('/backchannel-logout');
const mediaOf = (body: DocumentedBody): { schema: Schema; example?: unknown } => {
  const [media] = Object.values(body.content);
  if (!media) throw new Error('a body has a media type');
  return media;
};

/** Each class that stands as a parameter of a handler, by its name. */
function handlerClasses(broker: Broker): Map<string, new () => object> {
  const classes = new Map<string, new () => object>();
  for (const module of broker.instances[0]?.app.get(ModulesContainer).values() ?? []) {
    for (const { metatype } of module.controllers.values()) {
      const prototype = (metatype as { prototype: object }).prototype;
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const types = Reflect.getMetadata('design:paramtypes', prototype, name) as
          (new () => object)[] | undefined;
        for (const type of types ?? []) classes.set(type.name, type);
      }
    }
  }
  return classes;
}

describe('the document of the API', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start();
  });
  afterAll(() => broker.stop());

  it('is checked in as the running service would write it, and served', async () => {
    const app = broker.instances[0]?.app;
    if (!app) throw new Error('an instance runs');
    const generated = textOf(await openapiDocument(app));
    expect(generated).toBe(checkedInText());
    expect(textOf(await openapiDocument(app))).toBe(generated);

    const served = await fetch(`${broker.url}/openapi.json`);
    expect(served.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await served.text()).toBe(generated);
  });

  it('speaks Japanese and English', () => {
    for (const text of [document.info.title, document.info.description]) {
      expect(text).toMatch(/\p{sc=Han}/u);
      expect(text).toMatch(/[A-Za-z]{4}/);
    }
    const summaries = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((one) => one.summary),
    );
    expect(summaries.filter((text) => !/[\p{sc=Han}\p{sc=Katakana}].*: .*[A-Za-z]{2}/u.test(text))).toEqual(
      [],
    );
  });

  it('holds each route of the access table with who may call it, and nothing else', () => {
    const listed = ACCESS_TABLE.map(
      ({ method, path }) => `${method.toLowerCase()} ${documentPath(path)}`,
    ).sort();
    const documented = Object.entries(document.paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
      .sort();
    expect(documented).toEqual(listed);

    for (const { method, path, entry, roles, isChange } of ACCESS_TABLE) {
      const operation = operationOf(document, method, path);
      const headers = operation.parameters.filter((one) => one.in === 'header').map((one) => one.name);
      expect({
        entry: operation['x-kashikagi-entry'],
        roles: operation['x-kashikagi-roles'],
        once: headers.includes('Idempotency-Key'),
        language: headers.includes('Accept-Language'),
        isOpen: operation.security.length === 0,
      }).toEqual({
        entry,
        roles,
        once: isChange,
        language: true,
        isOpen: entry === 'anyone',
      });
    }
  });

  it('names each operation once, readably, and each way of showing who one is', () => {
    const ids = ACCESS_TABLE.map(({ method, path }) => operationOf(document, method, path).operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]{4,40}$/.test(id))).toEqual([]);
    expect(Object.keys(document.components.securitySchemes).sort()).toEqual([
      'basic',
      'dpop',
      'private_key_jwt',
      'session',
    ]);
  });

  it('lists every code, with an example that is a problem', () => {
    const problem = document.components.schemas['Problem'];
    if (!problem) throw new Error('the document has a Problem');
    expect(problem.properties?.['code']?.enum).toEqual(Object.keys(CODES));
    const examples = Object.values(document.components.responses).flatMap((response) =>
      Object.entries(response.content['application/problem+json']?.examples ?? {}),
    );
    expect(examples.map(([code]) => code).sort()).toEqual(Object.keys(CODES).sort());
    expect(examples.flatMap(([, { value }]) => misfits(value, problem, document))).toEqual([]);
  });

  it('refuses unknown members in every request, but where the standards leave them open', () => {
    const open = bodies.flatMap(({ method, path, body }) =>
      openParts(mediaOf(body).schema, `${method} ${path}`).filter(() => !isExtensible(path)),
    );
    expect(open).toEqual([]);
    const token = bodies.find(({ path }) => path === '/oauth/introspect');
    expect(token && openParts(mediaOf(token.body).schema, token.path)).toEqual(['/oauth/introspect']);
  });

  it('has a request example for every body, which the validation of that route accepts', async () => {
    expect(bodies.length).toBeGreaterThan(15);
    const classes = handlerClasses(broker);
    for (const { path, body } of bodies) {
      const { schema, example } = mediaOf(body);
      expect(misfits(example, schema, document)).toEqual([]);
      if (isExtensible(path)) continue;
      const metatype = classes.get(schema.$ref?.split('/').at(-1) ?? '');
      if (!metatype) throw new Error(`${path} has a class`);
      await expect(new InputPipe().transform(example, { type: 'body', metatype })).resolves.toBeInstanceOf(
        metatype,
      );
      // The control: the same validation does refuse.
      const bad = new InputPipe().transform(
        { ...(example as object), stranger: 1 },
        { type: 'body', metatype },
      );
      await expect(bad).rejects.toMatchObject({ code: 'invalid_input' });
    }
    const example = (path: string): unknown =>
      mediaOf(bodies.find((one) => one.path === path)?.body ?? { content: {} }).example;
    expect(parseEvaluation(example('/access/v1/evaluation')).mode).toBe('view');
    expect(parseEvaluations(example('/access/v1/evaluations'))).toHaveLength(1);
  });

  it('has a response example for every body, which fits its schema', () => {
    const faults = ACCESS_TABLE.flatMap(({ method, path }) => {
      const operation = operationOf(document, method, path);
      const answers = Object.entries(operation.responses).filter(([, response]) => !response.$ref);
      if (answers.length === 0) return [`${method} ${path} has no answer`];
      return answers.flatMap(([status, { content = {} }]) =>
        Object.values(content).flatMap(({ schema, example }) =>
          misfits(example, schema, document).map((fault) => `${method} ${path} ${status} ${fault}`),
        ),
      );
    });
    expect(faults).toEqual([]);
  });
});

/** The parts of a schema, by their place, that take members nobody has named; a key as JWK is one by RFC 7517. */
function openParts(schema: Schema, at: string): string[] {
  const known = resolve(schema, document);
  const within = [...(known.allOf ?? []), ...(known.items ? [known.items] : [])].flatMap((part) =>
    openParts(part, at),
  );
  if (!known.properties) return within;
  const own = known.additionalProperties === false ? [] : [at];
  const members = Object.entries(known.properties).flatMap(([name, member]) =>
    openParts(member, `${at}/${name}`),
  );
  return [...within, ...own, ...members];
}
