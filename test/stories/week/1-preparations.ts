import { Terminal } from '../actors.js';
import { nominationOf, nominationsPath } from '../giving.js';
import { refused } from '../narrator.js';
import type { Listed, Seat, Stage } from '../stage.js';
import { newcomer } from './1-peacetime.js';

export const RETAILERS = ['retailer-a', 'retailer-b', 'retailer-c'] as const;
type Retailer = (typeof RETAILERS)[number];
export const supervisorOf = (retailer: Retailer): string => retailer.replace('retailer', 'supervisor');

/** Terminals of each retailer, and the standing plan. */
export interface Prepared {
  seats: Record<Retailer, Seat[]>;
  plan: string;
}

/** 平時の備え: a retailer registers, terminals are enrolled, a standing plan is agreed; none of it opens anything. */
export async function preparations(stage: Stage): Promise<Prepared> {
  stage.tell.chapter('第1章の続き 平時の備え');
  await newRetailer(stage);
  const seats = {
    'retailer-a': [await seat(stage, 'retailer-a'), await seat(stage, 'retailer-a')],
    'retailer-b': [await seat(stage, 'retailer-b')],
    'retailer-c': [await seat(stage, 'retailer-c')],
  };
  const [first] = seats['retailer-a'];
  await stage.agreed('端末を a-01 に貸し出す', 'PATCH', `terminals/${first?.id ?? ''}`, {
    checked_out_to: 'operator-a-01',
    room_entry_log_ref: '入室-1',
  });
  await stage.act(
    'officer-1',
    '登録のない部屋に端末を置こうとする',
    (officer) => officer.call('PATCH', `/api/v1/terminals/${first?.id ?? ''}`, { room: 'home-office' }),
    refused(422, 'unknown_room'),
  );
  return { seats, plan: await standingPlan(stage) };
}

let serial = 0;

/** A terminal with a key of its own, enrolled by two officers. */
export async function seat(stage: Stage, organization: Retailer): Promise<Seat> {
  const terminal = new Terminal(stage.storm.now);
  serial += 1;
  const id = await stage.agreed(`${organization} の端末を登録`, 'POST', 'terminals', {
    serial: `PC-${String(serial).padStart(4, '0')}`,
    organization_id: organization,
    custodian_person_id: supervisorOf(organization),
    room: 'osaka-support-1',
    jwk: terminal.jwk,
  });
  return { id, terminal };
}

/** FAIR-1: whoever is registered is called on the same terms. */
async function newRetailer(stage: Stage): Promise<void> {
  const { storm } = stage;
  await stage.agreed('小売電気事業者 retailer-c（例示電力）を登録', 'POST', 'organizations', {
    id: 'retailer-c',
    kind: 'retailer',
    name: '例示電力',
    is_affiliated: false,
    retailer_code: 'Z9103',
  });
  await stage.agreed('例示電力との業務委託契約を登録', 'POST', 'agreements', {
    organization_id: 'retailer-c',
    number: '災害-C-001',
    valid_from: storm.in(-1),
    valid_until: storm.in(24 * 300),
    clauses: [
      'tasks',
      'confidentiality',
      'personal_data',
      'sub_contracting',
      'log_consent',
      'penalty',
      'no_group_sharing',
    ],
    legal_ground: 'disaster',
    chosen_by: 'public_call',
    chosen_reason: '登録された小売電気事業者すべてに同じ条件で公募した',
    sub_contracting_permitted: false,
  });
  const supervisor = {
    id: 'supervisor-c',
    natural_person_key: 'np-supervisor-c',
    role: 'supervisor',
    name: '統括 ちなつ',
    employment: 'employee',
  };
  await stage.agreed('例示電力の在籍者名簿を取り込む', 'POST', 'people', {
    organization_id: 'retailer-c',
    feed_as_of: storm.in(-1),
    people: [supervisor, newcomer(stage, 'operator-c-01')],
  });
}

async function standingPlan(stage: Stage): Promise<string> {
  const people = ['11', '12', '13', '14', '15'].map((number) => `operator-a-${number}`);
  const body = {
    organization_id: 'retailer-a',
    field_profile: 'outage-call',
    people,
    seats: 3,
    shift_hours_max: 8,
    valid_from: stage.in(-60),
    valid_until: stage.storm.in(24 * 60),
  };
  const proposal = await stage.act(
    'officer-1',
    '常設計画（a-11〜a-15、3席、60日）を提案',
    (officer) => officer.post('/api/v1/standing-plans', body),
    { status: 202, say: () => '確認待ち' },
  );
  await stage.confirmedByAnother(proposal, 'officer-1', 'officer-2');
  await stage.act(
    'officer-1',
    '91日の常設計画を提案',
    (officer) => officer.post('/api/v1/standing-plans', { ...body, valid_until: stage.storm.in(24 * 91) }),
    refused(422, 'invalid_input'),
  );
  const shift = { by: 'supervisor-a', call: 'sc_0000000000000000', people, ends_at: stage.storm.in(4) };
  await stage.act(
    'supervisor-a',
    '計画の5人を、要請のないまま指名',
    (person) => person.post(nominationsPath(shift.call), nominationOf(shift)),
    refused(404, 'not_found'),
  );
  await stage.act(
    'operator-a-11',
    '自分の付与を見る',
    (person) => person.get<Listed<unknown>>('/api/v1/grants'),
    { status: 200, say: () => '計画があっても、付与はない', check: (body) => body.items.length === 0 },
  );
  const plans = '/api/v1/standing-plans';
  type Plans = Listed<{ id: string }>;
  const all = await stage.act('regulator-1', '常設計画を確かめる', (person) => person.get<Plans>(plans), {
    status: 200,
    say: (answer) => `${answer.items.length}件`,
    check: (answer) => answer.items.length === 1,
  });
  return all.items[0]?.id ?? '';
}
