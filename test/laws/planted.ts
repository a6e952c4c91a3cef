import { issueAccessToken, type AccessTokenRequest } from '../../src/credentials/access-token.js';
import { TokenKeys } from '../../src/credentials/token-keys.service.js';
import { jwkThumbprint, parseTerminalKey } from '../../src/contract/terminal-key.js';
import type { Broker } from '../harness/broker.js';
import type { Operator } from '../stories/actors.js';

const MINUTE = 60_000;

interface Holding {
  operator: Operator;
  grantId: string;
  terminalId: string;
}

/** Signs a token with the service's own keys, as one who stole them, or as a defect in issuing, could. */
export async function signedByUs(
  broker: Broker,
  { operator, grantId, terminalId }: Holding,
  now: number,
  more: Partial<AccessTokenRequest> = {},
): Promise<string> {
  const keys = broker.instances[0]?.app.get(TokenKeys);
  if (!keys) throw new Error('an instance runs');
  const request: AccessTokenRequest = {
    issuer: broker.url,
    audience: broker.url,
    jti: 'tk_neverissued0001',
    grantId,
    personId: operator.person.id,
    terminalId,
    organizationId: 'retailer-a',
    declarationId: 'dc_any',
    jkt: jwkThumbprint(parseTerminalKey(operator.terminal.jwk)),
    authorizationDetails: [],
    expiresAt: new Date(now + 4 * MINUTE),
    ...more,
  };
  return issueAccessToken(keys.ring, request, new Date(now));
}

/** A token with its row, written around every check of the issuing: only the gate is left to refuse it. */
export async function plantCredential(broker: Broker, holding: Holding, now: number): Promise<void> {
  const jti = `tk_planted${holding.grantId.slice(3)}`;
  const jkt = jwkThumbprint(parseTerminalKey(holding.operator.terminal.jwk));
  await broker.database.asOwner(
    `insert into credential (grant_id, jti, jkt, terminal_id, person_id, issued_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      holding.grantId, jti, jkt, holding.terminalId, holding.operator.person.id, new Date(now),
      new Date(now + 4 * MINUTE),
    ], // prettier-ignore
  );
  holding.operator.token = await signedByUs(broker, holding, now, { jti });
}
