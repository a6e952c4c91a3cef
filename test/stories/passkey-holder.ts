import { Authenticator, type Lies } from '../harness/authenticator.js';
import { Person, send, type Answer } from './actors.js';
import { expectStatus } from './storm.js';

type Json = Record<string, unknown>;
export type Passkey = Json & { id: string; fingerprint: string; state: string };

/** A person with an authenticator: what they do at `/passkeys` and how they sign in with it. */
export class PasskeyHolder {
  constructor(
    readonly person: Person,
    readonly authenticator: Authenticator,
  ) {}

  static at(person: Person, options: { isSynced?: boolean } = {}): PasskeyHolder {
    return new PasskeyHolder(person, new Authenticator(person.url, options));
  }

  private get url(): string {
    return this.person.url;
  }

  async offered(): Promise<object> {
    return optionsOf(await this.person.post('/api/v1/passkeys/options'));
  }

  async show(lies: Lies = {}, label = '黒いキー'): Promise<Answer<Passkey>> {
    const response = this.authenticator.create(await this.offered(), lies);
    return this.person.post<Passkey>('/api/v1/passkeys', { response, label });
  }

  async signInOptions(): Promise<object> {
    return optionsOf(await send(`${this.url}/api/v1/session/passkey/options`, 'POST'));
  }

  async answerSignIn(response: object): Promise<Answer> {
    const answer = await send(`${this.url}/api/v1/session/passkey`, 'POST', { response });
    this.takeCookie(answer);
    return answer;
  }

  async signIn(lies: Lies = {}): Promise<Answer> {
    return this.answerSignIn(this.authenticator.get(await this.signInOptions(), lies));
  }

  async presenceOptions(): Promise<object> {
    return optionsOf(await this.person.post('/api/v1/session/presence/options'));
  }

  async answerPresence(response: object): Promise<Answer> {
    const answer = await this.person.post('/api/v1/session/presence', { response });
    this.takeCookie(answer);
    return answer;
  }

  async provePresence(lies: Lies = {}): Promise<Answer> {
    return this.answerPresence(this.authenticator.get(await this.presenceOptions(), lies));
  }

  private takeCookie(answer: Answer): void {
    if (answer.status === 200) this.person.takeCookie(answer);
  }
}

function optionsOf(answer: Answer): object {
  return (expectStatus(answer, 200) as { options: object }).options;
}
