import { Client } from 'pg';
import { GATE_LOCK } from '../../src/database/database.js';
import { CLOSING_NOTICE } from '../../src/grants/notice.js';
import { Broker } from '../harness/broker.js';
import { StillClock } from '../laws/still-clock.js';
import { darkPoints, refusalOf, Witnesses } from '../laws/witnesses.js';
import { Operator, type Answer } from '../stories/actors.js';
import { expectStatus, type Storm } from '../stories/storm.js';

type Grant = Record<string, unknown> & { id: string; live: boolean; why_not: string[] };

/** Nominated and approved for a shift of that declaration. */
async function given(
  storm: Storm,
  personId: string,
  declarationId: string,
  shift: Record<string, unknown> = {},
): Promise<string> {
  const supervisor = personId.startsWith('operator-a') ? 'supervisor-a' : 'supervisor-b';
  const call = await storm.called(declarationId);
  const nomination = await storm.nominated(call.id, [personId], shift, supervisor);
  const [grant] = await storm.approved(nomination.id);
  if (!grant) throw new Error(`no grant for ${personId}: ${JSON.stringify(nomination.results)}`);
  return grant.id;
}

const act = async (storm: Storm, by: string, grantId: string, what: string): Promise<Answer<Grant>> =>
  (await storm.person(by)).post<Grant>(`/api/v1/grants/${grantId}/${what}`, { reason: '確認のため' });

