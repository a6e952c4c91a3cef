import { hash } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { DomainError } from '../contract/domain-error.js';
import type { ClientSecrets } from './client-secret.js';
import { parseCompactJws } from './compact-jws.js';

/** A system that may call us: with a secret, with keys, or with either. */
export interface RegisteredClient {
  id: string;
  /** As `hashClientSecret` makes it. */
  secretHash?: Buffer;
  /** Public keys (RFC 7517). */
  jwks?: JSONWebKeySet;
}

/** Looked up at every call: a client that is withdrawn is refused from then on. */
export type ClientLookup = (clientId: string) => Promise<RegisteredClient | undefined>;

/** What a request brings: the `Authorization` header, and what its form or JSON body says of the client. */
export interface ClientCredentials {
  authorization?: string | undefined;
  client_id?: unknown;
  client_secret?: unknown;
  client_assertion_type?: unknown;
  client_assertion?: unknown;
}

export interface ClientRules {
  lookup: ClientLookup;
  secrets: ClientSecrets;
  /** What an assertion may be meant for: our issuer, and the URL of the endpoint. */
  audiences: string[];
  now: Date;
}

export type AuthenticatedClient =
  | { clientId: string; method: 'client_secret_basic' }
  /** The caller keeps `replayKey` until `usableUntil` (epoch seconds) and refuses it a second time. */
  | { clientId: string; method: 'private_key_jwt'; replayKey: Buffer; usableUntil: number };

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Asymmetric only, so that no public key can pass as a secret. */
const ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'Ed25519'];

const CLOCK_TOLERANCE_SECONDS = 30;
const MAX_ASSERTION_SECONDS = 600;

/**
 * Authenticates a system by HTTP Basic (RFC 6749 §2.3.1) or private_key_jwt (RFC 7523 §3), never by both.
 * Errors: DomainError `invalid_client`, with a reason for the log only; `unavailable` under a flood of guesses.
 */
export async function authenticateClient(
  credentials: ClientCredentials,
  rules: ClientRules,
): Promise<AuthenticatedClient> {
  const { authorization, client_assertion: assertion, client_assertion_type: type } = credentials;
  if (credentials.client_secret !== undefined) throw refuse('a secret in the body');
  const byAssertion = assertion !== undefined || type !== undefined;
  if (authorization !== undefined && byAssertion) throw refuse('two methods');

  const client = byAssertion ? await byKey(assertion, type, rules) : await bySecret(authorization, rules);
  if (credentials.client_id !== undefined && credentials.client_id !== client.clientId)
    throw refuse('another client_id');
  return client;
}

async function bySecret(authorization: string | undefined, rules: ClientRules): Promise<AuthenticatedClient> {
  const { id, secret } = parseBasic(authorization);
  const client = await rules.lookup(id);
  const right = await rules.secrets.check(id, secret, client?.secretHash, rules.now);
  if (!client?.secretHash || !right) throw refuse('unknown client or wrong secret');
  return { clientId: client.id, method: 'client_secret_basic' };
}

/** Id and secret are form-encoded before they are joined: a colon or a space in them survives. */
function parseBasic(authorization: string | undefined): { id: string; secret: string } {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]{1,2048}={0,2})$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) throw refuse('no client credentials');
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const id = formDecode(pair.slice(0, Math.max(colon, 0)));
  const secret = formDecode(pair.slice(colon + 1));
  if (colon < 1 || !id || !secret) throw refuse('not id and secret');
  return { id, secret };
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

async function byKey(assertion: unknown, type: unknown, rules: ClientRules): Promise<AuthenticatedClient> {
  if (type !== ASSERTION_TYPE) throw refuse('client_assertion_type');
  const claimed = parseCompactJws(assertion);
  const id = claimed?.claims['iss'];
  if (!claimed || typeof id !== 'string') throw refuse('not one compact JWT of at most 4 KB');
  const client = await rules.lookup(id);
  if (!client?.jwks) throw refuse('unknown client or no keys');
  const { aud, exp, jti } = await verifiedClaims(String(assertion), client.jwks, id, rules);

  // Meant for us alone: whoever else it is meant for could use it here.
  if (typeof aud !== 'string' && !(Array.isArray(aud) && aud.length === 1)) throw refuse('several audiences');
  if (typeof jti !== 'string' || jti.length < 8 || jti.length > 200) throw refuse('jti');
  if (typeof exp !== 'number' || exp > rules.now.getTime() / 1000 + MAX_ASSERTION_SECONDS)
    throw refuse('exp');
  const replayKey = hash('sha256', JSON.stringify([id, jti]), 'buffer');
  return {
    clientId: client.id,
    method: 'private_key_jwt',
    replayKey,
    usableUntil: exp + CLOCK_TOLERANCE_SECONDS,
  };
}

async function verifiedClaims(assertion: string, jwks: JSONWebKeySet, id: string, rules: ClientRules) {
  try {
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(jwks), {
      algorithms: ALGORITHMS,
      issuer: id,
      subject: id,
      audience: rules.audiences,
      requiredClaims: ['exp', 'jti'],
      currentDate: rules.now,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return payload;
  } catch (error) {
    throw refuse(`assertion: ${error instanceof Error ? error.name : 'unknown'}`);
  }
}

function refuse(why: string): DomainError {
  return new DomainError('invalid_client', { internal: why });
}
