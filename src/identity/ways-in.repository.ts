import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { GuardDatabase } from '../database/database.js';

interface KnownKeys {
  has_passkeys: boolean;
  /** Codes of `kashikagi bootstrap` that are still good. */
  has_codes: boolean;
}

const KNOWN_KEYS = `
  select exists (select from passkey where revoked_at is null and suspended_at is null) as has_passkeys,
         exists (select from first_enrolment where used_at is null and expires_at > broker_now()) as has_codes`;

/** By what people can sign in here, as things stand. */
@Injectable()
export class WaysIn {
  private readonly log = new Logger('identity');

  constructor(
    private readonly settings: Settings,
    private readonly database: GuardDatabase,
  ) {}

  /** The demonstration's sign-in. */
  get isByNameAlone(): boolean {
    return this.settings.isDemonstration;
  }

  async hasPasskeys(): Promise<boolean> {
    return (await this.knownKeys()).has_passkeys;
  }

  /** Said at the start, not refused: the first officers may be made while the service runs. */
  async sayIfThereIsNone(): Promise<void> {
    const { isDemonstration, identityProviders } = this.settings;
    if (isDemonstration || identityProviders.length > 0) return;
    const { has_passkeys: hasPasskeys, has_codes: hasCodes } = await this.knownKeys();
    if (hasPasskeys || hasCodes) return;
    this.log.warn(
      'nobody can sign in: no identity provider is set and no passkey is enrolled; run `kashikagi bootstrap`',
    );
  }

  private async knownKeys(): Promise<KnownKeys> {
    const row = await this.database.one<KnownKeys>(KNOWN_KEYS);
    return row ?? { has_passkeys: false, has_codes: false };
  }
}