describe('停止 and 再開', () => {
  let broker: Broker;
  let storm: Storm;
  let declarationId: string;
  let witnesses: Witnesses;
  beforeAll(async () => {
    broker = await Broker.start();
    ({ storm } = broker);
    declarationId = (await storm.declared()).id;
    const [point] = await darkPoints(broker);
    if (!point) throw new Error('the sample has points in outage');
    witnesses = new Witnesses(storm, point);
  });
  afterAll(() => broker.stop());

  it.each([
    ['headquarters', 'hq-1'],
    ['a monitor', 'auditor-1'],
    ['the own supervisor', 'supervisor-a'],
  ])('is done by %s, and closes everything at once', async (who, by) => {
    const number = { headquarters: '01', 'a monitor': '02', 'the own supervisor': '03' }[who];
    const subject = await storm.operator(`operator-a-${number}`, declarationId);
    await witnesses.sayYes(subject);
    const suspended = expectStatus(await act(storm, by, subject.grantId, 'suspend'), 200);
    expect(suspended).toMatchObject({ live: false, why_not: ['suspended'], resumed_at: null });
    await witnesses.sayNo(subject, 'suspended');

    // Once more by the same person changes nothing, and is not a second act.
    const again = expectStatus(await act(storm, by, subject.grantId, 'suspend'), 200);
    expect(again['suspended_at']).toBe(suspended['suspended_at']);
    const records = await broker.records(`type = 'grant.suspended' and grant_id = $1`, [subject.grantId]);
    expect(records).toMatchObject([{ person_id: by }]);
  });

  it('is nobody else’s', async () => {
    const grant = await given(storm, 'operator-a-04', declarationId);
    expect(refusalOf(await act(storm, 'supervisor-b', grant, 'suspend'))).toEqual([404, 'not_found']);
    for (const [by, what] of [
      ['operator-a-04', 'suspend'],
      ['officer-1', 'suspend'],
      ['supervisor-a', 'resume'],
      ['auditor-1', 'resume'],
    ] as const) {
      expect(refusalOf(await act(storm, by, grant, what))).toEqual([403, 'role_not_allowed']);
    }
    expect(await broker.records(`type = 'grant.suspended' and grant_id = $1`, [grant])).toEqual([]);
  });

  it('is taken back by another HQ person, and opens only after a fresh 本人確認', async () => {
    const subject = await storm.operator('operator-a-05', declarationId);
    const { operator, grantId } = subject;
    expect(refusalOf(await act(storm, 'hq-2', grantId, 'resume'))).toEqual([409, 'not_suspended']);
    await act(storm, 'hq-1', grantId, 'suspend');
    expect(refusalOf(await act(storm, 'hq-1', grantId, 'resume'))).toEqual([403, 'same_person']);

    const resumed = expectStatus(await act(storm, 'hq-2', grantId, 'resume'), 200);
    expect(resumed).toMatchObject({ live: false, why_not: ['not_acknowledged'] });
    expect(resumed['resumed_at']).not.toBeNull();
    expect(refusalOf(await act(storm, 'hq-3', grantId, 'resume'))).toEqual([409, 'not_suspended']);
    await witnesses.sayNo(subject, 'not_acknowledged');
    expect(refusalOf(await operator.credential(grantId))).toEqual([403, 'not_acknowledged']);

    await storm.acknowledged(operator.person, grantId);
    expectStatus(await operator.credential(grantId), 200);
    await witnesses.sayYes(subject);
    const { version } = expectStatus(await operator.person.get<{ version: string }>('/api/v1/notice'), 200);
    const path = `/api/v1/grants/${grantId}/acknowledge`;
    const twice = await operator.person.post(path, { notice_version: version });
    expect(refusalOf(twice)).toEqual([409, 'already_acknowledged']);
    const types = await broker.records<{ type: string }>(`grant_id = $1 and type like 'grant.%'`, [grantId]);
    expect(types.map((record) => record.type)).toEqual([
      'grant.given',
      'grant.acknowledged',
      'grant.suspended',
      'grant.resumed',
      'grant.acknowledged',
    ]);
  });

  it('counts by whom it was asked for: each is on record, and none of them resumes', async () => {
    const grant = await given(storm, 'operator-a-08', declarationId);
    const suspenders = ['supervisor-a', 'auditor-1', 'hq-1'];
    for (const by of suspenders) expectStatus(await act(storm, by, grant, 'suspend'), 200);
    const records = await broker.records(`type = 'grant.suspended' and grant_id = $1`, [grant]);
    expect(records).toMatchObject(suspenders.map((by) => ({ person_id: by })));
    expect(refusalOf(await act(storm, 'hq-1', grant, 'resume'))).toEqual([403, 'same_person']);
    // Nor when another asked for it last.
    expectStatus(await act(storm, 'hq-3', grant, 'suspend'), 200);
    expect(refusalOf(await act(storm, 'hq-1', grant, 'resume'))).toEqual([403, 'same_person']);
    expectStatus(await act(storm, 'hq-2', grant, 'resume'), 200);

    // The resumption settled those; of the next suspension only its own count.
    expectStatus(await act(storm, 'auditor-1', grant, 'suspend'), 200);
    expectStatus(await act(storm, 'hq-1', grant, 'resume'), 200);
  });

  it('is not for what has ended', async () => {
    const grant = await given(storm, 'operator-a-06', declarationId);
    await act(storm, 'hq-1', grant, 'suspend');
    await act(storm, 'hq-1', grant, 'revoke');
    for (const what of ['suspend', 'resume']) {
      expect(refusalOf(await act(storm, 'hq-2', grant, what))).toEqual([409, 'grant_ended']);
    }
  });

  it('holds in the order of the acts, though all of them happen in one millisecond', async () => {
    const grantId = await given(storm, 'operator-a-07', declarationId);
    const still = await StillClock.of(broker);
    const person = await still.storm.person('operator-a-07');
    const whyNot = async (): Promise<string[]> =>
      expectStatus(await person.get<Grant>(`/api/v1/grants/${grantId}`), 200).why_not;
    await still.standAt(storm.now() + 1000);
    await still.storm.acknowledged(person, grantId);
    for (const [by, other] of [
      ['hq-1', 'hq-2'],
      ['hq-3', 'hq-1'],
    ] as const) {
      expect(await whyNot()).toEqual([]);
      expectStatus(await act(still.storm, by, grantId, 'suspend'), 200);
      expect(await whyNot()).toEqual(['suspended']);
      expectStatus(await act(still.storm, other, grantId, 'resume'), 200);
      expect(await whyNot()).toEqual(['not_acknowledged']);
      await still.storm.acknowledged(person, grantId);
    }
    expect(await whyNot()).toEqual([]);
  });
});

