import { later } from '../../kit/later.js';
import type { Room } from '../rooms.js';
import { BoardScreen } from './board.js';
import { CallScreen } from './call.js';
import { DeclarationScreen } from './declaration.js';
import { DeclareScreen } from './declare.js';
import { GrantsScreen } from './grants.js';
import { NominationScreen } from './nomination.js';
import { hq, loadHqTexts } from './texts.js';

const ChangesScreen = later(async () => {
  const [{ ChangesScreen: Screen }] = await Promise.all([import('../../screens/changes.js'), screenTexts()]);
  return Screen;
});
const CertificateScreen = later(async () => {
  const [{ CertificateScreen: Screen }] = await Promise.all([
    import('../../screens/certificate.js'),
    screenTexts(),
  ]);
  return Screen;
});

async function screenTexts(): Promise<void> {
  await (await import('../../screens/texts.js')).loadScreenTexts();
}

/** The disaster headquarters: declare, confirm, call, approve, end. */
export async function open(): Promise<Room> {
  await loadHqTexts();
  const texts = hq().nav;
  return {
    links: [
      { to: '/', label: texts.board },
      { to: '/declare', label: texts.declare },
      { to: '/grants', label: hq().grants.list },
      { to: '/changes', label: texts.changes },
    ],
    screens: [
      { pattern: '/', Screen: BoardScreen },
      { pattern: '/declare', Screen: DeclareScreen },
      { pattern: '/grants', Screen: GrantsScreen },
      { pattern: '/changes', Screen: ChangesScreen },
      { pattern: '/declarations/:id', Screen: DeclarationScreen },
      { pattern: '/declarations/:id/call', Screen: CallScreen },
      { pattern: '/declarations/:id/certificate', Screen: CertificateScreen },
      { pattern: '/nominations/:id', Screen: NominationScreen },
    ],
  };
}
