import type { Room } from '../rooms.js';
import { CallScreen } from './call.js';
import { CallsScreen, DeclarationScreen } from './calls.js';
import { NominateScreen } from './nominate.js';
import { PeopleScreen } from './people.js';
import { TerminalsScreen } from './terminals.js';
import { loadSupervisorTexts, sv } from './texts.js';

/** The supervisors of the support: answer calls, know one's people. Never a customer's value. */
export async function open(): Promise<Room> {
  await loadSupervisorTexts();
  const texts = sv().nav;
  return {
    links: [
      { to: '/', label: texts.calls },
      { to: '/people', label: texts.people },
      { to: '/terminals', label: texts.terminals },
    ],
    screens: [
      { pattern: '/', Screen: CallsScreen },
      { pattern: '/calls/:id', Screen: CallScreen },
      { pattern: '/calls/:id/nominate', Screen: NominateScreen },
      { pattern: '/declarations/:id', Screen: DeclarationScreen },
      { pattern: '/people', Screen: PeopleScreen },
      { pattern: '/terminals', Screen: TerminalsScreen },
    ],
  };
}
