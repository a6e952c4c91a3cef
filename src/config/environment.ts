import { isOrigin, isPort } from './addresses.js';

/** A wrong setting stops the service at start with this one line. */
export class SettingsError extends Error {}

/** The process's environment, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A port's number; undefined where nothing is said. */
export function numberFrom(environment: Environment, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,5}$/.test(text) || !isPort(Number(text)))
    throw new SettingsError(`${name} must be a port number (0 to 65535), not "${text}"`);
  return Number(text);
}

/** `http(s)://host:port`; undefined where nothing is said. */
export function originFrom(environment: Environment, name: string): string | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (!isOrigin(text))
    throw new SettingsError(`${name} must be http(s)://host[:port] and nothing behind it, not "${text}"`);
  return text;
}

/** A PostgreSQL URL; it may hold a password, so no error quotes it. */
export function urlFrom(environment: Environment, name: string): string | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  const isPostgres = URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
  if (!isPostgres) throw new SettingsError(`${name} must be a postgres:// URL`);
  return text;
}
