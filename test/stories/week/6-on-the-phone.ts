import { found, nothing, refOf, shown } from '../giving.js';
import { refused } from '../narrator.js';
import { searchOf, type Holder, type Json, type Stage } from '../stage.js';
import type { SamplePoint } from '../storm.js';

/** 電話: a-01 at the terminal of an affiliated retailer, b-01 at that of an independent one. */
export async function onThePhone(stage: Stage, a: Holder, b: Holder): Promise<void> {
  stage.tell.chapter('第6章の続き 検索、照合、都度開示');
  await outage(stage, a, b);
  await nothingFound(stage, a);
  await alike(stage, a);
  await locked(stage, a, b);
  await resourceServer(stage, a);
}

const yes = ({ match }: { match: boolean }): string => (match ? '一致' : '不一致');

async function outage(stage: Stage, a: Holder, b: Holder): Promise<void> {
  const point = await stage.point('outage', 2);
  const body = await stage.use(a, '供給地点番号と電話番号の下4桁で検索', (op) => op.lookup(searchOf(point)), {
    status: 200,
    say: shown,
    check: (one) => found(one) && !JSON.stringify(one).includes(point.contract_holder_name),
  });
  const withheld = body.results[0]?.withheld.map(({ field, mode }) => `${field}(${mode})`) ?? [];
  stage.tell.note(`表示されないもの: ${withheld.join('、')}`);
  const ref = refOf(body);
  const name = 'contract_holder_name';
  await stage.use(a, '名義を照合（正しい名）', (op) => op.match(ref, name, point.contract_holder_name), {
    status: 200,
    say: yes,
    check: ({ match }) => match,
  });
  await stage.use(a, '名義を照合（別の名）', (op) => op.match(ref, name, '別人 太郎'), {
    status: 200,
    say: yes,
    check: ({ match }) => !match,
  });
  await stage.use(a, '電話番号を開示', (op) => op.reveal(ref, 'contact_phone'), {
    status: 200,
    say: (one) => `${one.value.slice(0, 3)}…（記録 ${one.record_id}）`,
  });
  await stage.use(
    a,
    '同じ番号をもう一度開示',
    (op) => op.reveal(ref, 'contact_phone'),
    refused(409, 'already_revealed'),
  );
  await stage.use(a, '名義を開示', (op) => op.reveal(ref, name), refused(403, 'field_mode_refused'));
  await stage.use(
    a,
    '小売電気事業者名を開示',
    (op) => op.reveal(ref, 'retailer_name'),
    refused(403, 'field_not_in_profile'),
  );
  await stage.use(
    b,
    'a-01 の参照を使う',
    (op) => op.reveal(ref, 'contact_phone'),
    refused(404, 'ref_unknown'),
  );
  await stage.use(
    a,
    '氏名で検索',
    (op) => op.lookup({ name: point.contract_holder_name, second_factor: { town_block: '本町1丁目1番' } }),
    refused(422, 'invalid_input'),
  );
  await stage.use(
    a,
    '用件「勧誘」で検索',
    (op) => op.lookup(searchOf(point), { purpose: 'sales' }),
    refused(422, 'invalid_input'),
  );
}

const wrongLast4 = (point: SamplePoint): string =>
  String((Number(point.contact_phone.slice(-4)) + 1) % 10_000).padStart(4, '0');

/** Not there, a wrong factor, elsewhere: one answer. */
async function nothingFound(stage: Stage, a: Holder): Promise<void> {
  const none = { status: 200, say: shown, check: nothing };
  const point = await stage.point('outage', 3);
  await stage.use(a, '下4桁を間違える', (op) => op.lookup(searchOf(point, wrongLast4(point))), none);
  const unknown = { ...point, supply_point_id: `${point.supply_point_id.slice(0, -4)}0000` };
  await stage.use(a, '存在しない番号で検索', (op) => op.lookup(searchOf(unknown)), none);
  const elsewhere = await stage.point('outage', 0, '131130');
  await stage.use(a, '対象区域の外（渋谷区）を検索', (op) => op.lookup(searchOf(elsewhere)), none);
}

/** LR-1, SCOPE-6: whose customer it is makes no difference. */
async function alike(stage: Stage, a: Holder): Promise<void> {
  const of = (code: string, at: number): Promise<SamplePoint> =>
    stage.pointWhere(
      (one) => one.outage_state === 'outage' && String(one['retailer_code']).startsWith(code),
      at,
    );
  const seen: string[] = [];
  for (const [whose, point] of [
    ['自社', await of('Z9101-', 2)],
    ['他社', await of('Z9102-', 2)],
  ] as const) {
    const body = await stage.use(a, `${whose}のお客さまを検索`, (op) => op.lookup(searchOf(point)), {
      status: 200,
      say: shown,
      check: (one) => {
        const [result] = one.results;
        seen.push(JSON.stringify([Object.keys(result?.fields ?? {}), result?.withheld]));
        return found(one) && seen.every((each) => each === seen[0]);
      },
    });
    stage.tell.note(`${Object.keys(body.results[0]?.fields ?? {}).length}項目、同じマスク`);
  }
}

/** Three failures by whomever: nobody gets in by this key. */
async function locked(stage: Stage, a: Holder, b: Holder): Promise<void> {
  const point = await stage.point('outage', 9);
  const wrong = searchOf(point, wrongLast4(point));
  const none = { status: 200, say: shown, check: nothing };
  await stage.use(a, '下4桁を推測（1回目）', (op) => op.lookup(wrong), none);
  await stage.use(b, '下4桁を推測（2回目、別の会社の人）', (op) => op.lookup(wrong), none);
  await stage.use(a, '下4桁を推測（3回目）', (op) => op.lookup(wrong), none);
  const right = searchOf(point);
  await stage.use(a, '正しい下4桁で検索', (op) => op.lookup(right), refused(403, 'search_locked'));
  await stage.use(b, '別の人が正しい下4桁で検索', (op) => op.lookup(right), refused(403, 'search_locked'));
}

/** AuthZEN: the decision is the recorded use. */
async function resourceServer(stage: Stage, a: Holder): Promise<void> {
  const point = await stage.point('outage', 2);
  type Evaluated = Json & { decision: boolean; context: { reason?: { code: string } } };
  const asking = (what: string, fields: string[], isPermitted: boolean): Promise<Evaluated> =>
    stage.tell.act(
      '資源サーバ',
      what,
      () =>
        stage.system<Evaluated>('/access/v1/evaluation', {
          subject: { type: 'access_token', id: a.operator.token ?? '' },
          action: { name: 'view' },
          resource: { type: 'supply_point', id: point.supply_point_id, properties: { fields } },
          context: {
            call: { id: 'c-2', direction: 'inbound', started_at: stage.in(0) },
            purpose: 'restoration_enquiry',
          },
        }),
      {
        status: 200,
        say: ({ decision, context }) => (decision ? '許可' : `許可しない（${context.reason?.code ?? ''}）`),
        check: ({ decision }) => decision === isPermitted,
      },
    );
  await asking('停電の状況を見せてよいか', ['outage_state', 'estimated_restoration_at'], true);
  await asking('使用量を見せてよいか', ['energy_usage_kwh'], false);
}
