import { ChangesScreen } from '../../screens/changes.js';
import { HoldsScreen } from '../../screens/holds.js';
import { PurgesScreen } from '../../screens/purges.js';
import { loadScreenTexts, s } from '../../screens/texts.js';
import type { Room } from '../rooms.js';
import { AgreementScreen, AgreementsScreen } from './agreements.js';
import { HomeScreen } from './home.js';
import { ImportScreen } from './import.js';
import { OrganizationScreen, OrganizationsScreen } from './organizations.js';
import { PeopleScreen } from './people.js';
import { PersonScreen } from './person.js';
import { PlanScreen, PlansScreen } from './plans.js';
import { ProfileScreen, ProfilesScreen } from './profiles.js';
import { RecertifyScreen } from './recertify.js';
import { loadOfficerTexts, of } from './texts.js';
import { TerminalScreen } from './terminal.js';
import { TerminalsScreen } from './terminals.js';

/** 情報管理責任者: the facts that decide access; each change by two persons. */
export async function open(): Promise<Room> {
  await Promise.all([loadOfficerTexts(), loadScreenTexts()]);
  const texts = of();
  return {
    links: [
      { to: '/', label: texts.home.title },
      { to: '/changes', label: s().changes.title },
      { to: '/people', label: texts.person.title },
      { to: '/agreements', label: texts.agreement.title },
      { to: '/organizations', label: texts.organization.title },
      { to: '/terminals', label: texts.terminal.title },
      { to: '/field-profiles', label: texts.profile.title },
      { to: '/standing-plans', label: texts.plan.title },
      { to: '/legal-holds', label: s().holds.title },
      { to: '/purges', label: s().purges.title },
    ],
    screens: [
      { pattern: '/', Screen: HomeScreen },
      { pattern: '/changes', Screen: ChangesScreen },
      { pattern: '/organizations', Screen: OrganizationsScreen },
      { pattern: '/organizations/:id', Screen: OrganizationScreen },
      { pattern: '/agreements', Screen: AgreementsScreen },
      { pattern: '/agreements/:id', Screen: AgreementScreen },
      { pattern: '/people', Screen: PeopleScreen },
      { pattern: '/people/import', Screen: ImportScreen },
      { pattern: '/people/recertify', Screen: RecertifyScreen },
      { pattern: '/people/:id', Screen: PersonScreen },
      { pattern: '/terminals', Screen: TerminalsScreen },
      { pattern: '/terminals/:id', Screen: TerminalScreen },
      { pattern: '/field-profiles', Screen: ProfilesScreen },
      { pattern: '/field-profiles/:id', Screen: ProfileScreen },
      { pattern: '/standing-plans', Screen: PlansScreen },
      { pattern: '/standing-plans/:id', Screen: PlanScreen },
      { pattern: '/legal-holds', Screen: HoldsScreen },
      { pattern: '/purges', Screen: PurgesScreen },
    ],
  };
}
