import { Operator, Terminal, type LookupBody } from './actors.js';
import type { Given, Json, Stage } from './stage.js';
import type { SamplePoint } from './storm.js';

const shown = (body: LookupBody): string => {
  const fields = body.results[0]?.fields ?? {};
  const {
    supply_point_id: point,
    supply_address: address,
    outage_state: state,
    meter_reachability: meter,
  } = fields;
  return body.outcome === 'found'
    ? `${String(point)} / ${String(address)} / ${String(state)} / 計器 ${String(meter)}`
    : '該当なし';
};

export const searchOf = (point: SamplePoint, last4 = point.contact_phone.slice(-4)): Json => ({
  supply_point_id: point.supply_point_id,
  second_factor: { contact_phone_last4: last4 },
});

export async function credential(stage: Stage, grants: Given[]): Promise<Operator> {
  const { tell, storm } = stage;
  tell.chapter('本人確認と資格情報');
  const grant = grants.find((one) => one.person_id === 'operator-a-01');
  if (!grant) throw new Error('operator-a-01 has a grant');
  const person = await stage.person('operator-a-01');
  const { terminal } = await storm.enrolled();
  const operator = new Operator(person, terminal);
  await tell.act('応援者 a-01', '本人確認の前に資格情報を求める', () => operator.credential(grant.id), {
    status: 403,
    code: 'not_acknowledged',
  });
  const notice = await tell.act(
    '応援者 a-01',
    '注意事項を読む',
    () => person.get<{ version: string; text: string }>('/api/v1/notice'),
    {
      status: 200,
      say: (body) => `版 ${body.version}、${body.text.length}字`,
    },
  );
  await tell.act(
    '応援者 a-01',
    '本人確認',
    () => person.post(`/api/v1/grants/${grant.id}/acknowledge`, { notice_version: notice.version }),
    {
      status: 200,
      say: (body) => (body['live'] === true ? '付与は有効' : '無効'),
      check: (body) => body['live'] === true,
    },
  );
  const stranger = new Operator(person, new Terminal(storm.now));
  await tell.act('応援者 a-01', '登録のない端末から求める', () => stranger.credential(grant.id), {
    status: 403,
    code: 'unknown_terminal',
  });
  await tell.act('応援者 a-01', '登録された端末から求める', () => operator.credential(grant.id), {
    status: 200,
    say: (body) => `${String(body.expires_in)}秒有効、端末の鍵に結び付き`,
  });
  const other = new Operator(person, (await storm.enrolled()).terminal);
  await tell.act('応援者 a-01', '二台目の端末でも求める', () => other.credential(grant.id), {
    status: 409,
    code: 'other_terminal',
  });
  return operator;
}

export async function onThePhone(stage: Stage, operator: Operator): Promise<void> {
  const { tell } = stage;
  tell.chapter('電話: 検索、照合、都度開示');
  const point = await stage.point('outage');
  const found = await tell.act(
    '応援者 a-01',
    '供給地点番号と電話番号の下4桁で検索',
    () => operator.lookup(searchOf(point)),
    {
      status: 200,
      say: shown,
      check: (body) => body.outcome === 'found' && !JSON.stringify(body).includes(point.contract_holder_name),
    },
  );
  const ref = found.results[0]?.ref ?? '';
  const field = 'contract_holder_name';
  const yes = (body: { match: boolean }): string => (body.match ? '一致' : '不一致');
  await tell.act(
    '応援者 a-01',
    '名義を照合（正しい名）',
    () => operator.match(ref, field, point.contract_holder_name),
    { status: 200, say: yes, check: (body) => body.match },
  );
  await tell.act('応援者 a-01', '名義を照合（別の名）', () => operator.match(ref, field, '別人 太郎'), {
    status: 200,
    say: yes,
    check: (body) => !body.match,
  });
  await tell.act('応援者 a-01', '電話番号を開示', () => operator.reveal(ref, 'contact_phone'), {
    status: 200,
    say: (body) => `${body.value.slice(0, 3)}…（記録 ${body.record_id}）`,
  });
  await tell.act('応援者 a-01', '同じ番号をもう一度開示', () => operator.reveal(ref, 'contact_phone'), {
    status: 409,
    code: 'already_revealed',
  });
  await tell.act('応援者 a-01', '小売電気事業者名を開示', () => operator.reveal(ref, 'retailer_name'), {
    status: 403,
    code: 'field_not_in_profile',
  });
  await tell.act('応援者 a-01', '下4桁を間違える', () => operator.lookup(searchOf(point, '0000')), {
    status: 200,
    say: shown,
    check: (body) => body.outcome === 'no_result',
  });
  const elsewhere = await stage.point('outage', '131130');
  await tell.act('応援者 a-01', '対象区域の外（渋谷区）を検索', () => operator.lookup(searchOf(elsewhere)), {
    status: 200,
    say: shown,
    check: (body) => body.outcome === 'no_result',
  });
  const powered = await stage.point('energised');
  await tell.act(
    '応援者 a-01',
    '通電中の地点を受付番号なしで検索',
    () => operator.lookup(searchOf(powered)),
    {
      status: 200,
      say: (body) => `照合だけ（${Object.keys(body.results[0]?.fields ?? {}).length}項目は停電情報のみ）`,
      check: (body) => body.results[0]?.fields['supply_address'] === undefined,
    },
  );
  await tell.act(
    '応援者 a-01',
    '氏名で検索',
    () =>
      operator.lookup({ name: point.contract_holder_name, second_factor: { town_block: '本町1丁目1番' } }),
    { status: 422, code: 'invalid_input' },
  );
}

export async function resourceServer(stage: Stage, operator: Operator): Promise<void> {
  const { tell } = stage;
  tell.chapter('資源サーバ: AuthZEN の判断は、そのまま記録された利用');
  const point = await stage.point('outage');
  const asked = (fields: string[]): Json => ({
    subject: { type: 'access_token', id: operator.token ?? '' },
    action: { name: 'view' },
    resource: { type: 'supply_point', id: point.supply_point_id, properties: { fields } },
    context: {
      call: { id: 'c-2', direction: 'inbound', started_at: stage.storm.in(0) },
      purpose: 'restoration_enquiry',
    },
  });
  await tell.act(
    '資源サーバ',
    '停電の状況を見せてよいか',
    () => stage.system('/access/v1/evaluation', asked(['outage_state', 'estimated_restoration_at'])),
    {
      status: 200,
      check: (body) => body['decision'] === true,
      say: () => '許可',
    },
  );
  await tell.act(
    '資源サーバ',
    '使用量を見せてよいか',
    () => stage.system('/access/v1/evaluation', asked(['energy_usage_kwh'])),
    {
      status: 200,
      check: (body) => body['decision'] === false,
      say: (body) => `許可しない（${String((body['context'] as { reason: { code: string } }).reason.code)}）`,
    },
  );
}
