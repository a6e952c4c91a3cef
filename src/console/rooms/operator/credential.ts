import type { KeyPair } from 'dpop';
import type { Schemas } from '../../api/answers.js';
import { proveTo, release } from '../../api/client.js';
import type { AnswerOf, BodyOf, PathOf } from '../../api/paths.js';
import { Problem } from '../../api/problem.js';
import { now } from '../../kit/clock.js';
import { proverOf } from './terminal-key.js';

/** Renewed when less than this is left of its minutes, so that no question waits for it. */
const RENEW_BEFORE_MS = 90_000;
/** Another tab of this terminal has got a newer one, or this one has just ended. */
const REPLACED = new Set(['credential_superseded', 'invalid_token']);

/** The credential of one grant at this terminal: in memory only, renewed without anybody seeing it. */
export class Credential {
  private held: Schemas['CredentialView'] | undefined;
  private underWay: Promise<Schemas['CredentialView']> | undefined;
  /** Something was asked with what is held: data calls show no session, so the next renewal says it for them. */
  private isUsed = false;

  constructor(
    private readonly grantId: string,
    private readonly key: KeyPair,
  ) {}

  /** What it is good for: fields, area; undefined before the first one. */
  get scope(): Schemas['AuthorizationDetailView'] | undefined {
    return this.held?.authorization_details[0];
  }

  /** A credential with some time left. Errors: `Problem` (grant over, terminal unknown, another terminal), `NoAnswer`. */
  async fresh(isBackground = false): Promise<Schemas['CredentialView']> {
    const isFresh = this.held && Date.parse(this.held.expires_at) - now() > RENEW_BEFORE_MS;
    return isFresh && this.held ? this.held : this.renew(isBackground);
  }

  /** The same by a timer: a sign of life only where something was asked with it since, which no session sees. */
  async keepFresh(): Promise<void> {
    await this.fresh(!this.isUsed);
  }

  private renew(isBackground = false): Promise<Schemas['CredentialView']> {
    this.underWay ??= proveTo(
      '/api/v1/grants/{id}/credential',
      { params: { id: this.grantId }, isBackground },
      proverOf(this.key),
    )
      .then((given) => {
        this.isUsed = false;
        return (this.held = given);
      })
      .finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /**
   * A data call. Sent once more only when the credential was refused as replaced: then nothing was disclosed.
   * Errors: `Problem`, `NoAnswer`.
   */
  async use<P extends PathOf<'post'>>(
    path: P,
    act: { params?: Record<string, string>; body: BodyOf<P, 'post'> },
  ): Promise<AnswerOf<P, 'post'>> {
    const { access_token: token } = await this.fresh();
    this.isUsed = true;
    try {
      return await proveTo(path, act, proverOf(this.key, token));
    } catch (error) {
      if (!(error instanceof Problem && REPLACED.has(error.code))) throw error;
      const { access_token: newer } = await this.renew();
      return proveTo(path, act, proverOf(this.key, newer));
    }
  }

  /** Gives it back, so that the person can go on at another terminal at once. */
  async release(): Promise<void> {
    const token = this.held?.access_token;
    this.held = undefined;
    if (token !== undefined) await release(token).catch(() => undefined);
  }
}
