import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { StoredTokenKey } from '../config/stored-keys.js';
import { TokenKeyRing } from './token-keys.js';

/** Reads the token keys from their file. */
export type ReadTokenKeys = () => Promise<StoredTokenKey[]>;

const REREAD_MS = 60_000;

/**
 * The ring in use. The file is read anew each minute, so a rotation (`kashikagi rotate-token-keys`) reaches every
 * instance well within the ten minutes before the new key signs; an unreadable file leaves the ring as it is.
 */
@Injectable()
export class TokenKeys implements OnApplicationShutdown {
  private current: TokenKeyRing;
  private readonly timer: NodeJS.Timeout;

  constructor(
    first: readonly StoredTokenKey[],
    private readonly read: ReadTokenKeys,
  ) {
    this.current = new TokenKeyRing(first);
    this.timer = setInterval(() => void this.reread().catch(() => undefined), REREAD_MS);
    this.timer.unref();
  }

  get ring(): TokenKeyRing {
    return this.current;
  }

  async reread(): Promise<void> {
    this.current = new TokenKeyRing(await this.read());
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
