import { createHash } from 'node:crypto';
import { send, Terminal, type Answer, type Person } from './actors.js';
import { expectStatus } from './storm.js';

export interface OpenedWindow {
  id: string;
  code: string;
  expires_at: string;
}

export const placement = (serial: string, organization = 'retailer-a'): Record<string, string> => ({
  serial,
  organization_id: organization,
  custodian_person_id: organization === 'retailer-a' ? 'supervisor-a' : 'supervisor-b',
  room: 'osaka-support-1',
});

/** What a terminal does that was told a window's id and code: it makes the proof over the window's challenge. */
export function windowProof(
  url: string,
  terminal: Terminal,
  { id, code }: Pick<OpenedWindow, 'id' | 'code'>,
  claims: object = {},
): string {
  const nonce = createHash('sha256').update(`kashikagi/window/${id}/${code}`).digest('base64url');
  const path = `${url}/api/v1/terminal-windows/${id}/key`;
  return terminal.proof('POST', path, undefined, { nonce, ...claims });
}

export function showKey(
  url: string,
  window: Pick<OpenedWindow, 'id' | 'code'>,
  proof: string,
): Promise<Answer> {
  return send(`${url}/api/v1/terminal-windows/${window.id}/key`, 'POST', { code: window.code, proof });
}

/** The whole ceremony: one officer opens, the terminal shows its key, another officer confirms. */
export async function enrolByCeremony(
  officers: readonly [Person, Person],
  terminal: Terminal,
  body: Record<string, string>,
): Promise<string> {
  const [opener, confirmer] = officers;
  const window = expectStatus(await opener.post<OpenedWindow>('/api/v1/terminal-windows', body), 201);
  const proof = windowProof(opener.url, terminal, window);
  const { change_id: change } = expectStatus(await showKey(opener.url, window, proof), 202);
  const confirmed = expectStatus(await confirmer.post(`/api/v1/changes/${String(change)}/confirm`), 200);
  return (confirmed as { resource: { id: string } }).resource.id;
}
