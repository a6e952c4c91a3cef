import { Client } from 'pg';
import { FINDING_TYPES } from '../../src/review/desk/finding.js';
import { fits, fitsProblem } from '../api/fits.js';
import { Broker } from '../harness/broker.js';
import type { Answer } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';

type Json = Record<string, unknown>;
type Finding = Json & { id: string };
type Page = { items: Json[]; next: string | null };
const DAY = 86_400_000;

describe('findings of the auditors', () => {
  let broker: Broker;
  beforeEach(async () => {
    broker = await Broker.start();
  });
  afterEach(() => broker.stop());

  const dayIn = (days: number): string =>
    new Date(broker.now() + 9 * 3_600_000 + days * DAY).toISOString().slice(0, 10);
  const bodyOf = (more: Json = {}): Json => ({
    subject_type: 'person',
    subject_id: 'operator-a-01',
    type: 'receivables',
    severity: 'high',
    text: '夜間に通話のない検索が続いている。',
    owner_person_id: 'officer-1',
    due_date: dayIn(3),
    ...more,
  });
  const post = async (more: Json = {}, by = 'auditor-1'): Promise<Answer<Finding>> =>
    (await broker.storm.person(by)).post<Finding>('/api/v1/findings', bodyOf(more));
  const made = async (more: Json = {}): Promise<Finding> =>
    fits<Finding>(await post(more), 201, 'POST /api/v1/findings');
  const patch = async (id: string, body: Json, by = 'auditor-2'): Promise<Answer> =>
    (await broker.storm.person(by)).call('PATCH', `/api/v1/findings/${id}`, body);
  const step = async (id: string, body: Json): Promise<Json> =>
    fits(await patch(id, body), 200, 'PATCH /api/v1/findings/:id');
  const listed = async (query: string, by = 'regulator-1'): Promise<unknown[]> => {
    const answer = await (await broker.storm.person(by)).get(`/api/v1/findings${query}`);
    return (fits(answer, 200, 'GET /api/v1/findings') as unknown as Page).items.map((one) => one['id']);
  };
  const inbox = async (id: string): Promise<Json[]> => {
    const answer = await (await broker.storm.person(id)).get('/api/v1/inbox');
    const { items } = fits(answer, 200, 'GET /api/v1/inbox') as unknown as Page;
    return items.filter((one) => String(one['kind']).startsWith('finding.'));
  };

  it('go from open to answered to closed, each step with its record, and are then fixed', async () => {
    const { id, ...finding } = await made();
    expect(finding).toMatchObject({ state: 'open', overdue: false, found_by: 'auditor-1', answer: null });
    fitsProblem(await patch(id, { closing_reason: '解決したため' }), 409, 'finding_not_answered');
    expect(await step(id, { answer: '通話の記録と対応していた。' })).toMatchObject({ state: 'answered' });
    const closed = await step(id, { closing_reason: '記録と照らして確かめたため' });
    expect(closed).toMatchObject({ state: 'closed', closing_reason: '記録と照らして確かめたため' });
    fitsProblem(await patch(id, { answer: '別の回答' }), 409, 'finding_closed');
    const shown = await (await broker.storm.person('regulator-1')).get(`/api/v1/findings/${id}`);
    expect(fits(shown, 200, 'GET /api/v1/findings/:id')).toEqual({ ...closed, actions: [] });
    const records = await broker.records<{ type: string; person_id: string; payload: string; sealed: Buffer | null }>(
      `type like 'finding.%'`,
    ); // prettier-ignore
    expect(records.map((one) => [one.type, one.person_id, one.sealed !== null])).toEqual([
      ['finding.made', 'auditor-1', true],
      ['finding.answered', 'auditor-2', true],
      ['finding.closed', 'auditor-2', false],
    ]);
    for (const { payload } of records) {
      expect(payload).toContain(id);
      expect(payload).not.toMatch(/夜間に通話|通話の記録/);
    }
  });

  it('change owner, severity and due date with a reason, while they are not closed', async () => {
    const { id } = await made();
    fitsProblem(await patch(id, { severity: 'low' }), 422, 'invalid_input');
    const to = { severity: 'low', owner_person_id: 'compliance-1', due_date: dayIn(9) };
    expect(await step(id, { ...to, reason: '担当の交代' })).toMatchObject({ ...to, state: 'open' });
    expect(await inbox('officer-1')).toEqual([]);
    expect(await inbox('compliance-1')).toHaveLength(1);
    const [{ payload } = { payload: '{}' }] = await broker.records<{ payload: string }>(
      `type = 'finding.amended'`,
    );
    expect(JSON.parse(payload)).toMatchObject({
      details: { owner: 'compliance-1', due_date: dayIn(9), reason: '担当の交代' },
    });
  });

  it('are about something that is there, given to somebody who can answer, by a day to come, one step at a time', async () => {
    for (const more of [
      { subject_id: 'nobody' },
      { subject_type: 'grant' },
      { owner_person_id: 'hq-1' },
      { owner_person_id: 'auditor-2' },
      { due_date: dayIn(-1) },
      { due_date: '2027-02-30' },
    ]) {
      const { status, body } = await post(more);
      const [fault] = (body['faults'] ?? []) as { pointer: string }[];
      const member = 'subject_type' in more ? 'subject_id' : Object.keys(more)[0];
      expect([more, status, fault?.pointer]).toEqual([more, 422, `/${member}`]);
    }
    await made({ due_date: dayIn(0) });
    const { id } = await made();
    const both = { answer: '回答です', closing_reason: '完了のため' };
    for (const body of [{}, both, { answer: '回答です', severity: 'low' }, { reason: '理由だけ' }])
      fitsProblem(await patch(id, body), 422, 'invalid_input');
    fitsProblem(await patch('fd_nothing', { answer: '回答です' }), 404, 'not_found');
    expect(await broker.records(`type like 'finding.%'`)).toHaveLength(2);
  });

  it('are the auditors’ alone: the regulator reads, and the owner neither reads nor writes', async () => {
    const { id } = await made();
    expectStatus(await post({}, 'regulator-1'), 403);
    expectStatus(await patch(id, { answer: '回答です' }, 'regulator-1'), 403);
    for (const other of ['officer-1', 'compliance-1', 'hq-1', 'supervisor-a', 'operator-a-01']) {
      const person = await broker.storm.person(other);
      expectStatus(await person.get('/api/v1/findings'), 403);
      expectStatus(await patch(id, { answer: '回答です' }, other), 403);
    }
  });

  it('wait in the owner’s inbox, and when the day of Japan is over in the auditors’ too, until answered', async () => {
    const { id } = await made({ due_date: dayIn(1) });
    expect(await inbox('officer-1')).toMatchObject([
      { kind: 'finding.assigned', finding_id: id, text: '夜間に通話のない検索が続いている。', due_at: new Date(`${dayIn(2)}T00:00:00+09:00`).toISOString() },
    ]); // prettier-ignore
    for (const other of ['officer-2', 'compliance-1', 'auditor-1', 'hq-1'])
      expect([other, await inbox(other)]).toEqual([other, []]);
    const midnight = Date.parse(`${dayIn(2)}T00:00:00+09:00`);
    await broker.moveClock(midnight - broker.now() - 60_000);
    expect((await inbox('officer-1')).map((one) => one['kind'])).toEqual(['finding.assigned']);
    expect(await inbox('auditor-1')).toEqual([]);
    await broker.moveClock(60_000);
    for (const who of ['officer-1', 'auditor-1', 'auditor-2'])
      expect((await inbox(who)).map((one) => one['kind'])).toEqual(['finding.overdue']);
    const auditor = await broker.storm.person('auditor-1');
    expect((await auditor.get(`/api/v1/findings/${id}`)).body).toMatchObject({
      state: 'open',
      overdue: true,
    });
    expect(await step(id, { answer: '遅れました。' })).toMatchObject({ overdue: false });
    expect([...(await inbox('officer-1')), ...(await inbox('auditor-1'))]).toEqual([]);
  });

  it('are listed newest first by state, owner and subject, and the reading is on record', async () => {
    const first = await made();
    await broker.moveClock(1_000);
    const second = await made({
      owner_person_id: 'officer-2',
      subject_type: 'organization',
      subject_id: 'retailer-b',
    });
    await step(first.id, { answer: '回答です' });
    expect(await listed('')).toEqual([second.id, first.id]);
    expect(await listed('?state=answered')).toEqual([first.id]);
    expect(await listed('?owner=officer-2')).toEqual([second.id]);
    expect(await listed('?subject=operator-a-01&state=open')).toEqual([]);
    const read = await broker.records<{ payload: string }>(
      `type = 'desk.read' and person_id = 'regulator-1'`,
    );
    expect(read).toHaveLength(4);
    expect(read.at(-1)?.payload).toContain('operator-a-01');
  });

  it('of one Idempotency-Key are one', async () => {
    const auditor = await broker.storm.person('auditor-1');
    const headers = { 'idempotency-key': 'finding-1' };
    const one = expectStatus(await auditor.post<Finding>('/api/v1/findings', bodyOf(), headers), 201);
    const again = expectStatus(await auditor.post<Finding>('/api/v1/findings', bodyOf(), headers), 201);
    expect(again).toEqual(one);
    expect(await listed('')).toEqual([one.id]);
  });

  describe('in the database', () => {
    const asApp = async (sql: string, parameters: unknown[] = []): Promise<unknown> => {
      const client = new Client({ connectionString: await broker.database.urlOf('kashikagi_app') });
      await client.connect();
      return client.query(sql, parameters).finally(() => client.end());
    };
    const insert = (more: Json = {}): Promise<unknown> => {
      const row = {
        id: 'fd_1', subject_type: 'person', subject_id: 'x', type: 'procedure', severity: 'low', text: 'xx', owner_person_id: 'officer-1',
        due_date: '2099-01-01', found_by: 'auditor-1', changed_by: 'auditor-1', found_at: new Date(), assigned_at: new Date(), ...more,
      }; // prettier-ignore
      const names = Object.keys(row);
      return asApp(
        `insert into finding (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
        Object.values(row),
      );
    };
    const update = (set: string): Promise<unknown> =>
      asApp(`update finding set changed_by = 'auditor-2', ${set}`);

    it('have every type of the list, an auditor who found them and an owner who can answer', async () => {
      for (const [n, type] of Object.keys(FINDING_TYPES).entries()) await insert({ id: `fd_t${n}`, type });
      await expect(insert({ type: 'other' })).rejects.toThrow('finding_type_check');
      await expect(insert({ found_by: 'officer-1', changed_by: 'officer-1' })).rejects.toThrow('own');
      await expect(insert({ found_by: 'officer-1' })).rejects.toThrow('own');
      await expect(insert({ owner_person_id: 'hq-1' })).rejects.toThrow('answers');
    });

    it('never lose what was found, nor an answer, and stay as they were closed', async () => {
      await insert();
      for (const set of [`text = 'yy'`, `found_by = 'auditor-2'`, `subject_id = 'y'`])
        await expect(update(set)).rejects.toThrow();
      await expect(update(`closing_reason = 'xx', closed_at = broker_now()`)).rejects.toThrow('closed_after');
      await update(`answer = 'xx', answered_at = broker_now()`);
      await expect(update(`answer = null, answered_at = null`)).rejects.toThrow('answered_at');
      await update(`closing_reason = 'xx', closed_at = broker_now()`);
      await expect(update(`severity = 'high'`)).rejects.toThrow('closed_at');
      await expect(asApp('delete from finding')).rejects.toThrow('permission denied');
    });

    it('take the answer of an owner who has another role since', async () => {
      await insert();
      await broker.database.asOwner(`alter table person disable trigger user`);
      await broker.database.asOwner(`update person set role = 'headquarters' where id = 'officer-1'`);
      await update(`answer = 'xx', answered_at = broker_now()`);
      await expect(update(`owner_person_id = 'hq-1'`)).rejects.toThrow('answers');
    });
  });
});
