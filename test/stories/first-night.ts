import { Operator, Terminal, type LookupBody, type Person } from './actors.js';
import type { Narrator } from './narrator.js';
import { samplePoints, type SamplePoint, type Storm } from './storm.js';

type Json = Record<string, unknown>;
interface Named extends Json {
  id: string;
  number: string;
}

const JST = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  dateStyle: 'short',
  timeStyle: 'short',
});
const jst = (text: unknown): string => JST.format(new Date(String(text)));

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

const searchOf = (point: SamplePoint, last4 = point.contact_phone.slice(-4)): Json => ({
  supply_point_id: point.supply_point_id,
  second_factor: { contact_phone_last4: last4 },
});

/** The straight path and its refusals: one night of a typhoon, from the first alarm to the lift. */
export class FirstNight {
  private readonly people = new Map<string, Person>();

  constructor(
    private readonly storm: Storm,
    private readonly wheelingUrl: string,
    private readonly tell: Narrator,
  ) {}

  async play(): Promise<void> {
    await this.beforeTheStorm();
    const declaration = await this.declare();
    const call = await this.callForSupport(declaration.id);
    const nomination = await this.nominate(call.id);
    const grants = await this.approve(nomination);
    const operator = await this.credential(grants);
    await this.onThePhone(operator);
    await this.resourceServer(operator);
    await this.secondThoughts(grants, operator);
    await this.lift(declaration.id, operator);
    await this.afterwards(declaration.id);
  }

  private async person(id: string): Promise<Person> {
    const known = this.people.get(id) ?? (await this.storm.person(id));
    this.people.set(id, known);
    return known;
  }

  private async point(state: string, municipality = '272035'): Promise<SamplePoint> {
    const points = await samplePoints(this.wheelingUrl, municipality);
    const point = points.find((one) => one.outage_state === state);
    if (!point) throw new Error(`no sample point of ${municipality} is ${state}`);
    return point;
  }

  private async beforeTheStorm(): Promise<void> {
    const { tell } = this;
    tell.chapter('平常時: 誰も、何も見られない');
    const operator = await this.person('operator-a-01');
    const body = { call: {}, purpose: 'outage_enquiry', search: {} };
    await tell.act('応援者 a-01', 'トークンなしで検索', () => operator.post('/api/v1/lookups', body), {
      status: 401,
      code: 'invalid_token',
    });
    await tell.act(
      '応援者 a-01',
      '発令を試みる',
      () => operator.post('/api/v1/declarations', this.storm.declarationBody()),
      {
        status: 403,
        code: 'role_not_allowed',
      },
    );
    const point = await this.point('outage');
    const bare = {
      subject: { type: 'access_token', id: 'gr_0000000000000000' },
      action: { name: 'view' },
      resource: { type: 'supply_point', id: point.supply_point_id, properties: { fields: ['outage_state'] } },
      context: {
        call: { id: 'c-1', direction: 'inbound', started_at: this.storm.in(0) },
        purpose: 'outage_enquiry',
      },
    };
    await tell.act('資源サーバ', '付与の番号だけで判断を求める', () => this.evaluate(bare), {
      status: 200,
      check: (answer) => answer['decision'] === false,
      say: () => '許可しない',
    });
  }

  private async declare(): Promise<Named> {
    const { tell, storm } = this;
    tell.chapter('発令');
    const [first, second] = [await this.person('hq-1'), await this.person('hq-2')];
    const declaration = await tell.act(
      '本部 hq-1',
      '台風24号を発令',
      () => first.post<Named>('/api/v1/declarations', storm.declarationBody()),
      {
        status: 201,
        say: (body) => `${body.number}、${jst(body['hard_end_at'])} まで（未確認）`,
      },
    );
    const path = `/api/v1/declarations/${declaration.id}/confirm`;
    await tell.act('本部 hq-1', '自分で確認しようとする', () => first.post(path), {
      status: 403,
      code: 'same_person',
    });
    await tell.act('本部 hq-2', '発令を確認', () => second.post(path), {
      status: 200,
      say: (body) => `有効、${jst(body['hard_end_at'])} まで`,
    });
    return declaration;
  }

