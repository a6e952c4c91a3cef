import { Broker } from '../harness/broker.js';
import { endingsJob, withoutIntervals } from '../laws/sweep.js';
import { darkPoints, searchOf } from '../laws/witnesses.js';
import { expectStatus, type Storm } from '../stories/storm.js';
import { fits } from './fits.js';

interface Item {
  id: string;
  kind: string;
  at: string;
  title: string;
  text: string | null;
  due_at: string | null;
  grant_id: string | null;
  change_id: string | null;
}
type Page = { items: Item[]; next: string | null };
const MINUTE = 60_000;

describe('the inbox', () => {
  let broker: Broker;
  let storm: Storm;
  beforeEach(async () => {
    broker = withoutIntervals(await Broker.start());
    ({ storm } = broker);
  });
  afterEach(() => broker.stop());

  const inboxOf = async (id: string, query = ''): Promise<Item[]> => {
    const answer = await (await storm.person(id)).get(`/api/v1/inbox${query}`);
    return (fits(answer, 200, 'GET /api/v1/inbox') as unknown as Page).items;
  };
  const kindsOf = async (id: string): Promise<string[]> => (await inboxOf(id)).map((item) => item.kind);
  const lift = async (id: string): Promise<unknown> =>
    expectStatus(
      await (await storm.person('hq-1')).post(`/api/v1/declarations/${id}/lift`, { reason: '復旧したため' }),
      200,
    );

  it('tells officers and the compliance officer of each declaration and lift, and nobody else', async () => {
    const declaration = await storm.declared();
    await lift(declaration.id);
    for (const id of ['officer-1', 'officer-2', 'compliance-1']) {
      const items = await inboxOf(id);
      expect(items.map((item) => item.kind)).toEqual(['declaration.lifted', 'declaration.declared']);
      expect(items[0]?.title).toContain('復旧したため');
    }
    expect(await kindsOf('regulator-1')).toEqual([]);
    expect(await kindsOf('operator-b-01')).toEqual([]);
    const drill = await storm.declared({ is_drill: true });
    expect((await inboxOf('officer-1')).find((item) => item.id.endsWith(drill.id))?.title).toMatch(
      /^【訓練】/,
    );
    await broker.moveClock(15 * 24 * 60 * MINUTE);
    expect(await kindsOf('officer-1')).toEqual([]);
  });

  it('tells of amendments', async () => {
    const declaration = await storm.declared({ target_area: ['272035', '131130'] });
    await broker.database.asOwner(
      `insert into declaration_amendment (declaration_id, ordinal, kind, at, amended_by, target_area, reason)
       values ($1, 1, 'shrink', broker_now(), 'hq-1', array['272035'], '復旧したため')`,
      [declaration.id],
    );
    expect(await kindsOf('compliance-1')).toEqual(['declaration.shrunk', 'declaration.declared']);
  });

  it('shows a change to those who may decide it, and not to who proposed it', async () => {
    const proposer = await storm.person('officer-1');
    const body = {
      serial: 'PC-INBOX-1',
      organization_id: 'retailer-a',
      custodian_person_id: 'supervisor-a',
      room: 'osaka-support-1',
      jwk: (await storm.enrolled()).terminal.jwk,
    };
    const { generateKeyPairSync } = await import('node:crypto');
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const { change_id: change } = expectStatus(
      await proposer.post('/api/v1/terminals', { ...body, jwk }),
      202,
    );
    const waiting = async (id: string): Promise<unknown[]> =>
      (await inboxOf(id)).filter((item) => item.kind === 'change.waiting').map((item) => item.change_id);
    expect(await waiting('officer-2')).toEqual([change]);
    expect(await waiting('hq-1')).toEqual([change]);
    expect(await waiting('officer-1')).toEqual([]);
    expect(await waiting('compliance-1')).toEqual([]);
    await broker.moveClock(25 * 60 * MINUTE);
    expect(await waiting('officer-2')).toEqual([]);
  });

  it('leads headquarters and supervisors through calls, nominations and decisions', async () => {
    const unconfirmed = await storm.declare(await storm.person('hq-1'), { target_area: ['131130'] });
    const [first] = await inboxOf('hq-2');
    expect(first).toMatchObject({ kind: 'declaration.unconfirmed', due_at: unconfirmed['hard_end_at'] });
    const declaration = await storm.declared();
    const organizations = [{ organization_id: 'retailer-a', seats: 2 }];
    const call = await storm.called(declaration.id, { organizations });
    const [received] = await inboxOf('supervisor-a');
    expect(received).toMatchObject({ kind: 'support_call.received', support_call_id: call.id });
    expect(received?.text).toMatch(/^まず対応パターン0/);
    expect(await kindsOf('supervisor-b')).toEqual([]);

    const nomination = await storm.nominated(call.id, ['operator-a-01']);
    expect((await inboxOf('hq-1')).filter((item) => item.kind === 'nomination.waiting')).toMatchObject([
      { nomination_id: nomination.id },
    ]);
    await storm.approved(nomination.id);
    expect(await kindsOf('hq-1')).not.toContain('nomination.waiting');
    expect(await kindsOf('supervisor-a')).toEqual(['nomination.approved', 'support_call.received']);
  });

  it('tells a grantee to acknowledge, of the end before it comes, and after it what holds on', async () => {
    const declaration = await storm.declared();
    const call = await storm.called(declaration.id);
    const [grant] = await storm.approved((await storm.nominated(call.id, ['operator-a-01'])).id);
    const person = await storm.person('operator-a-01');
    const { version } = expectStatus(await person.get<{ version: string }>('/api/v1/notice'), 200);
    const [ask] = await inboxOf('operator-a-01');
    expect(ask).toMatchObject({ kind: 'grant.to_acknowledge', grant_id: grant?.id });
    expect(ask?.title).toContain(version);
    await storm.acknowledged(person, grant?.id ?? '');
    expect(await kindsOf('operator-a-01')).toEqual([]);

    await broker.moveClock((4 * 60 - 29) * MINUTE);
    expect(await kindsOf('operator-a-01')).toEqual(['grant.ending_soon']);
    await lift(declaration.id);
    const [ended] = await inboxOf('operator-a-01');
    expect(ended).toMatchObject({ kind: 'grant.ended', grant_id: grant?.id });
    expect(ended?.title).toContain('発令の解除');
    expect(ended?.text).toMatch(/^非常災害時の一時閲覧の終了について/);
    expect(await kindsOf('operator-a-02')).toEqual([]);
  });

  it('shows headquarters and monitors what is exposed and what was reported, without who did', async () => {
    const declaration = await storm.declared();
    const { grantId, operator } = await storm.operator('operator-a-01', declaration.id);
    await broker.database.asOwner(
      `insert into exposure (id, grant_id, target, found_at, what) values ('ex_1', $1, 'gate', broker_now(), 'permitted')`,
      [grantId],
    );
    const [point] = await darkPoints(broker, 20);
    if (!point) throw new Error('the sample has points in outage');
    const { record_id: use } = expectStatus(await operator.lookup(searchOf(point)), 200);
    const report = { record_id: use, field: 'contact_phone', description: '開示の前に見えていた' };
    expectStatus(await operator.person.post('/api/v1/incidents', report), 201);
    for (const id of ['hq-1', 'auditor-1']) {
      const kinds = await kindsOf(id);
      expect(kinds.slice(0, 2).sort()).toEqual(['exposure.open', 'incident.open']);
      expect(JSON.stringify(await inboxOf(id))).not.toMatch(/operator-a-01|retailer-a/);
    }
    expect(await kindsOf('officer-1')).toEqual(['declaration.declared']);
    await lift(declaration.id);
    await endingsJob(broker).runOnce();
    expect(await kindsOf('auditor-1')).toEqual(['incident.open']);
  });

  it('goes on where a page ended, without a gap or a double', async () => {
    const ids: string[] = [];
    for (const area of ['272035', '131130', '011002'])
      ids.push((await storm.declared({ target_area: [area] })).id);
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const page = expectStatus(
        await (await storm.person('officer-1')).get<Page>(`/api/v1/inbox${query}`),
        200,
      );
      seen.push(...page.items.map((item) => item.id));
      if (page.next === null) break;
      query = `?limit=2&cursor=${page.next}`;
    }
    expect(seen).toEqual(ids.reverse().map((id) => `declared-${id}`));
  });
});
