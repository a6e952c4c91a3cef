import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import type { Passkey, Session } from '../api/answers.js';
import { change } from '../api/client.js';

/** The browser's part of a ceremony; loaded when somebody uses a passkey. */
async function touch(options: unknown): Promise<Record<string, never>> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
  return (await startAuthentication({ optionsJSON })) as unknown as Record<string, never>;
}

/** The same for a new key. */
async function made(options: unknown): Promise<Record<string, never>> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  const optionsJSON = options as PublicKeyCredentialCreationOptionsJSON;
  return (await startRegistration({ optionsJSON })) as unknown as Record<string, never>;
}

/** Shows a key of one's own; two others confirm it before it opens anything. */
export async function showPasskey(label: string): Promise<Passkey> {
  const { options } = await change('/api/v1/passkeys/options');
  return change('/api/v1/passkeys', { body: { response: await made(options), label } });
}

/** The key of one of the first two officers, by the code of `kashikagi bootstrap`. */
export async function showFirstPasskey(code: string, label: string): Promise<Passkey> {
  const { options } = await change('/api/v1/passkeys/first/options', { body: { code } });
  return change('/api/v1/passkeys/first', { body: { code, response: await made(options), label } });
}

export async function signInByPasskey(): Promise<Session> {
  const { options } = await change('/api/v1/session/passkey/options');
  return change('/api/v1/session/passkey', { body: { response: await touch(options) } });
}

export async function provePresenceByPasskey(): Promise<Session> {
  const { options } = await change('/api/v1/session/presence/options');
  return change('/api/v1/session/presence', { body: { response: await touch(options) } });
}
