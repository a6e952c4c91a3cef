import { createServer } from 'node:net';
import { KeyFileError } from '../config/key-files.js';
import { SettingsError } from '../config/environment.js';
import { codeOf, messageOf, StartError } from '../database/embedded/start-error.js';

/** What the system says when an address cannot be listened on, and what to do then; `port` names the setting. */
const ADDRESS: Partial<Record<string, (port: string) => string>> = {
  EADDRINUSE: (port) => `is taken: set ${port} to another port, or to 0 for any free one`,
  EACCES: (port) => `may not be used by this user: set ${port} to a port above 1023`,
  EADDRNOTAVAIL: () => 'is not an address of this machine: correct "host" in the configuration',
  ENOTFOUND: () => 'is not an address of this machine: correct "host" in the configuration',
};

/** → one line for the person at the terminal, when that person can mend it; undefined for a defect of ours. */
export function startFailure(error: unknown): string | undefined {
  if (error instanceof SettingsError || error instanceof StartError || error instanceof KeyFileError) {
    return error.message;
  }
  return undefined;
}

interface Place {
  host: string;
  port: number;
  setting?: string;
}

/** Listens for a moment and lets go: whoever takes it in between is told of by `listening`. */
export async function refuseTakenPort(place: Place): Promise<void> {
  const { host, port } = place;
  if (port === 0) return;
  const trial = createServer();
  const listens = new Promise<void>((resolve, reject) => {
    trial.once('error', reject).listen({ host, port, exclusive: true }, resolve);
  });
  await listening(listens, place);
  await new Promise((resolve) => trial.close(resolve));
}

/** For `listen`: its errors name the call, not the setting. */
export async function listening<T>(
  work: Promise<T>,
  { host, port, setting = 'KASHIKAGI_PORT' }: Place,
): Promise<T> {
  return work.catch((cause: unknown) => {
    const why = ADDRESS[codeOf(cause) ?? ''];
    if (why === undefined) throw cause;
    throw new StartError(`${host}:${port} ${why(setting)}`, { cause });
  });
}

/** What PostgreSQL and the network say when a database cannot be reached. */
const UNREACHABLE: Partial<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host’s name cannot be looked up now',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it hangs up',
};

/**
 * For whatever is done with a database at start. `setting` is the name of the URL's setting: the URL itself holds
 * a password and is not told, only where it leads.
 */
export async function withDatabase<T>(setting: string, url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (startFailure(cause) !== undefined) throw cause;
    const { hostname, port, pathname } = new URL(url);
    const place = `${hostname}${port && `:${port}`}${pathname}`;
    const why = UNREACHABLE[codeOf(cause) ?? ''] ?? messageOf(cause).split('\n')[0];
    throw new StartError(`${setting} (${place}): ${why}`, { cause });
  }
}
