import { Reference } from '../../src/config/secret-keys.js';
import { retailerReference } from '../../src/lookups/audit-facts.js';
import { csvOfViewed } from '../../src/review/desk/retailer-reports.service.js';
import { fitsProblem } from '../api/fits.js';
import { send } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';
import { DeskGround } from './ground.js';

type Json = Record<string, unknown>;
type Report = Json & { uses: number; unknown: number; lines: (Json & { uses: number; points: number })[] };

describe('people, rooms and retailers at the desk', () => {
  let ground: DeskGround;
  beforeAll(async () => {
    ground = await DeskGround.start();
  });
  afterAll(() => ground.broker.stop());

  const report = (id: string, query = ''): Promise<Report> =>
    ground.page<Report>(`retailers/${id}/viewed-by-others${query}`, 'retailers/:id/viewed-by-others');
  const pointsOf = (code: string): string[] =>
    ground.uses.points
      .filter(
        (one) => String(one['retailer_code']).startsWith(`${code}-`) && one['record_variant'] !== '最終保障',
      )
      .map((one) => one.supply_point_id);

  it('tell all of a person: facts and their versions, grants, sign-ins without their secret, findings', async () => {
    const auditor = await ground.broker.storm.person('auditor-1');
    const finding = expectStatus(
      await auditor.post<{ id: string }>('/api/v1/findings', {
        subject_type: 'person',
        subject_id: 'operator-a-01',
        type: 'analysis',
        severity: 'low',
        text: '短い閲覧が続いている。',
        owner_person_id: 'compliance-1',
        due_date: '2099-01-01',
      }),
      201,
    );
    const page = await ground.page('people/operator-a-01', 'people/:id', 'regulator-1');
    expect(page).toMatchObject({
      person: { id: 'operator-a-01', role: 'operator', employment: 'employee' },
      versions: [{ version: 1, facts: { role: 'operator' } }],
      grant_count: 1,
      grants: [{ id: ground.grantId, live: true, why_not: [] }],
      session_count: 1,
      sessions: [{ method: 'demonstration', role: 'operator', ended_at: null }],
      findings: [{ id: finding.id, state: 'open' }],
    });
    const [kept] = await ground.broker.database.asOwner<{ hash: string }>(
      `select encode(token_hash, 'hex') as hash from session where person_id = 'operator-a-01'`,
    );
    expect(JSON.stringify(page)).not.toContain(kept?.hash);
    expect((await ground.page('people/compliance-1', 'people/:id'))['findings']).toMatchObject([
      { id: finding.id },
    ]);
    fitsProblem(await ground.asked('people/nobody'), 404, 'not_found');
    fitsProblem(await ground.asked('people/operator-a-01', 'officer-1'), 403, 'role_not_allowed');
  });

  it('tell who is trained and pledged, contractors by their own training, page by page', async () => {
    const first = await ground.page<Json & { items: Json[]; groups: Json[]; next: string | null }>(
      'training?organization=retailer-a&limit=30',
      'training',
    );
    const second = await ground.page<{ items: Json[]; next: string | null }>(
      `training?organization=retailer-a&limit=30&cursor=${first.next}`,
      'training',
    );
    const items = [...first.items, ...second.items];
    expect(second.next).toBeNull();
    expect(new Set(items.map((one) => one['person_id'])).size).toBe(41);
    expect(items.filter((one) => one['is_trained'] === false).map((one) => one['person_id'])).toEqual(
      expect.arrayContaining(['operator-a-37']),
    );
    const of = (id: string): Json => items.find((one) => one['person_id'] === id) ?? {};
    expect(of('operator-a-31')).toMatchObject({
      employment: 'contractor',
      training_for: 'contractor',
      is_trained: true,
    });
    const count = (employment: string): unknown =>
      first.groups.find((one) => one['employment'] === employment)?.['trained'];
    expect(count('contractor')).toBe(
      items.filter((one) => one['employment'] === 'contractor' && one['is_trained'] === true).length,
    );
    await ground.broker.database.asOwner('alter table person disable trigger user');
    await ground.broker.database.asOwner(
      `update person set training_for = 'employee' where id = 'operator-a-31'`,
    );
    const after = await ground.page<{ items: Json[] }>(
      'training?organization=retailer-a&limit=100',
      'training',
    );
    expect(after.items.find((one) => one['person_id'] === 'operator-a-31')).toMatchObject({
      is_trained: false,
    });
  });

  it('tell which rooms hold whose terminals, and which are in use', async () => {
    type Room = Json & { terminals: Json[]; occupancy: Json[] };
    const { rooms } = await ground.page<{ rooms: Room[] }>('rooms', 'rooms');
    const room = rooms.find((one) => one.terminals.some(({ id }) => id === ground.terminalId));
    expect(room?.terminals.find(({ id }) => id === ground.terminalId)).toMatchObject({
      organization_id: 'retailer-a',
      used_by: 'operator-a-01',
      lost_at: null,
    });
    expect(room?.occupancy).toContainEqual(
      expect.objectContaining({ organization_id: 'retailer-a', in_use: 1, lost: 0 }),
    );
    await ground.broker.moveClock(6 * 60_000);
    const later = await ground.page<{ rooms: Room[] }>('rooms', 'rooms');
    expect(later.rooms.flatMap((one) => one.terminals).every((one) => one['used_by'] === null)).toBe(true);
  });

  it('tell a retailer how many of its customers others viewed, and its own viewers nothing of themselves', async () => {
    const theirs = pointsOf('Z9102');
    const own = pointsOf('Z9101');
    expect([theirs.length > 0, own.length > 0]).toEqual([true, true]);
    const found = await report('retailer-b');
    const [lookups, ...others] = found.lines.filter((line) => line['type'] === 'use.lookup');
    expect(others).toEqual([]);
    expect(lookups).toMatchObject({
      organization_id: 'retailer-a',
      purpose: 'outage_enquiry',
      uses: theirs.length,
      points: new Set(theirs).size,
    });
    expect(lookups?.['fields']).toContain('outage_state');
    const matched = theirs.includes(ground.uses.points.at(-1)?.supply_point_id ?? '') ? 1 : 0;
    expect(found.uses).toBe(theirs.length + matched);
    expect(await report('retailer-a')).toMatchObject({ uses: 0, lines: [] });
    const before = `?to=${encodeURIComponent('2026-01-01T00:00:00Z')}`;
    expect(await report('retailer-b', before)).toMatchObject({ uses: 0, lines: [] });
    expect(found.unknown).toBe(0);
    for (const id of ['tdo', 'nobody'])
      fitsProblem(await ground.asked(`retailers/${id}/viewed-by-others`), 404, 'not_found');
  });

  it('hand that over as JSON or a sheet, with no person and no supply point in it', async () => {
    const session = await send(`${ground.broker.url}/api/v1/session`, 'POST', { person_id: 'regulator-1' });
    const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const path = '/api/v1/desk/retailers/retailer-b/viewed-by-others';
    const answer = await fetch(`${ground.broker.url}${path}`, {
      headers: { cookie, accept: 'text/csv' },
    });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const text = bytes.toString();
    expect(text.split('\r\n')).toHaveLength((await report('retailer-b')).lines.length + 2);
    const json = JSON.stringify(await report('retailer-b'));
    type Names = { id: string; name: string };
    const people = await ground.broker.database.asOwner<Names>('select id, name from person');
    const records = await ground.broker.records<{ id: string; grant_id: string; supply_point_ref: string }>(
      `type like 'use.%' and supply_point_ref is not null`,
    );
    const personal = [
      ...people.flatMap(({ id, name }) => [id, name]),
      ...records.flatMap((one) => [one.id, one.grant_id, one.supply_point_ref]),
      ...ground.uses.points.map((one) => one.supply_point_id),
    ];
    expect(personal.length).toBeGreaterThan(100);
    expect(personal.filter((one) => text.includes(one) || json.includes(one))).toEqual([]);
    const [{ payload } = { payload: '' }] = (
      await ground.broker.records<{ payload: string }>(`type = 'desk.read' and person_id = 'regulator-1'`)
    ).slice(-1);
    expect(payload).toContain('viewed_by_others');
    const line = { day: '2026-11-23', organization_id: 'x', organization_name: '=1+1', purpose: 'p', type: 't', uses: 1, points: 1, fields: ['a', 'b'] }; // prettier-ignore
    const sheet = {
      retailer_id: 'y',
      retailer_name: 'y',
      from: null,
      to: '',
      uses: 1,
      unknown: 0,
      lines: [line],
    };
    expect(csvOfViewed(sheet)).toContain(`\r\n2026-11-23,x,'=1+1,p,t,1,1,a b\r\n`);
  });

  it('count by the code that the retailer had at the time', async () => {
    const theirs = pointsOf('Z9102').length;
    const rename = (code: string): Promise<unknown> =>
      ground.broker.database.asOwner(`
        insert into fact_version (resource_type, resource_id, version, at, facts)
        select resource_type, resource_id, version + 1, broker_now(), jsonb_set(facts, '{retailer_code}', '"${code}"')
          from fact_version where resource_type = 'organization' and resource_id = 'retailer-b' order by version desc limit 1`);
    await rename('Z9105');
    const lines = (await report('retailer-b')).lines.filter((line) => line['type'] === 'use.lookup');
    expect(lines).toMatchObject([{ uses: theirs }]);
    await ground.broker.database
      .asOwner(`update fact_version set at = '2020-01-01' where resource_type = 'organization'
      and resource_id = 'retailer-b' and version = 2`);
    const moved = (await report('retailer-b')).lines.filter((line) => line['type'] === 'use.lookup');
    expect(moved.reduce((sum, line) => sum + line.uses, 0)).toBe(pointsOf('Z9105').length);
  });
});

describe('whose customer it was, frozen', () => {
  const reference = new Reference(Buffer.alloc(32, 7));
  const other = new Reference(Buffer.alloc(32, 8));
  it('is one reference for one company, whatever follows its code, and another under another key', () => {
    const one = retailerReference(reference, 'Z9102-01');
    expect(one).toMatch(/^[\w-]{22}$/);
    expect([retailerReference(reference, ' z9102 '), retailerReference(reference, 'Ｚ９１０２-77')]).toEqual([
      one,
      one,
    ]);
    expect(retailerReference(reference, 'Z9103')).not.toBe(one);
    expect(retailerReference(other, 'Z9102')).not.toBe(one);
    expect(reference.of('sought', 'Z9102')).not.toBe(one);
  });
  it('is nobody’s under last-resort supply, and unknown without a code', () => {
    for (const code of ['Z9000', 'Z9000-1', '', null, 5])
      expect(retailerReference(reference, code)).toBeNull();
  });
});