  private async callForSupport(declarationId: string): Promise<Named> {
    const { tell, storm } = this;
    tell.chapter('応援要請');
    const hq = await this.person('hq-1');
    const path = `/api/v1/declarations/${declarationId}/support-calls`;
    const supervisor = await this.person('supervisor-a');
    await tell.act('管理者 a', '自分から閲覧を求める', () => supervisor.post(path, storm.callBody()), {
      status: 403,
      code: 'role_not_allowed',
    });
    return tell.act(
      '本部 hq-1',
      '見本小売電気に40席、標本エナジーに20席の応援を要請',
      () => hq.post<Named>(path, storm.callBody()),
      {
        status: 201,
        say: (body) => `要請 ${body.number}`,
      },
    );
  }

  private async nominate(callId: string): Promise<string> {
    const { tell, storm } = this;
    tell.chapter('応援者の指名');
    const supervisor = await this.person('supervisor-a');
    const people = [
      'operator-a-01',
      'operator-a-02',
      'operator-a-37',
      'operator-a-38',
      'operator-a-39',
      'operator-a-40',
      'nobody',
    ];
    type Nomination = Json & { id: string; results: { person_id: string; verdict: string; code?: string }[] };
    const body = { people, ends_at: storm.in(4), note: '夜間班' };
    const nomination = await tell.act(
      '管理者 a',
      '7人を今から4時間のシフトに指名',
      () => supervisor.post<Nomination>(`/api/v1/support-calls/${callId}/nominations`, body),
      {
        status: 201,
        say: (answer) => `${answer.results.filter((one) => one.verdict === 'eligible').length}人が適格`,
        check: (answer) =>
          answer.results.map((one) => one.code ?? 'eligible').join() ===
          'eligible,eligible,training_expired,conflict_flag,not_recertified,sales_duty,person_unknown',
      },
    );
    for (const { person_id, code } of nomination.results)
      if (code !== undefined) tell.note(`${person_id}: ${code}`);
    return nomination.id;
  }

  private async approve(nominationId: string): Promise<{ id: string; person_id: string }[]> {
    const { tell } = this;
    tell.chapter('承認と付与');
    const path = `/api/v1/nominations/${nominationId}/approve`;
    const [supervisor, hq] = [await this.person('supervisor-a'), await this.person('hq-2')];
    await tell.act('管理者 a', '自分で承認しようとする', () => supervisor.post(path, {}), {
      status: 403,
      code: 'role_not_allowed',
    });
    type Approval = { grants: { id: string; person_id: string }[] };
    const { grants } = await tell.act('本部 hq-2', '承認', () => hq.post<Approval>(path, {}), {
      status: 200,
      say: (body) => `${body.grants.length}件を付与`,
    });
    return grants;
  }

