import { AttestationsJob } from '../../src/review/attestations.job.js';
import { Broker } from '../harness/broker.js';
import type { Answer, Operator } from '../stories/actors.js';
import { waysTo } from '../stories/raw-points.js';
import { expectStatus, samplePoints, type SamplePoint, type Storm } from '../stories/storm.js';
import { SQLSTATE, triedAsApp, triedAsOwner } from './as-role.js';
import { endingsJob, withoutIntervals, type Certificate } from './sweep.js';
import { refOf, refusalOf } from './witnesses.js';

interface Kept {
  id: string;
  type: string;
  is_drill: boolean;
  declaration_id: string | null;
  person_id: string | null;
  payload: string;
}
interface Item {
  title: string;
  is_drill: boolean;
  declaration_id: string | null;
}

const dark = async (url: string): Promise<SamplePoint> => {
  const [point] = (await samplePoints(url, '272035', 130)).filter((one) => one.outage_state === 'outage');
  if (!point) throw new Error('the sample has points in outage');
  return point;
};

describe('Law 9: A drill never touches real data, and never mixes', () => {
  let broker: Broker;
  let storm: Storm;
  let ids: { real: string; drill: string };
  let grants: { real: string; drill: string };
  let operators: { real: Operator; drill: Operator };
  let points: { real: SamplePoint; drill: SamplePoint };

  beforeAll(async () => {
    broker = withoutIntervals(await Broker.start());
    ({ storm } = broker);
    ids = {
      real: (await storm.declared()).id,
      drill: (await storm.declared({ is_drill: true, name: '総合訓練' })).id,
    };
    const real = await storm.operator('operator-a-01', ids.real);
    const drill = await storm.operator('operator-a-02', ids.drill);
    operators = { real: real.operator, drill: drill.operator };
    grants = { real: real.grantId, drill: drill.grantId };
    points = { real: await dark(broker.wheelingUrl), drill: await dark(broker.drillWheelingUrl) };
  });
  afterAll(() => broker.stop());

  const got = async <T>(by: string, path: string): Promise<T> =>
    expectStatus(await (await storm.person(by)).get<T>(`/api/v1/${path}`), 200);
  const givenIn = async (declaration: string, people: string[]): Promise<string[]> => {
    const call = await storm.called(declaration);
    const nomination = await storm.nominated(call.id, people);
    return (await storm.approved(nomination.id)).map((one) => one.id);
  };

  it('gives a drill no real point and a real operator none of a drill, by any key, in one batch', async () => {
    const asked = (['real', 'drill'] as const).flatMap((by) =>
      (['real', 'drill'] as const).flatMap((of) =>
        Object.values(waysTo(points[of])).map((way) => ({ by, of, way })),
      ),
    );
    expect(asked.length).toBeGreaterThanOrEqual(12);
    const answers = await Promise.all(asked.map(({ by, way }) => operators[by].lookup(way)));
    for (const [index, { by, of }] of asked.entries()) {
      const { outcome, results } = expectStatus(answers[index]!, 200);
      const own = [{ fields: { supply_point_id: `…${points[of].supply_point_id.slice(-6)}` } }];
      expect([by, of, outcome]).toEqual([by, of, by === of ? 'found' : 'no_result']);
      expect(results).toMatchObject(by === of ? own : []);
    }
    expect(points.real.supply_point_id).toMatch(/^99/);
    expect(points.drill.supply_point_id).toMatch(/^98/);
  });

  it('opens no reference of the one to the other', async () => {
    for (const [by, other] of [
      ['real', 'drill'],
      ['drill', 'real'],
    ] as const) {
      const ref = refOf(await operators[by].lookup(waysTo(points[by])['its number']));
      const held = points[by].contract_holder_name;
      const crossed = [
        await operators[other].match(ref, 'contract_holder_name', held),
        await operators[other].reveal(ref, 'contact_phone'),
      ];
      expect(crossed.map((one) => (one.body as { code?: string }).code)).toEqual([
        'ref_unknown',
        'ref_unknown',
      ]);
      expect(expectStatus(await operators[by].match(ref, 'contract_holder_name', held), 200).match).toBe(
        true,
      );
    }
  });

  it('puts every record of a drill under types of its own, in the column and in what is hashed', async () => {
    const rows = await broker.records<Kept>();
    const ofDeclarations = rows.filter((one) => one.declaration_id !== null);
    expect(new Set(ofDeclarations.map((one) => one.declaration_id))).toEqual(new Set(Object.values(ids)));
    for (const row of rows) {
      const isDrill = row.declaration_id === ids.drill;
      const hashed = JSON.parse(row.payload) as { isDrill: boolean; type: string };
      expect([row.type, row.is_drill, row.type.startsWith('drill.')]).toEqual([row.type, isDrill, isDrill]);
      expect([hashed.isDrill, hashed.type]).toEqual([isDrill, row.type]);
    }
    const kinds = (id: string): string[] =>
      [...new Set(rows.filter((one) => one.declaration_id === id).map((one) => one.type))].sort();
    expect(kinds(ids.real)).toContain('use.lookup');
    expect(kinds(ids.drill)).toEqual(kinds(ids.real).map((type) => `drill.${type}`));
  });

  it('lets no filter for real uses find one of a drill, nor the other way round', async () => {
    type Found = { items: { type: string; is_drill: boolean; person_id: string }[] };
    const found = (query: string): Promise<Found> => got<Found>('auditor-1', `records?limit=100&${query}`);
    for (const type of ['use.lookup', 'use.match']) {
      const [real, drill] = [await found(`type=${type}`), await found(`type=drill.${type}`)];
      expect(new Set(real.items.map((one) => [one.type, one.is_drill, one.person_id].join()))).toEqual(
        new Set([`${type},false,operator-a-01`]),
      );
      expect(new Set(drill.items.map((one) => [one.type, one.is_drill, one.person_id].join()))).toEqual(
        new Set([`drill.${type},true,operator-a-02`]),
      );
      for (const narrowing of [`declaration=${ids.drill}`, `grant=${grants.drill}`, 'person=operator-a-02'])
        expect((await found(`type=${type}&${narrowing}`)).items).toEqual([]);
    }
  });

  it('takes no drill for a real shift: a person is in one of the two', async () => {
    const call = await storm.called(ids.drill);
    const beside = await storm.nominated(call.id, ['operator-a-01']);
    expect(beside.results).toMatchObject([{ verdict: 'refused', code: 'other_live_grant' }]);

    const drill = await storm.operator('operator-a-04', ids.drill);
    const way = waysTo(points.drill)['its number'];
    expect(expectStatus(await drill.operator.lookup(way), 200).outcome).toBe('found');
    const [real] = await givenIn(ids.real, ['operator-a-04']);
    expect(refusalOf(await drill.operator.lookup(way))).toEqual([403, 'revoked']);
    expect(refusalOf(await drill.operator.credential(drill.grantId))).toEqual([403, 'revoked']);
    const held = await broker.database.asOwner(
      `select id, is_drill from access_grant where person_id = 'operator-a-04' and revoked_at is null`,
    );
    expect(held).toEqual([{ id: real, is_drill: false }]);
    const ended = await broker.records<Kept>(`type like '%grant.revoked' and grant_id = $1`, [drill.grantId]);
    expect(ended).toMatchObject([{ type: 'drill.grant.revoked', is_drill: true, declaration_id: ids.drill }]);
  });

  it('lets nobody make a drill real, or the other way round, not the tables’ owner either', async () => {
    const { restrict, foreignKey, insufficientPrivilege } = SQLSTATE;
    const statements = [
      ...Object.values(ids).map((id) => `update declaration set is_drill = not is_drill where id = '${id}'`),
      ...Object.values(grants).map(
        (id) => `update access_grant set is_drill = not is_drill where id = '${id}'`,
      ),
      `update record set is_drill = false where is_drill`,
      `update record set type = replace(type, 'drill.', '') where is_drill`,
      `update access_grant set declaration_id = '${ids.real}' where id = '${grants.drill}'`,
      `delete from record where is_drill`,
    ];
    expect(await triedAsApp(broker, statements)).toEqual(statements.map(() => insufficientPrivilege));
    expect(await triedAsOwner(broker, statements.slice(0, 4))).toEqual([
      restrict,
      restrict,
      foreignKey,
      foreignKey,
    ]);
    const kinds = await broker.database.asOwner(
      `select d.is_drill, g.is_drill as of_grant from access_grant g join declaration d on d.id = g.declaration_id
        where g.id = any($1) order by 1`,
      [Object.values(grants)],
    );
    expect(kinds).toEqual([
      { is_drill: false, of_grant: false },
      { is_drill: true, of_grant: true },
    ]);
  });

  it('freezes nothing real for what was seen in a drill', async () => {
    const shown = async (which: 'real' | 'drill'): Promise<string[]> => {
      const answer = expectStatus(await operators[which].lookup(waysTo(points[which])['its number']), 200);
      return Object.keys(answer.results[0]?.fields ?? {});
    };
    const use = expectStatus(await operators.drill.lookup(waysTo(points.drill)['its number']), 200).record_id;
    const report = (by: Operator, record: string): Promise<Answer> =>
      by.person.post('/api/v1/incidents', {
        record_id: record,
        field: 'supply_address',
        description: '住所が見えていました',
      });
    // A use of the drill is nobody's ground for a report about the real one.
    expect((await report(operators.real, use)).status).toBe(404);
    expectStatus(await report(operators.drill, use), 201);
    expect([await shown('drill'), await shown('real')]).toEqual([
      expect.not.arrayContaining(['supply_address']),
      expect.arrayContaining(['supply_address']),
    ]);
    const reports = await broker.records<Kept>(`type like '%incident.reported'`);
    expect(reports).toMatchObject([{ type: 'drill.incident.reported', is_drill: true }]);
  });

  it('says drill in every line of the inbox that is of one, and nowhere else', async () => {
    const people = [
      'officer-1',
      'compliance-1',
      'supervisor-a',
      'operator-a-01',
      'operator-a-02',
      'auditor-1',
    ];
    const inboxes = await Promise.all(
      people.map((id) => got<{ items: Item[] }>(id, 'inbox?limit=100').then(({ items }) => items)),
    );
    const lines = inboxes.flat().filter((one) => one.declaration_id !== null);
    for (const { title, is_drill, declaration_id } of lines) {
      const isDrill = declaration_id === ids.drill;
      expect([title, is_drill, title.startsWith('【訓練】')]).toEqual([title, isDrill, isDrill]);
    }
    expect(new Set(lines.map((one) => one.is_drill))).toEqual(new Set([true, false]));
  });

  it('attests the live grants of real declarations, and no drill', async () => {
    const [counted] = await broker.database.asOwner<{ real: number; drill: number }>(
      `select count(*) filter (where not is_drill)::integer as real, count(*) filter (where is_drill)::integer as drill
         from access_grant where revoked_at is null and acknowledged_at is not null`,
    );
    expect(counted).toEqual({ real: 1, drill: 1 });
    expect(await broker.instances[0]!.app.get(AttestationsJob, { strict: false }).runOnce()).toBe(true);
    const { items } = await got<{ items: object[] }>('auditor-1', 'attestations');
    expect(items).toMatchObject([{ live_grants: 1, outside: 0 }]);
  });

  it('certifies the end of each by itself, and says which is the drill', async () => {
    const hq = await storm.person('hq-1');
    const lifted = await hq.post(`/api/v1/declarations/${ids.drill}/lift`, { reason: '訓練が終わったため' });
    expectStatus(lifted, 200);
    await endingsJob(broker).runOnce();
    const drill = await got<Certificate>('auditor-1', `declarations/${ids.drill}/certificate`);
    expect(drill).toMatchObject({ is_drill: true, name: '総合訓練', totals: { unresolved: 0 } });
    expect(drill.grants.map((one) => one.id)).toContain(grants.drill);
    expect(drill.grants.map((one) => one.id)).not.toContain(grants.real);
    // The real one is as live as before, and ends on its own.
    expect(expectStatus(await operators.real.lookup(waysTo(points.real)['its number']), 200).outcome).toBe(
      'found',
    );
    const open = await (await storm.person('auditor-1')).get(`/api/v1/declarations/${ids.real}/certificate`);
    expect(refusalOf(open)).toEqual([409, 'certificate_incomplete']);
    expectStatus(await hq.post(`/api/v1/declarations/${ids.real}/lift`, { reason: '復旧したため' }), 200);
    await endingsJob(broker).runOnce();
    const real = await got<Certificate>('auditor-1', `declarations/${ids.real}/certificate`);
    expect(real).toMatchObject({ is_drill: false });
    expect(real.grants.map((one) => one.id)).not.toContain(grants.drill);
    const closed = await broker.records<Kept>(`type like '%declaration.closed'`);
    expect(closed.map((one) => [one.type, one.is_drill, one.declaration_id])).toEqual([
      ['drill.declaration.closed', true, ids.drill],
      ['declaration.closed', false, ids.real],
    ]);
  });
});