describe('一括取消', () => {
  let broker: Broker;
  let storm: Storm;
  beforeAll(async () => {
    broker = await Broker.start();
    ({ storm } = broker);
  });
  afterAll(() => broker.stop());

  type RevokedAll = { revoked: number; grants: string[] };
  const revokeAll = async (by: string, id: string, more: object = {}): Promise<Answer<RevokedAll>> =>
    (await storm.person(by)).post(`/api/v1/declarations/${id}/revoke-all`, { reason: '誤った発令', ...more });

  it.each([
    [false, ''],
    [true, 'drill.'],
  ])('ends every grant of one organization, then of all (drill: %s)', async (isDrill, prefix) => {
    const letters = isDrill ? ['11', '12', '13'] : ['01', '02', '03'];
    const { id } = await storm.declared({ is_drill: isDrill });
    const [one = '', other = '', done = ''] = await Promise.all(
      letters.map((n) => given(storm, `operator-a-${n}`, id)),
    );
    const ofB = await given(storm, `operator-b-${letters[0]}`, id);
    const elsewhere = await given(storm, `operator-b-${letters[1]}`, (await storm.declared()).id);
    const person = await storm.person(`operator-a-${letters[2]}`);
    expectStatus(await person.post(`/api/v1/grants/${done}/hand-back`), 200);

    const first = expectStatus(await revokeAll('auditor-1', id, { organization_id: 'retailer-a' }), 200);
    expect({ ...first, grants: [...first.grants].sort() }).toEqual({
      revoked: 2,
      grants: [one, other].sort(),
    });
    expect(expectStatus(await revokeAll('hq-1', id), 200)).toEqual({ revoked: 1, grants: [ofB] });
    expect(expectStatus(await revokeAll('hq-1', id), 200)).toEqual({ revoked: 0, grants: [] });

    const records = await broker.records<{ type: string; grant_id: string | null; payload: string }>(
      `declaration_id = $1 and type like '%revoked'`,
      [id],
    );
    const acts = records.filter((record) => record.type === `${prefix}declaration.grants_revoked`);
    expect(acts.map((record) => (JSON.parse(record.payload) as { details: object }).details)).toMatchObject([
      { organization: 'retailer-a', revoked: 2, reason: '誤った発令' },
      { organization: null, revoked: 1 },
      { organization: null, revoked: 0 },
    ]);
    const ended = records.filter((record) => record.type === `${prefix}grant.revoked`);
    expect(ended.map((record) => record.grant_id).sort()).toEqual([one, other, ofB].sort());
    const hq = await storm.person('hq-3');
    const untouched = expectStatus(await hq.get<Grant>(`/api/v1/grants/${elsewhere}`), 200);
    expect(untouched['revoked_at']).toBeNull();
  });

  it('knows who may, and which declaration and organization', async () => {
    const { id } = await storm.declared();
    expect(refusalOf(await revokeAll('supervisor-a', id))).toEqual([403, 'role_not_allowed']);
    expect(refusalOf(await revokeAll('hq-1', 'dc_unknown'))).toEqual([404, 'not_found']);
    expect(refusalOf(await revokeAll('hq-1', id, { organization_id: 'retailer-x' }))).toEqual([
      422,
      'unknown_organization',
    ]);
  });

  it('two thousand people are nominated, approved and revoked in one call each', async () => {
    const HOW_MANY = 2_000;
    await broker.database.asOwner(`
      insert into person (id, organization_id, organization_kind, natural_person_key, role, name, employment, training_for,
          training_valid_until, pledged_at, pledge_version, recertified_until)
      select 'crew-' || n, organization_id, organization_kind, 'np-crew-' || n, role, name, employment, training_for,
             training_valid_until, pledged_at, pledge_version, recertified_until
        from person, generate_series(1, ${HOW_MANY}) as n where id = 'operator-b-01'`);
    const { id } = await storm.declared();
    const call = await storm.called(id, {
      organizations: [{ organization_id: 'retailer-b', seats: HOW_MANY }],
    });
    const crew = Array.from({ length: HOW_MANY }, (_, n) => `crew-${n + 1}`);
    const nomination = await storm.nominated(call.id, crew, {}, 'supervisor-b');
    const grants = await storm.approved(nomination.id);
    expect(grants.map((one) => one.person_id)).toEqual(crew);
    const answer = expectStatus(await revokeAll('hq-1', id), 200);
    expect(answer.revoked).toBe(HOW_MANY);
    expect(new Set(answer.grants)).toEqual(new Set(grants.map((one) => one.id)));
    expect(await broker.records(`type = 'grant.revoked' and declaration_id = $1`, [id])).toHaveLength(
      HOW_MANY,
    );
  });
});

