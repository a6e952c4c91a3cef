import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { IdentityProvider } from '../config/identity-providers.js';
import type { Code } from '../contract/codes.js';
import { DomainError } from '../contract/domain-error.js';
import { Database, type Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { SIGN_IN_REFUSED } from './identity.records.js';
import { IdentityProviders } from './providers.service.js';
import { signInFailure } from './provider-failure.js';
import { SignInRepository, type Attempt, type MappedPerson } from './sign-in.repository.js';
import { SessionsService, type StartedSession } from './sessions.service.js';

const ATTEMPT_MINUTES = 10;
/** A login that the provider says was asked for and done: between the two lies only the network. */
const FRESH_SECONDS = 60;

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

export interface Beginning {
  /** Of the browser that begins: random, in its cookie. */
  browser: string;
  isStepUp: boolean;
  /** The token of the session that the browser has now, if any. */
  token: string | undefined;
  /** A path of ours. */
  returnTo: string;
}

/** What the provider vouches for, after every check that OpenID Connect asks for. */
interface Vouched {
  subject: string;
  sub: string;
  sid: string | undefined;
}

/** Sign-in at a provider: OpenID Connect, authorization code with PKCE, state and nonce. */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly providers: IdentityProviders,
    private readonly attempts: SignInRepository,
    private readonly sessions: SessionsService,
  ) {}

  /** → where the browser goes. Errors: `not_found`, `provider_unavailable` */
  async begin(providerId: string, given: Beginning): Promise<string> {
    const provider = this.providers.find(providerId);
    const client = await this.providers.client(provider);
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    const { isStepUp, token } = given;
    const session = token === undefined ? undefined : await this.sessions.find(token);
    await this.database.transaction('none', (tx) =>
      this.attempts.begin(
        tx,
        { state: hashOf(state), browser: hashOf(given.browser) },
        {
          provider: provider.id,
          nonce,
          code_verifier: verifier,
          is_step_up: isStepUp,
          session_id: session?.session_id ?? null,
          return_to: given.returnTo,
          expires_at: new Date(tx.now.getTime() + ATTEMPT_MINUTES * 60_000),
        },
      ),
    );
    return buildAuthorizationUrl(client, {
      redirect_uri: this.providers.callbackOf(provider),
      scope: 'openid',
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...(isStepUp && { prompt: 'login', max_age: '0' }),
    }).href;
  }

  /**
   * The return. An attempt is used up by it, whatever comes of it. Errors: `sign_in_expired`, `sign_in_failed`,
   * `provider_unavailable`; with the provider's word but nobody to sign in (on record): `unknown_subject`,
   * `provider_of_other_organization`, `person_left`, `record_mismatch`, `other_person`.
   */
  async finish(
    providerId: string,
    search: URLSearchParams,
    browser: string | undefined,
  ): Promise<{ session: StartedSession; returnTo: string }> {
    const provider = this.providers.find(providerId);
    const state = search.get('state') ?? '';
    const hashes = { state: hashOf(state), browser: hashOf(browser ?? '') };
    const taken = await this.database.transaction('none', async (tx) => {
      const attempt = await this.attempts.take(tx, hashes, provider.id);
      return attempt && attempt.expires_at > tx.now ? attempt : undefined;
    });
    if (!taken) throw new DomainError('sign_in_expired');
    const vouched = await this.exchange(provider, search, state, taken);
    const outcome = await this.database.transaction('none', (tx) =>
      this.decide(tx, provider, taken, vouched),
    );
    if ('refused' in outcome) throw new DomainError(outcome.refused, { recordId: outcome.recordId });
    return { session: outcome, returnTo: taken.return_to };
  }

  private async exchange(
    provider: IdentityProvider,
    search: URLSearchParams,
    state: string,
    attempt: Attempt,
  ): Promise<Vouched> {
    const client = await this.providers.client(provider);
    const back = new URL(this.providers.callbackOf(provider));
    back.search = search.toString();
    const claims = await authorizationCodeGrant(client, back, {
      expectedState: state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.code_verifier,
      idTokenExpected: true,
      ...(attempt.is_step_up && { maxAge: FRESH_SECONDS }),
    }).then(
      (tokens) => tokens.claims(),
      (error: unknown) => {
        throw signInFailure(provider.id, error);
      },
    );
    const subject = claims?.[provider.claim];
    if (!claims || typeof subject !== 'string' || subject.length === 0 || subject.length > 255) {
      throw new DomainError('sign_in_failed', { internal: `${provider.id}: no claim ${provider.claim}` });
    }
    const { sid } = claims;
    return { subject, sub: claims.sub, sid: typeof sid === 'string' && sid !== '' ? sid : undefined };
  }

  private async decide(
    tx: Tx,
    provider: IdentityProvider,
    attempt: Attempt,
    vouched: Vouched,
  ): Promise<StartedSession | { refused: Code; recordId: string }> {
    const person = await this.attempts.mapped(tx, provider.id, vouched.subject);
    const refused = await this.whyNot(tx, provider, attempt, person);
    if (refused !== undefined || !person) {
      const code = refused ?? 'unknown_subject';
      const [record] = await this.ledger.append(tx, {
        type: SIGN_IN_REFUSED,
        decision: 'refuse',
        code,
        subject: { personId: person?.person_id, organizationId: person?.organization_id },
        details: { provider: provider.id, subject: vouched.subject },
      });
      return { refused: code, recordId: record?.id ?? '' };
    }
    const before = attempt.session_id ?? undefined;
    return this.sessions.startIn(tx, {
      personId: person.person_id,
      method: 'oidc',
      provider: provider.id,
      providerSub: vouched.sub,
      providerSid: vouched.sid,
      steppedUp: attempt.is_step_up,
      ...(attempt.is_step_up ? { replaces: before } : { ends: before }),
    });
  }

  private async whyNot(
    tx: Tx,
    provider: IdentityProvider,
    attempt: Attempt,
    person: MappedPerson | undefined,
  ): Promise<Code | undefined> {
    if (!person) return 'unknown_subject';
    if (!provider.organizationIds.includes(person.organization_id)) return 'provider_of_other_organization';
    if (person.has_left) return 'person_left';
    if (person.is_mismatched) return 'record_mismatch';
    if (!attempt.is_step_up || attempt.session_id === null) return undefined;
    return (await this.attempts.personOf(tx, attempt.session_id)) === person.person_id
      ? undefined
      : 'other_person';
  }
}
