import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { createHash } from 'node:crypto';

/** ES256, EdDSA, RS256 (COSE): what authenticators in use sign with. */
const ALGORITHMS = [-7, -8, -257];
/** Milliseconds that a person has at the authenticator; the challenge itself lives as long. */
export const CEREMONY_MS = 5 * 60_000;

export interface Registration {
  credentialId: Buffer;
  /** COSE_Key. */
  publicKey: Buffer;
  signCount: number;
  isSynced: boolean;
}

export interface KnownKey {
  credentialId: Buffer;
  publicKey: Buffer;
}

/**
 * We, as WebAuthn sees us: the RP ID is the public URL's host and the origin is the public URL itself, so an
 * answer that was given to another site, or below another name, is none. User verification (a fingerprint, a PIN)
 * is demanded of every ceremony. What verifies is @simplewebauthn/server; nothing of it is decided here.
 */
export class RelyingParty {
  private readonly rpId: string;

  /** @param origin the public URL, scheme and host and port */
  constructor(private readonly origin: string) {
    this.rpId = new URL(origin).hostname;
  }

  creationOptions(
    person: { id: string; name: string },
    challenge: Buffer,
    present: readonly KnownKey[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    return generateRegistrationOptions({
      rpName: '貸鍵',
      rpID: this.rpId,
      userID: Uint8Array.from(this.handleBytes(person.id)),
      userName: person.id,
      userDisplayName: person.name,
      challenge: Uint8Array.from(challenge),
      timeout: CEREMONY_MS,
      attestationType: 'none',
      excludeCredentials: present.map(({ credentialId }) => ({ id: credentialId.toString('base64url') })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    });
  }

  /** Without `allowed` any passkey of this site may answer: whose it is comes out of the answer. */
  requestOptions(
    challenge: Buffer,
    allowed: readonly KnownKey[] = [],
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return generateAuthenticationOptions({
      rpID: this.rpId,
      challenge: Uint8Array.from(challenge),
      timeout: CEREMONY_MS,
      userVerification: 'required',
      allowCredentials: allowed.map(({ credentialId }) => ({ id: credentialId.toString('base64url') })),
    });
  }

  /** → what was shown, or why it is not taken, which is for the log alone. */
  async registration(
    response: RegistrationResponseJSON,
    expectedChallenge: string,
  ): Promise<Registration | { why: string }> {
    return attempt(async () => {
      const { verified, registrationInfo: info } = await verifyRegistrationResponse({
        response,
        expectedChallenge,
        expectedOrigin: this.origin,
        expectedRPID: this.rpId,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      });
      // The id that was attested, not the one that stands beside it.
      if (!verified || info.credential.id !== response.id) return { why: 'not verified' };
      return {
        credentialId: Buffer.from(info.credential.id, 'base64url'),
        publicKey: Buffer.from(info.credential.publicKey),
        signCount: info.credential.counter,
        isSynced: info.credentialDeviceType === 'multiDevice',
      };
    });
  }

  /**
   * → the authenticator's counter. It is compared by the caller, against the row, after the signature has been
   * verified: a stranger with a low number suspends nobody's passkey.
   */
  async assertion(
    response: AuthenticationResponseJSON,
    expectedChallenge: string,
    key: KnownKey,
    personId: string,
  ): Promise<{ counter: number } | { why: string }> {
    const { userHandle } = response.response;
    if (userHandle !== undefined && userHandle !== this.handleBytes(personId).toString('base64url')) {
      return { why: 'the handle of another person' };
    }
    return attempt(async () => {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge,
        expectedOrigin: this.origin,
        expectedRPID: this.rpId,
        requireUserVerification: true,
        credential: { id: response.id, publicKey: Uint8Array.from(key.publicKey), counter: 0 },
      });
      return verified ? { counter: authenticationInfo.newCounter } : { why: 'signature' };
    });
  }

  /** What an authenticator files a person under: equal for all of a person's passkeys, and no name. */
  private handleBytes(personId: string): Buffer {
    return createHash('sha256').update(`kashikagi/passkey/${this.origin}/${personId}`).digest();
  }
}

/** The library refuses by throwing plain errors; what they say quotes the caller, and stays here. */
async function attempt<T>(work: () => Promise<T>): Promise<T | { why: string }> {
  try {
    return await work();
  } catch (error) {
    return { why: error instanceof Error ? error.message : 'not readable' };
  }
}