  private async credential(grants: { id: string; person_id: string }[]): Promise<Operator> {
    const { tell, storm } = this;
    tell.chapter('本人確認と資格情報');
    const grant = grants.find((one) => one.person_id === 'operator-a-01');
    if (!grant) throw new Error('operator-a-01 has a grant');
    const person = await this.person('operator-a-01');
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

  private async onThePhone(operator: Operator): Promise<void> {
    const { tell } = this;
    tell.chapter('電話: 検索、照合、都度開示');
    const point = await this.point('outage');
    const found = await tell.act(
      '応援者 a-01',
      '供給地点番号と電話番号の下4桁で検索',
      () => operator.lookup(searchOf(point)),
      {
        status: 200,
        say: shown,
        check: (body) =>
          body.outcome === 'found' && !JSON.stringify(body).includes(point.contract_holder_name),
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
    const elsewhere = await this.point('outage', '131130');
    await tell.act(
      '応援者 a-01',
      '対象区域の外（渋谷区）を検索',
      () => operator.lookup(searchOf(elsewhere)),
      { status: 200, say: shown, check: (body) => body.outcome === 'no_result' },
    );
    const powered = await this.point('energised');
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

  private evaluate(body: Json): Promise<{ status: number; body: Json; headers: Headers }> {
    const basic = Buffer.from('demo-rs:demo-rs-secret').toString('base64');
    return this.systemCall('/access/v1/evaluation', body, basic);
  }

  private async systemCall(
    path: string,
    body: Json,
    basic: string,
  ): Promise<{ status: number; body: Json; headers: Headers }> {
    const { send } = await import('./actors.js');
    return send(`${this.storm.url}${path}`, 'POST', body, { authorization: `Basic ${basic}` });
  }

  private async resourceServer(operator: Operator): Promise<void> {
    const { tell } = this;
    tell.chapter('資源サーバ: AuthZEN の判断は、そのまま記録された利用');
    const point = await this.point('outage');
    const asked = (fields: string[]): Json => ({
      subject: { type: 'access_token', id: operator.token ?? '' },
      action: { name: 'view' },
      resource: { type: 'supply_point', id: point.supply_point_id, properties: { fields } },
      context: {
        call: { id: 'c-2', direction: 'inbound', started_at: this.storm.in(0) },
        purpose: 'restoration_enquiry',
      },
    });
    await tell.act(
      '資源サーバ',
      '停電の状況を見せてよいか',
      () => this.evaluate(asked(['outage_state', 'estimated_restoration_at'])),
      {
        status: 200,
        check: (body) => body['decision'] === true,
        say: () => '許可',
      },
    );
    await tell.act('資源サーバ', '使用量を見せてよいか', () => this.evaluate(asked(['energy_usage_kwh'])), {
      status: 200,
      check: (body) => body['decision'] === false,
      say: (body) => `許可しない（${String((body['context'] as { reason: { code: string } }).reason.code)}）`,
    });
  }

  private async secondThoughts(
    grants: { id: string; person_id: string }[],
    operator: Operator,
  ): Promise<void> {
    const { tell } = this;
    tell.chapter('取消と返却');
    const second = grants.find((one) => one.person_id === 'operator-a-02');
    if (!second) throw new Error('operator-a-02 has a grant');
    const monitor = await this.person('auditor-1');
    await tell.act(
      '監視 auditor-1',
      'a-02 の付与を取り消す',
      () => monitor.post(`/api/v1/grants/${second.id}/revoke`, { reason: '勤務の変更を確認したため' }),
      {
        status: 200,
        say: (body) => `無効（${String(body['why_not'])}）`,
        check: (body) => body['live'] === false,
      },
    );
    const other = await this.person('operator-a-02');
    await tell.act(
      '応援者 a-02',
      '取り消された付与で資格情報を求める',
      () => new Operator(other, operator.terminal).credential(second.id),
      { status: 403, code: 'revoked' },
    );
    await tell.act(
      '応援者 a-02',
      '他人の付与を見る',
      () => other.get(`/api/v1/grants/${grants[0]?.id ?? ''}`),
      { status: 404, code: 'not_found' },
    );
  }

  private async lift(declarationId: string, operator: Operator): Promise<void> {
    const { tell } = this;
    tell.chapter('解除');
    const hq = await this.person('hq-3');
    await tell.act(
      '本部 hq-3',
      '解除',
      () => hq.post(`/api/v1/declarations/${declarationId}/lift`, { reason: '全戸の復旧を確認した' }),
      {
        status: 200,
        say: (body) => (body['live'] === false ? '直ちに終了' : '有効のまま'),
        check: (body) => body['live'] === false,
      },
    );
    const point = await this.point('outage');
    await tell.act('応援者 a-01', '解除の直後に検索', () => operator.lookup(searchOf(point)), {
      status: 403,
      code: 'lifted',
    });
    const form = { token: operator.token ?? '' };
    await tell.act(
      '資源サーバ',
      'トークンを照会',
      () =>
        this.systemCall('/oauth/introspect', form, Buffer.from('demo-rs:demo-rs-secret').toString('base64')),
      {
        status: 200,
        check: (body) => body['active'] === false,
        say: () => '無効',
      },
    );
  }

  private async afterwards(declarationId: string): Promise<void> {
    const { tell } = this;
    tell.chapter('記録');
    const auditor = await this.person('auditor-2');
    type Records = {
      items: {
        type: string;
        decision: string;
        code: string | null;
        use_no: number | null;
        person_id: string;
      }[];
    };
    const { items } = await tell.act(
      '監視 auditor-2',
      'この発令のすべての記録を読む',
      () => auditor.get<Records>(`/api/v1/records?declaration=${declarationId}&limit=100`),
      {
        status: 200,
        say: (body) => `${body.items.length}件`,
        check: (body) => body.items.length > 20,
      },
    );
    for (const { type, decision, code, use_no: useNo, person_id: personId } of [...items].reverse()) {
      const outcome = { done: '', permit: '○', refuse: '×' }[decision] ?? '';
      tell.note(
        [type, outcome, code ?? '', useNo === null ? '' : `利用${useNo}`, personId].filter(Boolean).join(' '),
      );
    }
  }
}
