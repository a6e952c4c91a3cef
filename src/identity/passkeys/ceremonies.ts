import { Injectable } from '@nestjs/common';
import { DomainError } from '../../contract/domain-error.js';
import { PublicUrl } from '../../contract/public-url.js';
import { challengeOf, creationAnswer, assertionAnswer } from './ceremony-answer.js';
import { ChallengesRepository, type Purpose } from './challenges.repository.js';
import type { CandidateRow } from './passkey.js';
import type { CeremonyView } from './passkeys.dto.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { RelyingParty, type Registration } from './relying-party.js';

/** A passkey whose signature over our challenge is right; whether it opens anything is decided by the caller. */
export interface Answered {
  key: CandidateRow;
  counter: number;
}

/** Asking the authenticator and verifying its answer: each challenge once, each for its purpose and its person. */
@Injectable()
export class Ceremonies {
  constructor(
    private readonly publicUrl: PublicUrl,
    private readonly challenges: ChallengesRepository,
    private readonly passkeys: PasskeysRepository,
  ) {}

  async creation(purpose: 'enrol' | 'first', person: { id: string; name: string }): Promise<CeremonyView> {
    const present = await this.passkeys.keysOf(person.id);
    const { challenge, expiresAt } = await this.challenges.make(purpose, person.id);
    const options = await this.party.creationOptions(person, challenge, present);
    return { options, expires_at: expiresAt.toISOString() };
  }

  /** `personId` null: whoever answers. */
  async request(purpose: 'sign_in' | 'presence', personId: string | null): Promise<CeremonyView> {
    const allowed = personId === null ? [] : await this.passkeys.keysOf(personId);
    if (personId !== null && allowed.length === 0) throw new DomainError('no_passkey');
    const { challenge, expiresAt } = await this.challenges.make(purpose, personId);
    const options = await this.party.requestOptions(challenge, allowed);
    return { options, expires_at: expiresAt.toISOString() };
  }

  /** Error: DomainError `passkey_refused`, whatever was wrong with the answer. */
  async shown(purpose: 'enrol' | 'first', personId: string, answer: unknown): Promise<Registration> {
    const response = creationAnswer(answer);
    const challenge = await this.take(response.response.clientDataJSON, purpose, personId);
    const shown = await this.party.registration(response, challenge);
    if ('why' in shown) throw refuse(shown.why);
    return shown;
  }

  /** `personId` null: whoever it is. Error: DomainError `passkey_refused`, whatever was wrong with the answer. */
  async answered(
    purpose: 'sign_in' | 'presence',
    personId: string | null,
    answer: unknown,
  ): Promise<Answered> {
    const response = assertionAnswer(answer);
    const challenge = await this.take(response.response.clientDataJSON, purpose, personId);
    const key = await this.passkeys.candidate(response.id);
    if (key === undefined) throw refuse('unknown credential');
    if (personId !== null && key.person_id !== personId) throw refuse('of another person');
    const known = { credentialId: key.credential_id, publicKey: key.public_key };
    const verified = await this.party.assertion(response, challenge, known, key.person_id);
    if ('why' in verified) throw refuse(verified.why);
    return { key, counter: verified.counter };
  }

  private async take(clientDataJSON: string, purpose: Purpose, personId: string | null): Promise<string> {
    const challenge = challengeOf(clientDataJSON);
    if (challenge === undefined) throw refuse('no challenge');
    if (!(await this.challenges.take(challenge, purpose, personId))) throw refuse('challenge');
    return challenge;
  }

  private get party(): RelyingParty {
    return new RelyingParty(this.publicUrl.value);
  }
}

const refuse = (why: string): DomainError => new DomainError('passkey_refused', { internal: why });
