import { calling, found, given, grantOf, shown, takenUp } from '../giving.js';
import { refused } from '../narrator.js';
import { searchOf, type Holder, type Stage } from '../stage.js';
import { seat, type Prepared } from './1-preparations.js';
import type { Typhoon } from './4-declaration.js';
import type { Supported } from './5-support.js';

/** What access stands on ends in the middle of a shift: with it ends the access, at the second officer's word. */
export async function masterDataEnds(
  stage: Stage,
  prepared: Prepared,
  typhoon: Typhoon,
  { grants }: Supported,
  a: Holder,
): Promise<void> {
  stage.tell.chapter('第8章の続き プロファイル、会社、契約の終わり');
  const point = await stage.point('outage', 31);
  const looking = (holder: Holder, what: string, code?: string): Promise<unknown> =>
    stage.use(
      holder,
      what,
      (operator) => operator.lookup(searchOf(point)),
      code === undefined ? { status: 200, say: shown, check: found } : refused(403, code),
    );

  const organizations = [{ organization_id: 'retailer-b', seats: 1 }];
  const more = { organizations, field_profile: 'outage-lean' };
  const call = await calling(stage, typhoon, '標本エナジー、停電の状況だけ', more);
  const asked = { by: 'supervisor-b', call, people: ['operator-b-12'], ends_at: stage.storm.in(4) };
  const grantId = grantOf(await given(stage, asked), 'operator-b-12');
  const lean = await takenUp(stage, 'operator-b-12', grantId, await seat(stage, 'retailer-b'));
  await looking(lean, '検索');
  await stage.agreed('「停電の状況だけ」のプロファイルを廃止', 'POST', 'field-profiles/outage-lean/retire');
  await looking(lean, '廃止のあとで検索', 'profile_retired');

  const [own] = prepared.seats['retailer-c'];
  if (!own) throw new Error('retailer-c has a terminal');
  const ofC = await takenUp(stage, 'operator-c-01', grantOf(grants, 'operator-c-01'), own);
  await looking(ofC, '検索');
  await stage.agreed('例示電力の登録を終える', 'POST', 'organizations/retailer-c/retire');
  await looking(ofC, '登録の終わったあとで検索', 'agreement_invalid');

  await looking(a, '検索');
  await stage.agreed('見本小売電気との契約を終える', 'POST', 'agreements/ag_retailer-a/retire');
  await looking(a, '契約の終わったあとで検索', 'agreement_invalid');
  await looking(typhoon.first, '別の会社の付与は続く');
}
