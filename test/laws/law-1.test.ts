import { Broker } from '../harness/broker.js';
import { Operator, Terminal } from '../stories/actors.js';
import { expectStatus, type SamplePoint, type Storm } from '../stories/storm.js';
import { darkPoints, refOf, refusalOf, ResourceServer, searchOf, Witnesses } from './witnesses.js';

const MINUTE = 60_000;

describe('Law 1: No declaration, no access', () => {
  let broker: Broker;
  let storm: Storm;
  let witnesses: Witnesses;
  let point: SamplePoint;

  beforeAll(async () => {
    broker = await Broker.start();
    ({ storm } = broker);
    const [first] = await darkPoints(broker);
    if (!first) throw new Error('the sample has points in outage');
    point = first;
    witnesses = new Witnesses(storm, point);
  });
  afterAll(() => broker.stop());

  it('opens nothing before a declaration, by whatever door', async () => {
    const supervisor = await storm.person('supervisor-a');
    const hq = await storm.person('hq-1');
    const operator = new Operator(await storm.person('operator-a-01'), new Terminal());
    const nomination = { people: ['operator-a-01'], ends_at: storm.in(4), note: '夜間班' };

    const answers = [
      await hq.post('/api/v1/declarations/dc_none/support-calls', storm.callBody()),
      await supervisor.post('/api/v1/support-calls/sc_none/nominations', nomination),
      await hq.post('/api/v1/nominations/nm_none/approve', {}),
      await operator.credential('gr_none'),
    ];
    expect(answers.map((one) => one.status)).toEqual([404, 404, 404, 404]);

    operator.token = 'e30.e30.e30';
    expect((await operator.lookup(searchOf(point))).status).toBe(401);
    const resourceServer = new ResourceServer(broker.url);
    expect((await resourceServer.introspect(operator.token)).body).toEqual({ active: false });
    expect((await resourceServer.evaluate(operator.token, point)).body.decision).toBe(false);
    expect(await broker.records("decision = 'permit'")).toEqual([]);
  });

  it('opens nothing to a grant that its person has not acknowledged, and nobody else can', async () => {
    const declaration = await storm.declared();
    const call = await storm.called(declaration.id);
    const [grant] = await storm.approved((await storm.nominated(call.id, ['operator-a-02'])).id);
    if (!grant) throw new Error('no grant');
    const { terminal } = await storm.enrolled();
    const operator = new Operator(await storm.person('operator-a-02'), terminal);
    const stranger = await storm.person('operator-a-03');

    expect(refusalOf(await operator.credential(grant.id))).toEqual([403, 'not_acknowledged']);
    const { version } = expectStatus(await stranger.get<{ version: string }>('/api/v1/notice'), 200);
    const acknowledge = `/api/v1/grants/${grant.id}/acknowledge`;
    expect((await stranger.post(acknowledge, { notice_version: version })).status).toBe(404);
    expect((await operator.credential(grant.id)).status).toBe(403);

    await storm.acknowledged(operator.person, grant.id);
    expectStatus(await operator.credential(grant.id), 200);
    await witnesses.sayYes({ operator, grantId: grant.id });
  });

  it('gives an unconfirmed declaration search and match, no reveal, and 30 minutes', async () => {
    const declaration = await storm.declare(await storm.person('hq-1'));
    const subject = await storm.operator('operator-a-04', declaration.id);
    const { operator } = subject;
    await witnesses.sayYes(subject);
    const ref = refOf(await operator.lookup(searchOf(point)));
    const matched = await operator.match(ref, 'contract_holder_name', point.contract_holder_name);
    expect(expectStatus(matched, 200).match).toBe(true);
    expect(refusalOf(await operator.reveal(ref, 'contact_phone'))).toEqual([403, 'reveal_unconfirmed']);
    const evaluated = await witnesses.resourceServer.evaluate(
      operator.token ?? '',
      point,
      ['contact_phone'],
      'reveal',
    );
    expect(evaluated.body.decision).toBe(false);

    await broker.moveClock(29 * MINUTE);
    expectStatus(await operator.credential(subject.grantId), 200);
    await witnesses.sayYes(subject);
    await broker.moveClock(MINUTE);
    expect(refusalOf(await operator.credential(subject.grantId))).toEqual([403, 'declaration_unconfirmed']);
    expect((await operator.lookup(searchOf(point))).status).toBe(401);
    const late = await storm.person('hq-2');
    const confirm = await late.post(`/api/v1/declarations/${declaration.id}/confirm`);
    expect(confirm.body['code']).toBe('declaration_unconfirmed');
  });

  it.each([
    ['a lift', 'lifted', 403],
    ['a revocation', 'revoked', 403],
    ['a hand-back', 'handed_back', 403],
    ['the loss of the terminal', 'terminal_lost', 403],
  ])('ends with %s, in the same instant for every witness', async (_, code, status) => {
    const declaration = await storm.declared();
    const subject = await storm.operator('operator-a-05', declaration.id);
    const { operator, grantId, terminalId } = subject;
    await witnesses.sayYes(subject);
    const hq = await storm.person('hq-3');
    const supervisor = await storm.person('supervisor-a');
    const acts: Record<string, () => Promise<{ status: number }>> = {
      lifted: () => hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧した' }),
      revoked: () => hq.post(`/api/v1/grants/${grantId}/revoke`, { reason: '誤った指名' }),
      handed_back: () => operator.person.post(`/api/v1/grants/${grantId}/hand-back`),
      terminal_lost: () => supervisor.post(`/api/v1/terminals/${terminalId}/lost`, { reason: '紛失' }),
    };
    const answer = await acts[code]?.();
    expect([200, 201]).toContain(answer?.status);

    const isGrantDead = code !== 'terminal_lost';
    await witnesses.sayNo(subject, code, status, isGrantDead);
    if (!isGrantDead) {
      // The session that was used at the lost terminal has ended with it.
      expect(refusalOf(await operator.credential(grantId))).toEqual([401, 'not_signed_in']);
      await operator.person.signIn();
    }
    expect(refusalOf(await operator.credential(grantId))).toEqual([status, code]);
    // What is left of the grant must not stand in the way of the next row of this table.
    if (!isGrantDead) await operator.person.post(`/api/v1/grants/${grantId}/hand-back`);
  });

  it('lets nothing begin under a lifted declaration that was begun before', async () => {
    const declaration = await storm.declared();
    const call = await storm.called(declaration.id);
    const waiting = await storm.nominated(call.id, ['operator-a-06']);
    const [given] = await storm.approved((await storm.nominated(call.id, ['operator-a-07'])).id);
    const hq = await storm.person('hq-2');
    const lifted = await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧した' });
    expect(lifted.body['live']).toBe(false);

    const operator = await storm.person('operator-a-07');
    const { version } = expectStatus(await operator.get<{ version: string }>('/api/v1/notice'), 200);
    const path = `/api/v1/declarations/${declaration.id}/support-calls`;
    const nominations = `/api/v1/support-calls/${call.id}/nominations`;
    const people = { people: ['operator-a-08'], ends_at: storm.in(4), note: '夜間班' };
    const acknowledge = `/api/v1/grants/${given?.id}/acknowledge`;
    const answers = [
      await hq.post(path, storm.callBody()),
      await (await storm.person('supervisor-a')).post(nominations, people),
      await hq.post(`/api/v1/nominations/${waiting.id}/approve`, {}),
      await operator.post(acknowledge, { notice_version: version }),
    ];
    expect(answers.map(refusalOf)).toEqual([
      [409, 'declaration_not_live'],
      [409, 'declaration_not_live'],
      [409, 'declaration_not_live'],
      [409, 'grant_ended'],
    ]);
  });
});
