import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppModule } from '../app.module.js';
import { packageRoot } from '../config/package-root.js';
import { ACCESS_TABLE, type RouteAccess } from '../contract/access-table.js';
import { invariant } from '../contract/domain-error.js';
import type { Runtime } from '../house.module.js';
import { PROBLEM_SCHEMA, problemResponses } from './openapi-problems.js';
import { describeOperation } from './openapi-operation.js';
import { closeSchema, type Schemas } from './openapi-schemas.js';

const DESCRIPTION = `非常災害の発令中に限り、指名された人が、登録された端末から、停電の電話対応に必要な項目だけを見るための一時的な権限を仲介する。権限はひとりでに終わり、すべての段階を第三者に証明できる。

While a declared disaster is in force, and only then, a named person at an enrolled terminal may see the few fields that an outage call needs. It ends by itself, and every step can be proved to a stranger.

- 時刻は RFC 3339（時差つき）。Times are RFC 3339 with an offset.
- 誤りは application/problem+json（RFC 9457）で、code は変わらない。Errors are problem+json with a stable code.
- 変更は Idempotency-Key を受け付ける（人と経路ごとに24時間）。Changes take Idempotency-Key (per person and route, 24 h).
- 一覧は {items, next}。Lists are {items, next}, paged by cursor.
- 二人を要する変更は 202 {change_id} と答え、別の担当者が確認すると効力を持つ。A change that needs two persons answers 202 {change_id} and takes effect when another one confirms it.
- x-kashikagi-entry と x-kashikagi-roles は、誰が呼べるかを示す。They say who may call.`;

const SECURITY = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'kashikagi_session',
    description: '人のセッション（HttpOnly、SameSite=Strict）。The session of a person.',
  },
  dpop: {
    type: 'http',
    scheme: 'DPoP',
    description:
      '端末に結び付いた資格情報（RFC 9449）: Authorization: DPoP と DPoP ヘッダ。A credential bound to a terminal.',
  },
  basic: { type: 'http', scheme: 'basic', description: 'システムの認証。Client authentication of a system.' },
  private_key_jwt: {
    type: 'openIdConnect',
    openIdConnectUrl: '/.well-known/oauth-authorization-server',
    description:
      '本文の client_assertion_type と client_assertion（RFC 7523）。Client authentication by an assertion in the body.',
  },
} as const;

/** The routes of an application as an OpenAPI document: the same for the same code, whatever runs beneath. */
export function openapiDocument(app: NestFastifyApplication): Promise<OpenAPIObject> {
  const base = new DocumentBuilder()
    .setTitle('貸鍵 Kashikagi')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setOpenAPIVersion('3.0.3')
    .build();
  const found = SwaggerModule.createDocument(app, base);
  const schemas: Schemas = { ...found.components?.schemas, Problem: PROBLEM_SCHEMA };
  const paths: OpenAPIObject['paths'] = {};
  for (const access of ACCESS_TABLE) {
    const path = documentPath(access.path);
    const method = access.method.toLowerCase() as 'get';
    const operation = found.paths[path]?.[method];
    invariant(operation, `${access.method} ${access.path} is documented`);
    paths[path] = { ...paths[path], [method]: describeOperation(access, operation, schemas) };
  }
  for (const access of ACCESS_TABLE.filter(isStrict)) {
    const body = paths[documentPath(access.path)]?.[access.method.toLowerCase() as 'post']?.requestBody;
    if (body && 'content' in body) closeSchema(body.content['application/json']?.schema, schemas);
  }
  const sorted = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  const components = {
    schemas: Object.fromEntries(sorted),
    responses: problemResponses(),
    securitySchemes: SECURITY,
  };
  return Promise.resolve({ ...base, paths, components });
}

/** Writes the checked-in document. No database is needed: only the routes and their shapes are looked at. */
export async function writeOpenapi(): Promise<string> {
  const nothing = { settings: {}, keys: {} } as Runtime;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.on(nothing), new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const file = join(packageRoot(), 'src', 'http', 'openapi.json');
  await writeFile(file, textOf(await openapiDocument(app)));
  return file;
}

/** The document as it is checked in. */
export function textOf(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A route's path as the document writes it: `/api/v1/grants/{id}`. */
export function documentPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}');
}

/** Unknown members are refused, but for the routes that are extensible by their standards. */
function isStrict({ path }: RouteAccess): boolean {
  return !path.startsWith('/oauth/') && !path.startsWith('/access/') && !path.endsWith('/backchannel-logout');
}
