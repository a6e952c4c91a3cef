import { Broker } from '../harness/broker.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { darkPoints, refusalOf, Witnesses } from '../laws/witnesses.js';
import type { Answer } from '../stories/actors.js';
import { expectStatus, type Storm } from '../stories/storm.js';

type Json = Record<string, unknown>;
type Listed = Json & { id: string };

describe('the register of terminals', () => {
  let broker: Broker;
  let storm: Storm;
  beforeAll(async () => {
    broker = await Broker.start();
    ({ storm } = broker);
  });
  afterAll(() => broker.stop());

  const propose = async (method: string, path: string, body?: object): Promise<Answer> =>
    (await storm.person('officer-1')).call(method, `/api/v1/terminals/${path}`, body);
  const decided = async (method: string, path: string, body?: object): Promise<void> => {
    const { change_id: id } = expectStatus(await propose(method, path, body), 202);
    const officer = await storm.person('officer-2');
    expectStatus(await officer.post(`/api/v1/changes/${String(id)}/confirm`), 200);
  };
  const listed = async (id: string, query = '', by = 'officer-1'): Promise<Listed | undefined> => {
    const reader = await storm.person(by);
    const path = `/api/v1/terminals?limit=100${query}`;
    const { items } = expectStatus(await reader.get<{ items: Listed[] }>(path), 200);
    return items.find((one) => one.id === id);
  };

  it('lends a terminal out, moves it, takes it back, and knows who had it on a day', async () => {
    const { id } = await storm.enrolled();
    const enrolled = encodeURIComponent(storm.in(0));
    const lent = {
      checked_out_to: 'operator-a-01',
      room: 'osaka-support-2',
      room_entry_log_ref: '入室-0001',
    };
    await decided('PATCH', id, lent);
    const out = await listed(id);
    expect(out).toMatchObject({ ...lent, checked_out_at: expect.any(String) as string, last_seen_at: null });

    // Another change leaves the loan, and its time, as they are.
    await decided('PATCH', id, { custodian_person_id: 'operator-a-02' });
    expect(await listed(id)).toMatchObject({ ...lent, checked_out_at: out?.['checked_out_at'] });
    const during = encodeURIComponent(storm.in(0));
    await decided('PATCH', id, { checked_out_to: null });
    expect(await listed(id)).toMatchObject({ checked_out_to: null, checked_out_at: null });
    expect(await listed(id, `&as_of=${during}`, 'auditor-1')).toMatchObject({
      checked_out_to: 'operator-a-01',
    });
    const first = await listed(id, `&as_of=${enrolled}`, 'auditor-1');
    expect(first).toMatchObject({ checked_out_to: null, room: 'osaka-support-1' });
    const records = await broker.records(`type = 'terminal.changed' and payload like '%${id}%'`);
    expect(records).toHaveLength(3);
  });

  it.each<[string, Json, number, string]>([
    ['a holder of another organization', { checked_out_to: 'operator-b-01' }, 422, 'person_unknown'],
    [
      'a custodian of another organization',
      { custodian_person_id: 'operator-b-01' },
      422,
      'unknown_custodian',
    ],
    ['a room that is not registered', { room: 'living-room' }, 422, 'unknown_room'],
    ['nothing new', { room: 'osaka-support-1' }, 422, 'nothing_to_change'],
    ['a number for a person', { checked_out_to: 5 }, 422, 'invalid_input'],
    ['a room of null', { room: null }, 422, 'invalid_input'],
  ])('refuses %s', async (_, body, status, code) => {
    const { id } = await storm.enrolled();
    expect(refusalOf(await propose('PATCH', id, body))).toEqual([status, code]);
  });

  it('ends the access on a terminal that is retired at once, and tells when it was last seen', async () => {
    const declaration = await storm.declared();
    const [point] = await darkPoints(broker);
    if (!point) throw new Error('the sample has points in outage');
    const witnesses = new Witnesses(storm, point);
    const started = broker.now();
    const subject = await storm.operator('operator-a-03', declaration.id);
    await witnesses.sayYes(subject);
    const seen = Date.parse(String((await listed(subject.terminalId))?.['last_seen_at']));
    expect(seen).toBeGreaterThanOrEqual(started - 1);

    const { change_id: id } = expectStatus(await propose('POST', `${subject.terminalId}/retire`), 202);
    await witnesses.sayYes(subject);
    const officer = await storm.person('officer-2');
    expectStatus(await officer.post(`/api/v1/changes/${String(id)}/confirm`), 200);
    await witnesses.sayNo(subject, 'terminal_lost', 403, false);
    // The session that was used there has ended with it; another one does not get further on that terminal.
    expect(refusalOf(await subject.operator.credential(subject.grantId))).toEqual([401, 'not_signed_in']);
    await subject.operator.person.signIn();
    expect(refusalOf(await subject.operator.credential(subject.grantId))).toEqual([403, 'terminal_lost']);
    expect(await listed(subject.terminalId)).toMatchObject({ retired_at: expect.any(String) as string });
    expect(refusalOf(await propose('POST', `${subject.terminalId}/retire`))).toEqual([
      409,
      'already_retired',
    ]);
    const change = await propose('PATCH', subject.terminalId, { checked_out_to: 'operator-a-01' });
    expect(refusalOf(change)).toEqual([409, 'already_retired']);
  });

  it('serves nobody but whom it is checked out to, by whatever door, and from that very instant', async () => {
    const declaration = await storm.declared();
    const [point] = await darkPoints(broker);
    if (!point) throw new Error('the sample has points in outage');
    const witnesses = new Witnesses(storm, point);
    const subject = await storm.operator('operator-a-05', declaration.id);
    await witnesses.sayYes(subject);
    await decided('PATCH', subject.terminalId, { checked_out_to: 'operator-a-06' });
    await witnesses.sayNo(subject, 'terminal_checked_out_to_another', 403, false);
    const refused = [403, 'terminal_checked_out_to_another'];
    expect(refusalOf(await subject.operator.credential(subject.grantId))).toEqual(refused);

    await decided('PATCH', subject.terminalId, { checked_out_to: 'operator-a-05' });
    await witnesses.sayYes(subject);
    expectStatus(await subject.operator.credential(subject.grantId), 200);
    await decided('PATCH', subject.terminalId, { checked_out_to: null });
    expectStatus(await subject.operator.credential(subject.grantId), 200);
  });

  it('that are lost end every session they were used in, and no other of the same person', async () => {
    const declaration = await storm.declared();
    const subject = await storm.operator('operator-a-07', declaration.id);
    const { person } = subject.operator;
    const elsewhere = await storm.person('operator-a-07');
    const supervisor = await storm.person('supervisor-a');
    expectStatus(await person.get('/api/v1/session'), 200);
    const path = `/api/v1/terminals/${subject.terminalId}/lost`;
    expectStatus(await supervisor.post(path, { reason: '紛失しました' }), 200);
    expect(refusalOf(await person.get('/api/v1/session'))).toEqual([401, 'not_signed_in']);
    expectStatus(await elsewhere.get('/api/v1/session'), 200);
    const ended = await broker.records<{ payload: string }>(
      `type = 'session.ended' and person_id = 'operator-a-07'`,
    );
    expect(ended.map(({ payload }) => (JSON.parse(payload) as { details: Json }).details)).toMatchObject([
      { cause: 'terminal_lost', by: 'supervisor-a', sessions: [expect.any(String) as string] },
    ]);
  });

  it('lends a lost terminal to nobody, but lets it be retired', async () => {
    const { id } = await storm.enrolled();
    const supervisor = await storm.person('supervisor-a');
    expectStatus(await supervisor.post(`/api/v1/terminals/${id}/lost`, { reason: '紛失しました' }), 200);
    expect(refusalOf(await propose('PATCH', id, { checked_out_to: 'operator-a-01' }))).toEqual([
      403,
      'terminal_lost',
    ]);
    await decided('POST', `${id}/retire`);
  });

  it('is changed by nobody’s SQL without two persons', async () => {
    const { id } = await storm.enrolled();
    expect(
      await triedAsApp(broker, [
        `update terminal set room_id = 'osaka-support-2' where id = '${id}'`,
        `update terminal set checked_out_to = 'operator-a-01', checked_out_at = broker_now() where id = '${id}'`,
        `update terminal set retired_at = broker_now() where id = '${id}'`,
      ]),
    ).toEqual([SQLSTATE.restrict, SQLSTATE.restrict, SQLSTATE.restrict]);
  });
});
