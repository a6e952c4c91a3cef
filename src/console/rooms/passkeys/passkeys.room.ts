import type { Room } from '../rooms.js';
import { FirstPasskeyScreen } from './first.js';
import { PasskeysScreen } from './passkeys.js';
import { loadPasskeysTexts } from './texts.js';

/** The keys by which one signs in; a part of every room, and before any of them for the first officers. */
export async function open(): Promise<Room> {
  await loadPasskeysTexts();
  return {
    links: [],
    screens: [
      { pattern: '/passkeys', Screen: PasskeysScreen },
      { pattern: '/first-passkey', Screen: FirstPasskeyScreen },
    ],
  };
}