describe('one person, several grants', () => {
  let broker: Broker;
  let storm: Storm;
  beforeAll(async () => {
    broker = await Broker.start();
    ({ storm } = broker);
  });
  afterAll(() => broker.stop());

  const between = (from: number, to: number): Record<string, unknown> => ({
    starts_at: storm.in(from),
    ends_at: storm.in(to),
  });

  it('is nominated and granted again after handing back', async () => {
    const { id } = await storm.declared();
    const call = await storm.called(id, { organizations: [{ organization_id: 'retailer-a', seats: 1 }] });
    const nominated = async (): Promise<string | undefined> =>
      (await storm.nominated(call.id, ['operator-a-01'])).results[0]?.code;
    const [first] = await storm.approved((await storm.nominated(call.id, ['operator-a-01'])).id);
    expect(await nominated()).toBe('other_live_grant');
    const person = await storm.person('operator-a-01');
    expectStatus(await person.post(`/api/v1/grants/${first?.id}/hand-back`), 200);
    const [second] = await storm.approved((await storm.nominated(call.id, ['operator-a-01'])).id);
    expect(second?.id).not.toBe(first?.id);
    await storm.acknowledged(person, second?.id ?? '');
    const operator = new Operator(person, (await storm.enrolled()).terminal);
    expectStatus(await operator.credential(second?.id ?? ''), 200);
  });

  it('has shifts back to back, and in two declarations at different hours, and never at one hour', async () => {
    const [one, other] = [(await storm.declared()).id, (await storm.declared({ target_area: ['27'] })).id];
    const at = async (declaration: string, from: number, to: number): Promise<string> =>
      given(storm, 'operator-a-02', declaration, between(from, to));
    expect(new Set([await at(one, 1, 3), await at(one, 3, 5), await at(other, 5, 7)]).size).toBe(3);
    const call = await storm.called(other);
    const overlapping = await storm.nominated(call.id, ['operator-a-02'], between(4, 6));
    expect(overlapping.results).toMatchObject([{ verdict: 'refused', code: 'other_live_grant' }]);
  });

  it('takes part in no drill while a real shift stands', async () => {
    const real = await given(storm, 'operator-a-03', (await storm.declared()).id, between(2, 4));
    const call = await storm.called((await storm.declared({ is_drill: true })).id);
    const drill = async (from: number, to: number): Promise<string | undefined> =>
      (await storm.nominated(call.id, ['operator-a-03'], between(from, to))).results[0]?.code;
    expect(await drill(3, 5)).toBe('other_live_grant');
    expect(await drill(4, 6)).toBeUndefined();
    expectStatus(await act(storm, 'hq-1', real, 'revoke'), 200);
    expect(await drill(3, 5)).toBeUndefined();
  });

  it('leaves the drill when a real shift is approved, in the same transaction, after the decisions under way', async () => {
    const { id: drill } = await storm.declared({ is_drill: true });
    const [during, after] = [
      await given(storm, 'operator-a-04', drill),
      await given(storm, 'operator-a-05', drill),
    ];
    const later = await given(storm, 'operator-a-04', drill, between(6, 7));
    const { id: real } = await storm.declared();
    const nomination = await storm.nominated((await storm.called(real)).id, ['operator-a-04']);
    expect(nomination.results).toMatchObject([{ verdict: 'eligible' }]);

    const [grants, lastDecision] = await behindADecision(() => storm.approved(nomination.id));
    const hq = await storm.person('hq-3');
    const views = await Promise.all(
      [during, after, later].map(async (id) =>
        expectStatus(await hq.get<Grant>(`/api/v1/grants/${id}`), 200),
      ),
    );
    expect(views.map((view) => view['revoked_at'] !== null)).toEqual([true, false, false]);
    expect(new Date(String(views[0]?.['revoked_at'])).getTime()).toBeGreaterThanOrEqual(
      lastDecision.getTime(),
    );
    const records = await broker.records<{ at: Date; payload: string }>(
      `type = 'drill.grant.revoked' and grant_id = $1`,
      [during],
    );
    expect(records).toMatchObject([{ person_id: 'hq-2', is_drill: true, declaration_id: drill }]);
    expect(records[0]?.at.toISOString()).toBe(views[0]?.['revoked_at']);
    expect(JSON.parse(records[0]?.payload ?? '{}')).toMatchObject({
      details: { reason: '実災害のため訓練を終了', gives_way_to: real },
    });
    expect(grants).toHaveLength(1);
  });

  /** `work` while a decision stands at the gate; → its answer, and an instant of that decision. */
  async function behindADecision<T>(work: () => Promise<T>): Promise<[T, Date]> {
    const decision = new Client({ connectionString: await broker.database.urlOf('kashikagi_app') });
    await decision.connect();
    try {
      await decision.query('begin');
      await decision.query(`select pg_advisory_xact_lock_shared(${GATE_LOCK})`);
      let isOver = false;
      const answer = work().finally(() => (isOver = true));
      answer.catch(() => undefined);
      for (let waiting = 0; waiting === 0;) {
        if (isOver) throw new Error(`it did not wait: ${JSON.stringify(await answer)}`);
        const rows = await broker.database.asOwner(
          `select pid from pg_locks where locktype = 'advisory' and objid = ${GATE_LOCK} and not granted`,
        );
        waiting = rows.length;
      }
      const { rows } = await decision.query<{ now: Date }>('select broker_now() as now');
      await decision.query('commit');
      if (!rows[0]) throw new Error('the clock answers');
      return [await answer, rows[0].now];
    } finally {
      await decision.end();
    }
  }
});

