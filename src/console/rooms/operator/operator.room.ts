import type { Room } from '../rooms.js';
import { HomeScreen } from './home.js';
import { TerminalScreen } from './terminal.js';
import { loadOperatorTexts, op } from './texts.js';

/** The supporting operators: acknowledge once, then one search box. */
export async function open(): Promise<Room> {
  await loadOperatorTexts();
  const texts = op().nav;
  return {
    links: [
      { to: '/', label: texts.desk },
      { to: '/terminal', label: texts.terminal },
    ],
    screens: [
      { pattern: '/', Screen: HomeScreen },
      { pattern: '/terminal', Screen: TerminalScreen },
    ],
  };
}
