import { CertificateScreen } from '../../screens/certificate.js';
import { ChangesScreen } from '../../screens/changes.js';
import { HoldsScreen } from '../../screens/holds.js';
import { ProofScreen } from '../../screens/proof.js';
import { PurgesScreen } from '../../screens/purges.js';
import { loadScreenTexts, s } from '../../screens/texts.js';
import type { Room } from '../rooms.js';
import { DeclarationsScreen } from './declarations.js';
import { HomeScreen } from './home.js';
import { co, loadComplianceTexts } from './texts.js';

/** 法令遵守責任者: the second person where time or sealed values are at stake; holds. */
export async function open(): Promise<Room> {
  await Promise.all([loadComplianceTexts(), loadScreenTexts()]);
  return {
    links: [
      { to: '/', label: co().home },
      { to: '/changes', label: s().changes.title },
      { to: '/declarations', label: co().declarations },
      { to: '/legal-holds', label: s().holds.title },
      { to: '/purges', label: s().purges.title },
      { to: '/proof', label: s().proof.title },
    ],
    screens: [
      { pattern: '/', Screen: HomeScreen },
      { pattern: '/changes', Screen: ChangesScreen },
      { pattern: '/declarations', Screen: DeclarationsScreen },
      { pattern: '/declarations/:id', Screen: CertificateScreen },
      { pattern: '/declarations/:id/certificate', Screen: CertificateScreen },
      { pattern: '/legal-holds', Screen: HoldsScreen },
      { pattern: '/purges', Screen: PurgesScreen },
      { pattern: '/proof', Screen: ProofScreen },
    ],
  };
}
