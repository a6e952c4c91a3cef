import type { JSX } from 'preact';
import type { Role } from '../kit/session.js';

export interface ScreenProps {
  /** The parts of the address that the pattern names. */
  params: Record<string, string>;
}

/** What one kind of people works in: its screens by their addresses, and the links that lead to them. */
export interface Room {
  links: readonly { to: string; label: string }[];
  screens: readonly { pattern: string; Screen: (props: ScreenProps) => JSX.Element }[];
}

/** Each is a bundle of its own: nobody loads another one's screens. `open` loads the room's texts first. */
const ROOMS: Record<Role, (() => Promise<Room>) | null> = {
  headquarters: async () => (await import('./hq/hq.room.js')).open(),
  supervisor: async () => (await import('./supervisor/supervisor.room.js')).open(),
  operator: async () => (await import('./operator/operator.room.js')).open(),
  officer: async () => (await import('./officer/officer.room.js')).open(),
  compliance_officer: async () => (await import('./compliance/compliance.room.js')).open(),
  auditor: async () => (await import('./auditor/auditor.room.js')).open(),
  regulator: async () => (await import('./auditor/auditor.room.js')).open(),
};

/** Whoever has no room of their own finds the notices, which everybody has. */
const HALL: Room = { links: [], screens: [] };

export async function openRoom(role: Role): Promise<Room> {
  return (await ROOMS[role]?.()) ?? HALL;
}

/** Keys by which one signs in: of everybody, also of the first officers, who cannot sign in yet. */
export async function openPasskeys(): Promise<Room> {
  return (await import('./passkeys/passkeys.room.js')).open();
}
