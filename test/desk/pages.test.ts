import { NOTICE } from '../../src/grants/notice.js';
import { expectStatus } from '../stories/storm.js';
import { fits, fitsProblem } from '../api/fits.js';
import { DeskGround } from './ground.js';

type Json = Record<string, unknown>;

describe('the pages of the desk', () => {
  let ground: DeskGround;
  beforeAll(async () => {
    ground = await DeskGround.start();
  });
  afterAll(() => ground.broker.stop());

  it('tell all of a declaration: who declared and confirmed, whom it called, what was given and used', async () => {
    const page = await ground.page(`declarations/${ground.declarationId}`, 'declarations/:id');
    expect(page).toMatchObject({
      id: ground.declarationId,
      declared_by: 'hq-1',
      confirmed_by: 'hq-2',
      told: ['compliance-1', 'officer-1', 'officer-2'],
      grants: { given: 1, acknowledged: 1, not_closed: 1, by_cause: {} },
      certificate: null,
    });
    const [call] = page['calls'] as Json[];
    expect(call).toMatchObject({ called_by: 'hq-1', response_pattern: 1 });
    expect(call?.['organizations']).toEqual([
      expect.objectContaining({
        organization_id: 'retailer-a',
        nominated: 1,
        granted: 1,
        is_affiliated: true,
      }),
      expect.objectContaining({
        organization_id: 'retailer-b',
        nominated: 0,
        granted: 0,
        is_affiliated: false,
      }),
    ]);
    expect(page['nominations']).toMatchObject([{ decision: 'approved', decided_by: 'hq-2', eligible: 1 }]);
    const uses = page['uses'] as Json[];
    expect(uses).toContainEqual({
      type: 'use.lookup',
      decision: 'permit',
      code: null,
      purpose: 'outage_enquiry',
      count: ground.uses.found.length,
    });
    expect(uses.filter((one) => one['decision'] === 'refuse')).toHaveLength(1);
  });

  it('tell all of a grant, as of its approval: law 7 has one page for each use of the exception', async () => {
    const page = await ground.page(`grants/${ground.grantId}`, 'grants/:id');
    expect(page).toMatchObject({
      grant: { id: ground.grantId, live: true, approved_by: 'hq-2' },
      nomination: { nominated_by: 'supervisor-a', note: '夜間班' },
      notice: { version: NOTICE.version, text: NOTICE.text },
      person_at_approval: {
        id: 'operator-a-01',
        facts: { training_for: 'employee', pledge_version: '2026-1' },
      },
      agreements_at_approval: [{ id: 'ag_retailer-a' }],
      profile_at_approval: { id: 'outage-call', facts: { current_version: 1 } },
      terminals: [{ id: ground.terminalId, facts: { room_id: 'osaka-support-1' } }],
      end: null,
    });
    const uses = page['uses'] as { record_id: string; use_no: number | null }[];
    expect(uses.map((one) => one.record_id)).toEqual([
      ...ground.uses.found,
      ground.uses.match,
      ground.uses.refused,
    ]);
    const last = ground.uses.found.length + 1;
    expect(page['use_numbers']).toEqual({ last, recorded: last, missing: [] });
    expect((page['steps'] as Json[]).map((one) => one['type'])).toContain('grant.acknowledged');
    expect((page['profile_fields'] as Json[]).length).toBeGreaterThan(10);
  });

  it('keep what was so at the approval, whatever two persons change later', async () => {
    const path = '/api/v1/people/operator-a-01';
    const officer = await ground.broker.storm.person('officer-1');
    const change = expectStatus(
      await officer.call('PATCH', path, { training_content_version: '2026-9' }),
      202,
    );
    const other = await ground.broker.storm.person('officer-2');
    expectStatus(await other.post(`/api/v1/changes/${String(change['change_id'])}/confirm`), 200);
    const page = await ground.page(`grants/${ground.grantId}`, 'grants/:id');
    expect(page).toMatchObject({ person_at_approval: { facts: { training_content_version: '2026-1' } } });
  });

  it('show a use that somebody took away by its missing number', async () => {
    const [taken] = await ground.broker.records<{ use_no: number; id: string }>('id = $1', [
      ground.uses.found[3],
    ]);
    await ground.broker.database.asOwner(`delete from record where id = $1`, [taken?.id]);
    const page = await ground.page(`grants/${ground.grantId}`, 'grants/:id');
    expect(page['use_numbers']).toMatchObject({ missing: [taken?.use_no] });
  });

  it('replay the day of a person in order, sign-in to refusal, page by page', async () => {
    const now = new Date(ground.broker.now() + 9 * 3_600_000);
    const date = now.toISOString().slice(0, 10);
    const items: Json[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const page: { items: Json[]; next: string | null } = await ground.page(
        `people/operator-a-01/day?date=${date}&limit=5${cursor}`,
        'people/:id/day',
      );
      items.push(...page.items);
      next = page.next;
    }
    const times = items.map((one) => String(one['at']));
    expect(times).toEqual([...times].sort());
    const types = items.map((one) => one['type']);
    expect(types).toEqual(expect.arrayContaining(['session.started', 'grant.acknowledged', 'use.match']));
    expect(items.map((one) => one['record_id'])).toContain(ground.uses.refused);
    // What others did to the grant stands there too.
    expect(items.filter((one) => one['person_id'] === 'hq-2').map((one) => one['type'])).toContain(
      'grant.given',
    );
    expect(new Set(items.map((one) => one['record_id'])).size).toBe(items.length);
    const other = await ground.page<{ items: Json[] }>(
      `people/operator-a-01/day?date=2026-01-15`,
      'people/:id/day',
    );
    expect(other.items).toEqual([]);
    for (const bad of ['2026-02-30', '2026-13-01', 'today'])
      fitsProblem(await ground.asked(`people/operator-a-01/day?date=${bad}`), 422, 'invalid_input');
    fitsProblem(await ground.asked(`people/nobody/day?date=${date}`), 404, 'not_found');
  });

  it('tell who ever asked after a supply point, by its number and by its reference', async () => {
    const auditor = await ground.broker.storm.person('auditor-1');
    const number = ground.uses.points[0]?.supply_point_id;
    const route = 'POST /api/v1/desk/supply-points';
    type Trail = { items: { record_id: string; supply_point_ref: string; details: Json }[] };
    const found = fits(
      await auditor.post<Trail>('/api/v1/desk/supply-points', { supply_point_id: number }),
      200,
      route,
    );
    expect(found.items).toMatchObject([
      { record_id: ground.uses.found[0], person_id: 'operator-a-01', details: { purpose: 'outage_enquiry' } },
    ]);
    const ref = found.items[0]?.supply_point_ref ?? '';
    expect(await ground.page(`supply-points/${ref}`, 'supply-points/:ref')).toEqual(found);
    const readings = await ground.broker.records<{ payload: string }>(`type = 'desk.read'`);
    const texts = readings.map((one) => one.payload).join('');
    expect(texts).toContain(ref);
    expect(texts).not.toContain(number);
  });

  it('are each on record before they are read, and open to auditors and the regulator alone', async () => {
    const paths = [
      `declarations/${ground.declarationId}`,
      `grants/${ground.grantId}`,
      `people/operator-a-01/day?date=2026-01-15`,
    ];
    for (const path of paths) {
      const count = async (): Promise<number> => (await ground.broker.records(`type = 'desk.read'`)).length;
      const before = await count();
      expect((await ground.asked(path, 'regulator-1')).status).toBe(200);
      expect(await count()).toBe(before + 1);
      for (const id of ['hq-1', 'officer-1', 'compliance-1', 'supervisor-a', 'operator-a-01'])
        fitsProblem(await ground.asked(path, id), 403, 'role_not_allowed');
      expect(await count()).toBe(before + 1);
    }
    fitsProblem(await ground.asked('grants/gr_nowhere'), 404, 'not_found');
    fitsProblem(await ground.asked('declarations/dc_nowhere'), 404, 'not_found');
  });
});
