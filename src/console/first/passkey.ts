import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import type { Session } from '../api/answers.js';
import { change } from '../api/client.js';

/** The browser's part of a ceremony; loaded when somebody uses a passkey. */
async function touch(options: unknown): Promise<Record<string, never>> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
  return (await startAuthentication({ optionsJSON })) as unknown as Record<string, never>;
}

export async function signInByPasskey(): Promise<Session> {
  const { options } = await change('/api/v1/session/passkey/options');
  return change('/api/v1/session/passkey', { body: { response: await touch(options) } });
}

export async function provePresenceByPasskey(): Promise<Session> {
  const { options } = await change('/api/v1/session/presence/options');
  return change('/api/v1/session/presence', { body: { response: await touch(options) } });
}
