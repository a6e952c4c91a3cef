import type { FindingType, Severity } from '../desk/finding.js';
import { afterTheEnd, outsideArea, ShiftEdges, TwoPlaces, wrongTerminal } from './rules.entry.js';
import {
  contractorEnquiry,
  ListWithoutCalls,
  OthersOnly,
  outboundOfOthers,
  SpellingTries,
} from './rules.types.js';
import { ManyPoints } from './rules.points.js';
import { QuietDisaster, RepeatedViews } from './rules.views.js';
import type { Rule, RuleName } from './sign.js';

interface RuleText {
  /** The kind of finding that it would become. */
  finding: FindingType;
  severity: Severity;
  /** What was seen, and from which number on. */
  ja: string;
  en: string;
  /** What the person may lawfully do instead (domain §1.8). */
  lawful: { ja: string; en: string } | null;
  make: () => Rule;
}

const CONTRACTOR = { ja: '一般送配電事業者の窓口へ案内する', en: 'Refer the caller to the network utility.' };
const RECEIVABLES = {
  ja: '別の方法で未収金の回収可能性を判断する',
  en: 'Judge collectability by other means.',
};
const BILL = {
  ja: '現小売電気事業者からの請求書に記載されている情報を再確認する',
  en: 'Check what the bill of the present retailer says.',
};
const PUBLISHED = { ja: '公表データを利用する', en: 'Use published data.' };

/** Initial thresholds of domain §1.8. A change of one is a change of this file, and is recorded with each analysis by `RULES_VERSION`. */
export const RULES_VERSION = '2';

// prettier-ignore
export const RULES = {
  after_the_end: { finding: 'outside_declaration', severity: 'high', lawful: null, make: afterTheEnd,
    ja: '終了したあとの利用の試みが3回以上', en: 'three tries or more after the end' },
  outside_area: { finding: 'outside_area', severity: 'high', lawful: null, make: outsideArea,
    ja: '対象区域の外の供給地点への試みが3回以上', en: 'three tries or more outside the area' },
  wrong_terminal: { finding: 'wrong_terminal', severity: 'high', lawful: null, make: wrongTerminal,
    ja: '自分のものでない端末からの利用の試み', en: 'a try from another machine than the enrolled one' },
  two_places: { finding: 'two_places', severity: 'high', lawful: null, make: () => new TwoPlaces(),
    ja: '5分以内に2台の端末から', en: 'two machines within five minutes' },
  shift_edges: { finding: 'shift_edges', severity: 'medium', lawful: null, make: () => new ShiftEdges(),
    ja: 'シフトの最初と最後の5分に、8件以上のうち半分以上', en: 'half of eight uses or more in the first and last five minutes' },
  repeated_views: { finding: 'repeated_views', severity: 'medium', lawful: null, make: () => new RepeatedViews(),
    ja: '同じ人が同じ供給地点を1日に3通話以上で', en: 'one person, one supply point, three calls or more in a day' },
  quiet_disaster: { finding: 'quiet_disaster', severity: 'medium', lawful: null, make: () => new QuietDisaster(),
    ja: '通話が増えないのに閲覧が前の1時間の1.5倍以上（30件以上）', en: 'views rise by half within an hour (30 or more), and calls do not' },
  contractor_enquiry: { finding: 'contractor_enquiry', severity: 'high', lawful: CONTRACTOR, make: contractorEnquiry,
    ja: '通電中の供給地点の設備の項目を、停電の票なしに', en: 'equipment of premises with power, without a ticket' },
  list_without_calls: { finding: 'receivables', severity: 'high', lawful: RECEIVABLES, make: () => new ListWithoutCalls(),
    ja: '受電のないまま、または一つの通話のまま、続けて3地点以上', en: 'three points or more in a row, outgoing or under one call' },
  spelling_tries: { finding: 'switching', severity: 'medium', lawful: BILL, make: () => new SpellingTries(),
    ja: '一つの供給地点の名義の照合が3回以上', en: 'three tries or more at the name of one supply point' },
  outbound_of_others: { finding: 'outbound_sales', severity: 'high', lawful: BILL, make: outboundOfOthers,
    ja: '発信の通話で他社のお客さまを閲覧', en: "another retailer's customer, in an outgoing call" },
  others_only: { finding: 'outbound_sales', severity: 'medium', lawful: BILL, make: () => new OthersOnly(),
    ja: '20件以上のうち他社のお客さまが9割を超え、同じ発令の全体より1割以上多い', en: "over nine in ten of twenty uses or more are of others' customers, a tenth above the declaration's share" },
  many_points: { finding: 'analysis', severity: 'high', lawful: PUBLISHED, make: () => new ManyPoints(),
    ja: '1時間に30を超える供給地点を、その半分に満たない通話で', en: 'more than thirty points an hour, with fewer than half as many calls' },
} as const satisfies Record<RuleName, RuleText>;

/** What would need data that this broker has not: told with each analysis, so that nobody takes silence for innocence. */
export const NOT_COVERED = [
  { finding: 'moving_in', ja: '再点・開始申込の拒否との突合', en: 'refused applications to move in' },
  {
    finding: 'switching',
    ja: '廃止取次・スイッチングの申込とエラーとの突合',
    en: 'switching requests and their errors',
  },
  { finding: 'receivables', ja: '未収金の名簿との突合', en: 'lists of debtors' },
  { finding: 'outbound_sales', ja: '営業の架電名簿との突合', en: 'campaign lists' },
  {
    finding: 'analysis',
    ja: '新築・同じ街区の偏り、画面の撮影',
    en: 'new buildings, one block, photographs of a screen',
  },
] as const;
