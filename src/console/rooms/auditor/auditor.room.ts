import { CertificateScreen } from '../../screens/certificate.js';
import { HoldsScreen } from '../../screens/holds.js';
import { ProofScreen } from '../../screens/proof.js';
import { PurgesScreen } from '../../screens/purges.js';
import { loadScreenTexts, s } from '../../screens/texts.js';
import type { Room } from '../rooms.js';
import { AnalysesScreen, AnalysisScreen } from './analyses.js';
import { DeclarationScreen, DeclarationsScreen } from './declarations.js';
import { ExportsScreen } from './exports.js';
import { FindingScreen, FindingsScreen, NewFindingScreen } from './findings.js';
import { GrantScreen } from './grant.js';
import { HomeScreen } from './home.js';
import { PeopleScreen, PersonScreen } from './person.js';
import { RecordScreen } from './record.js';
import { RecordsScreen } from './records.js';
import { ExtractScreen, FairnessScreen, FrequencyScreen, ReportsScreen, RetentionScreen } from './reports.js';
import {
  RetailerScreen,
  RoomsScreen,
  SampleScreen,
  TrainingScreen,
  ViewersScreen,
} from './roster-reports.js';
import { au, loadAuditorTexts } from './texts.js';
import { DayScreen, PointScreen } from './trails.js';

/** 社内監視部門 and 規制当局: find, read, prove, export; the regulator makes no findings and opens nothing. */
export async function open(): Promise<Room> {
  await Promise.all([loadAuditorTexts(), loadScreenTexts()]);
  const texts = au();
  return {
    links: [
      { to: '/', label: texts.home.title },
      { to: '/records', label: texts.records.title },
      { to: '/declarations', label: texts.declaration.list },
      { to: '/people', label: texts.person.list },
      { to: '/findings', label: texts.findings.title },
      { to: '/analyses', label: texts.analyses.title },
      { to: '/reports', label: texts.reports.title },
      { to: '/exports', label: texts.exports.title },
      { to: '/proof', label: s().proof.title },
      { to: '/legal-holds', label: s().holds.title },
    ],
    screens: [
      { pattern: '/', Screen: HomeScreen },
      { pattern: '/records', Screen: RecordsScreen },
      { pattern: '/records/:id', Screen: RecordScreen },
      { pattern: '/declarations', Screen: DeclarationsScreen },
      { pattern: '/declarations/:id', Screen: DeclarationScreen },
      { pattern: '/declarations/:id/certificate', Screen: CertificateScreen },
      { pattern: '/grants/:id', Screen: GrantScreen },
      { pattern: '/people', Screen: PeopleScreen },
      { pattern: '/people/:id', Screen: PersonScreen },
      { pattern: '/people/:id/day', Screen: DayScreen },
      { pattern: '/supply-points/:ref', Screen: PointScreen },
      { pattern: '/findings', Screen: FindingsScreen },
      { pattern: '/findings/new', Screen: NewFindingScreen },
      { pattern: '/findings/:id', Screen: FindingScreen },
      { pattern: '/analyses', Screen: AnalysesScreen },
      { pattern: '/analyses/:id', Screen: AnalysisScreen },
      { pattern: '/reports', Screen: ReportsScreen },
      { pattern: '/reports/retention', Screen: RetentionScreen },
      { pattern: '/reports/fairness', Screen: FairnessScreen },
      { pattern: '/reports/frequency', Screen: FrequencyScreen },
      { pattern: '/reports/extract', Screen: ExtractScreen },
      { pattern: '/reports/training', Screen: TrainingScreen },
      { pattern: '/reports/rooms', Screen: RoomsScreen },
      { pattern: '/reports/viewers', Screen: ViewersScreen },
      { pattern: '/reports/sample', Screen: SampleScreen },
      { pattern: '/reports/retailer', Screen: RetailerScreen },
      { pattern: '/exports', Screen: ExportsScreen },
      { pattern: '/proof', Screen: ProofScreen },
      { pattern: '/legal-holds', Screen: HoldsScreen },
      { pattern: '/purges', Screen: PurgesScreen },
    ],
  };
}
