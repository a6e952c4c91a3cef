import { hash, verify } from 'node:crypto';
import { SignJWT } from 'jose';
import { DomainError, invariant } from '../contract/domain-error.js';
import { BoundedMemory } from './bounded-memory.js';
import { isCompactJws, isObject, MAX_JWT_LENGTH, parseCompactJws } from './compact-jws.js';
import { TOKEN_LIFETIME_SECONDS, type TokenKeyRing } from './token-keys.js';

/** What the token lets its bearer ask for (RFC 9396); told to the resource server, decided by the gate from rows. */
export interface OutageCallDetail {
  readonly type: 'kashikagi_outage_call';
  /** Identifiers of the fields of the profile. */
  readonly fields: readonly string[];
  /** Municipality codes or prefectures. */
  readonly area: readonly string[];
  /** The declaration's id. */
  readonly declaration: string;
}

/**
 * An access token that is well signed and in time: nothing yet says that it was issued and not taken back.
 * Read-only, since a remembered token answers several requests with one object.
 */
export interface AccessTokenClaims {
  readonly jti: string;
  readonly grantId: string;
  readonly personId: string;
  readonly terminalId: string;
  /** Whose limits its calls are counted by; it decides nothing. */
  readonly organizationId: string;
  readonly declarationId: string;
  /** Thumbprint of the terminal's key: the DPoP proof must be made with it. */
  readonly jkt: string;
  /** Epoch seconds. */
  readonly exp: number;
  readonly iat: number;
  readonly authorizationDetails: readonly OutageCallDetail[];
}

export interface AccessTokenRequest extends Omit<AccessTokenClaims, 'exp' | 'iat'> {
  issuer: string;
  audience: string;
  /** The earliest end of all: at most TOKEN_LIFETIME_SECONDS ahead. */
  expiresAt: Date;
}

export interface ExpectedToken {
  issuer: string;
  audience: string;
  now: Date;
  verified?: VerifiedTokens;
}

interface SignedToken {
  kid: string;
  issuer: string;
  audience: string;
  claims: AccessTokenClaims;
}

/**
 * Signatures that were verified, by the SHA-256 of the token, until it expires. It spares the arithmetic and
 * nothing else: issuer, audience, times and the key's publication are judged each time, and the gate decides
 * from rows each time.
 */
export class VerifiedTokens extends BoundedMemory<SignedToken> {
  constructor(capacity = 20_000) {
    super(capacity);
  }
}

/** Seconds that `iat` may lie ahead: instances know the database clock by a measured offset. */
const CLOCK_TOLERANCE_SECONDS = 2;

/**
 * → an RFC 9068 access token, signed with the ring's key of `now`. `exp` is cut to whole seconds, so never past
 * `expiresAt`. Errors: broken invariants only (an end that is not ahead or too far, a token over 4 KB).
 */
export async function issueAccessToken(
  ring: TokenKeyRing,
  request: AccessTokenRequest,
  now: Date,
): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000);
  const exp = Math.floor(request.expiresAt.getTime() / 1000);
  invariant(request.expiresAt > now && exp - iat <= TOKEN_LIFETIME_SECONDS, 'a token lives for minutes');
  const { kid, privateKey } = ring.signer(now);
  const token = await new SignJWT({
    iss: request.issuer,
    aud: request.audience,
    sub: request.personId,
    client_id: request.terminalId,
    jti: request.jti,
    iat,
    exp,
    grant_id: request.grantId,
    organization_id: request.organizationId,
    declaration_id: request.declarationId,
    cnf: { jkt: request.jkt },
    authorization_details: request.authorizationDetails,
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
    .sign(privateKey);
  invariant(token.length <= MAX_JWT_LENGTH, 'a token fits its limit; a long area is told by prefecture');
  return token;
}

/**
 * Verifies an access token (RFC 9068 §4). The `Authorization` scheme is the caller's to check.
 * Error: DomainError `invalid_token`, with a reason for the log only.
 */
export function verifyAccessToken(
  ring: TokenKeyRing,
  token: string,
  expected: ExpectedToken,
): AccessTokenClaims {
  if (!isCompactJws(token)) throw refuse('not one compact JWT of at most 4 KB');
  const now = expected.now.getTime() / 1000;
  const digest = hash('sha256', token, 'base64');
  let signed = expected.verified?.get(digest, now);
  if (!signed) {
    signed = verifySignature(ring, token, expected.now);
    expected.verified?.set(digest, signed, signed.claims.exp, now);
  }
  const { claims } = signed;
  if (!ring.verifier(signed.kid, expected.now)) throw refuse('its key is no longer published');
  if (signed.issuer !== expected.issuer) throw refuse('iss');
  if (signed.audience !== expected.audience) throw refuse('aud');
  if (claims.exp <= now) throw refuse('expired');
  if (claims.iat > now + CLOCK_TOLERANCE_SECONDS) throw refuse('issued in the future');
  return claims;
}

function verifySignature(ring: TokenKeyRing, token: string, now: Date): SignedToken {
  const jws = parseCompactJws(token);
  if (!jws) throw refuse('not JSON');
  const { typ, alg, kid } = jws.header;
  if (typ !== 'at+jwt') throw refuse('typ');
  if (alg !== 'EdDSA') throw refuse('alg');
  // An extension that must be understood (RFC 7515 §4.1.11): we understand none, `b64` included.
  if ('crit' in jws.header) throw refuse('crit');
  const key = typeof kid === 'string' ? ring.verifier(kid, now) : undefined;
  if (typeof kid !== 'string' || !key) throw refuse('unknown kid');
  if (!verify(null, jws.signed, key, jws.signature)) throw refuse('signature');
  return { kid, ...parseClaims(jws.claims) };
}

/** Our own key signed this, so an odd form is a token of another purpose or version: refused all the same. */
function parseClaims(payload: Record<string, unknown>): Omit<SignedToken, 'kid'> {
  const text = (name: string, holder = payload): string => {
    const value = holder[name];
    if (typeof value !== 'string' || value === '') throw refuse(`no ${name}`);
    return value;
  };
  const { iat, exp, cnf, authorization_details: details } = payload;
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) throw refuse('no iat or exp');
  if (Number(exp) - Number(iat) > TOKEN_LIFETIME_SECONDS) throw refuse('lives too long');
  if (!Array.isArray(details) || !details.every(isOutageCallDetail)) throw refuse('authorization_details');
  return {
    issuer: text('iss'),
    audience: text('aud'),
    claims: {
      jti: text('jti'),
      grantId: text('grant_id'),
      personId: text('sub'),
      terminalId: text('client_id'),
      organizationId: text('organization_id'),
      declarationId: text('declaration_id'),
      jkt: text('jkt', isObject(cnf) ? cnf : {}),
      iat: Number(iat),
      exp: Number(exp),
      authorizationDetails: details,
    },
  };
}

function isOutageCallDetail(value: unknown): value is OutageCallDetail {
  if (!isObject(value)) return false;
  const { type, fields, area, declaration } = value;
  return (
    type === 'kashikagi_outage_call' && isTexts(fields) && isTexts(area) && typeof declaration === 'string'
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function refuse(why: string): DomainError {
  return new DomainError('invalid_token', { internal: why });
}