describe('注意事項', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start();
  });
  afterAll(() => broker.stop());

  it('says purpose, fields, end, record, that visible is not permitted, the six kinds, and who hears a report', async () => {
    const person = await broker.storm.person('operator-a-01');
    const { text } = expectStatus(await person.get<{ text: string }>('/api/v1/notice'), 200);
    const SAID = [
      '目的',
      '見える項目',
      '期限',
      '記録され',
      '「見える」ことは「使ってよい」ことではありません',
      '申出',
    ];
    const KINDS = [1, 2, 3, 4, 5, 6].map((n) => `類型${n} `);
    for (const word of [...SAID, ...KINDS, '監視部門に届きます', '不利益を受けることはありません']) {
      expect(text).toContain(word);
    }
    for (const word of [
      '終わりました',
      '使ったり、伝えたりしてはいけません',
      '申し出て廃棄',
      '監視部門に届きます',
    ]) {
      expect(CLOSING_NOTICE.text).toContain(word);
    }
  });

  it('is acknowledged in the version in force, by that very person', async () => {
    const grant = await given(broker.storm, 'operator-a-01', (await broker.storm.declared()).id);
    const path = `/api/v1/grants/${grant}/acknowledge`;
    const own = await broker.storm.person('operator-a-01');
    expect(refusalOf(await own.post(path, { notice_version: '2026-11-1' }))).toEqual([
      409,
      'notice_outdated',
    ]);
    const { version } = expectStatus(await own.get<{ version: string }>('/api/v1/notice'), 200);
    const colleague = await broker.storm.person('operator-a-02');
    expect(refusalOf(await colleague.post(path, { notice_version: version }))).toEqual([404, 'not_found']);
    const supervisor = await broker.storm.person('supervisor-a');
    expect(refusalOf(await supervisor.post(path, { notice_version: version }))).toEqual([
      403,
      'role_not_allowed',
    ]);
    const done = expectStatus(await own.post(path, { notice_version: version }), 200);
    expect(done['notice_version']).toBe(version);
  });
});
