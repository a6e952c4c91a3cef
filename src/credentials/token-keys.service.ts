import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { StoredTokenKey } from '../config/stored-keys.js';
import { Turns } from '../meters/turns.js';
import { TokenKeyRing } from './token-keys.js';

/** Reads the token keys from their file. */
export type ReadTokenKeys = () => Promise<StoredTokenKey[]>;

const REREAD_MS = 60_000;

/**
 * The ring in use. The file is read anew each minute, so a rotation (`kashikagi rotate-token-keys`) reaches every
 * instance well within the ten minutes before the new key signs; an unreadable file leaves the ring as it is, is
 * told once, and shows as a turn that failed.
 */
@Injectable()
export class TokenKeys implements OnApplicationShutdown {
  readonly turns = new Turns('token_keys');
  private readonly log = new Logger('token keys');
  private isFailing = false;
  private current: TokenKeyRing;
  private readonly timer: NodeJS.Timeout;

  constructor(
    first: readonly StoredTokenKey[],
    private readonly read: ReadTokenKeys,
  ) {
    this.current = new TokenKeyRing(first);
    this.timer = setInterval(() => void this.tick(), REREAD_MS);
    this.timer.unref();
  }

  get ring(): TokenKeyRing {
    return this.current;
  }

  async tick(): Promise<void> {
    try {
      await this.turns.count('token_keys', this.reread());
      if (this.isFailing) this.log.log('read again');
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing)
        this.log.error(`not read; the old ones stay: ${error instanceof Error ? error.name : 'unknown'}`);
      this.isFailing = true;
    }
  }

  async reread(): Promise<void> {
    this.current = new TokenKeyRing(await this.read());
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
