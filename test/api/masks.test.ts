import { Logger } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { FIELD_IDS } from '../../src/agreements/field-catalogue.js';
import { SealedBox } from '../../src/config/secret-keys.js';
import { activity, relationFiles, serverLog, tablesAsText } from '../harness/database-bytes.js';
import { everyView, malformedRequests } from '../stories/every-route.js';
import { BASIC, expectNothing, MasksStage, textOf } from '../stories/masks-stage.js';
import { MATCHABLE, REVEALABLE, VARIANTS, waysTo } from '../stories/raw-points.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';

/** Columns that no profile may name, or that no catalogue knows. */
const UNKNOWN = [
  ...['record_variant', 'municipality_code', 'contract_holder_name_kana'],
  ...['zz_new_column', 'zz_new_object', '__proto__'],
];
const EVERY_FIELD = [...FIELD_IDS, ...UNKNOWN];

describe('masks (law 3): of a record, only what the profile lists leaves or is kept readable', () => {
  let stage: MasksStage;
  beforeAll(async () => {
    stage = await MasksStage.set();
  });
  afterAll(() => stage.strike());

  describe.each(VARIANTS.map((name, at) => ({ name, at })))('$name', ({ at }) => {
    const both = (): SamplePoint[] => stage.parts.points.slice(at * 2, at * 2 + 2);

    it('shows the listed fields on every way, and those of the outage only without a ticket or outbound', async () => {
      for (const point of both()) {
        const ticket = await stage.ticketOf(point);
        for (const way of Object.values(waysTo(point))) {
          await stage.find(point, way, ticket);
          await stage.find(point, way, { direction: 'outbound', ...ticket }, true);
          await stage.find(point, way, {}, point.outage_state === 'energised');
        }
      }
    });

    it('says yes or no where a field may be matched, and refuses every other field', async () => {
      for (const point of both()) {
        const ref = await stage.find(point, waysTo(point)['its number'], await stage.ticketOf(point));
        for (const field of EVERY_FIELD) {
          const stated = textOf(point[field]);
          const answer = await stage.parts.operator.match(ref, field, stated);
          if (MATCHABLE.includes(field)) {
            expect(answer.body).toEqual({ record_id: answer.body.record_id, match: true });
            stage.told.set(answer.body.record_id, { stated });
          } else expect([field, answer.status]).toEqual([field, 403]);
        }
        const stated = textOf(stage.parts.outside.meter_number);
        const missed = expectStatus(await stage.parts.operator.match(ref, 'meter_number', stated), 200);
        expect(missed).toEqual({ record_id: missed.record_id, match: false });
      }
    });

    it('reveals a field that may be, once, and no other', async () => {
      for (const point of both()) {
        const way = waysTo(point)['its number'];
        const ref = await stage.find(point, way, await stage.ticketOf(point));
        const outbound = await stage.find(point, way, { direction: 'outbound' }, true);
        for (const field of EVERY_FIELD) {
          const value = textOf(point[field]);
          const isRevealable = REVEALABLE.includes(field);
          const reveal = () => stage.parts.operator.reveal(ref, field);
          const answer = await stage.parts.overheard.permitting(isRevealable ? [value] : [], reveal);
          expect([field, answer.status]).toEqual([field, isRevealable ? 200 : 403]);
          if (!isRevealable) continue;
          expect(answer.body).toEqual({ record_id: answer.body.record_id, field, value });
          stage.told.set(answer.body.record_id, { disclosed: { [field]: value } });
          expect((await reveal()).status).toBe(409);
          expect((await stage.parts.operator.reveal(outbound, field)).status).toBe(403);
        }
      }
    });

    it('tells a resource server which fields, never what is in them', async () => {
      for (const point of both()) {
        for (const mode of ['view', 'match', 'reveal']) {
          const evaluations = EVERY_FIELD.map((field) => stage.evaluationOf(point, mode, [field]));
          expectStatus(await stage.asSystem('/access/v1/evaluations', { evaluations }), 200);
          const unsigned = { ...evaluations[0], subject: { type: 'access_token', id: 'x.y.z' } };
          expectStatus(await stage.asSystem('/access/v1/evaluation', unsigned), 200);
        }
      }
    });
  });

  // After all else: a point that was guessed at too often answers like one that is not there.
  it('answers a wrong factor and a number that is nobody’s alike, with nothing', async () => {
    const { operator, points } = stage.parts;
    for (const point of points) {
      const wrong = Object.values(waysTo(point)).map((way) => {
        const [kind = ''] = Object.keys(way.second_factor);
        const factor = kind === 'town_block' ? '大阪府豊中市本町99丁目99番' : '0000';
        return { ...way, second_factor: { [kind]: factor } };
      });
      const supply_point_id = point.supply_point_id.replace('99', '98');
      const nobody = { supply_point_id, second_factor: { meter_number_last4: '0000' } };
      const answers = await Promise.all([...wrong, nobody].map((way) => operator.lookup(way)));
      answers.forEach(expectNothing);
    }
  });

  it('answers several, and a point outside the area, with nothing', async () => {
    const { operator, shared, outside } = stage.parts;
    for (const { contact_phone: phone, meter_number: meter } of shared.slice(0, 2))
      expectNothing(await operator.lookup({ phone, second_factor: { meter_number_last4: meter.slice(-4) } }));
    for (const way of Object.values(waysTo(outside))) expectNothing(await operator.lookup(way));
  });

  it('asks everyone at every other route, and badly', async () => {
    const { operator, grantId, points, overheard } = stage.parts;
    await everyView(stage.parts.broker.storm, operator, grantId, BASIC, points[0]!);
    const auditor = await stage.parts.broker.storm.person('auditor-1');
    for (const point of points.slice(0, 2))
      await malformedRequests(stage.parts.broker.url, operator, point, auditor, overheard);
  });

  it('left no value in any answer, headers and body, beyond what the act was for', () => {
    expect(stage.parts.overheard.answers.length).toBeGreaterThan(2_500);
    expect(stage.leaks()).toEqual([]);
  });

  it('left no value in the log, nor in that of the database server', async () => {
    const { broker, search } = stage.parts;
    expect(search.find(broker.log.lines.join('\n'))).toEqual([]);
    expect(search.find(await serverLog())).toEqual([]);
    expect(search.find(await activity(broker.database))).toEqual([]);
  });

  // The write-ahead log is not judged: the sample wheeling system keeps its own tables on the same test server.
  it('left no value readable in any table, index, TOAST table, sequence or catalogue', async () => {
    const { broker, search } = stage.parts;
    const kept = [...(await tablesAsText(broker.database)), ...(await relationFiles(broker.database))];
    expect(new Set(kept.map(({ kind }) => kind))).toEqual(new Set(['rows', 'r', 'i', 't', 'S']));
    const leaks = kept.flatMap(({ name, kind, bytes }) =>
      search.find(bytes).map((what) => `${kind} ${name}: ${what}`),
    );
    expect(leaks).toEqual([]);
  });

  it('holds, sealed and under its commitment, what was sought, stated and disclosed (law 2)', async () => {
    const { told } = stage;
    const { broker, points } = stage.parts;
    const box = broker.instances[0]!.app.get(SealedBox);
    const opened = new Map<string, Record<string, unknown>>();
    type Row = { id: string; payload: string; sealed: Buffer };
    for (const { id, payload, sealed } of await broker.records<Row>('sealed is not null')) {
      const plain = box.open(sealed, id);
      const [salt, text] = [plain.subarray(0, 32), plain.subarray(32)];
      const { sealed: commitment } = JSON.parse(payload) as { sealed: string };
      expect(createHmac('sha256', salt).update(text).digest('base64')).toBe(commitment);
      opened.set(id, JSON.parse(text.toString()) as Record<string, unknown>);
    }
    expect(told.size).toBeGreaterThan(200);
    for (const [id, { sought, ...rest }] of told) {
      expect(opened.get(id)).toMatchObject(rest);
      if (sought !== undefined) expect(opened.get(id)?.['search']).toContain(sought);
    }
    const refs = await broker.database.asOwner<{ ref_hash: Buffer; sealed: Buffer }>(
      'select ref_hash, sealed from lookup_ref',
    );
    const numbers = refs.map((one) => box.open(one.sealed, one.ref_hash.toString('hex')).toString());
    expect(new Set(numbers)).toEqual(new Set(points.map((point) => point.supply_point_id)));
  });

  describe('control', () => {
    it('looks for something of every point, and of columns that the catalogue does not know', () => {
      const { points, secrets } = stage.parts;
      for (const { supply_point_id: id } of points)
        expect(secrets.filter(({ name }) => name.startsWith(id)).length).toBeGreaterThan(40);
      const columns = new Set(secrets.map(({ name }) => name.replace(/^\d+\.|,.*$/g, '')));
      for (const column of [
        ...['zz_new_column', 'contract_holder_name_kana', 'retailer_code', 'fit_category'],
        ...['zz_new_object.holder', 'zz_new_object.list.0', 'usage_history_13m.12', 'smart_meter_info.unit'],
      ])
        expect(columns).toContain(column);
    });

    it('finds a value that the service was made to show, to log and to keep, and one deleted since', async () => {
      const { broker, overheard, search, points } = stage.parts;
      const secret = points[0]!.contact_phone;
      await broker.storm.declared({ name: `見本 ${secret}` });
      expect(stage.leaks()).not.toEqual([]);
      expect(search.find(overheard.answers.at(-1)!.bytes)).not.toEqual([]);
      new Logger('control').log(`一件 ${secret}`);
      expect(search.find(broker.log.lines.join('\n'))).not.toEqual([]);
      for (const statement of [
        'create table control (value text primary key)',
        `insert into control values ('${secret}')`,
        'delete from control',
      ])
        await broker.database.asOwner(statement);
      const holding = (kept: { name: string; bytes: Buffer }[]): string[] =>
        kept.filter(({ bytes }) => search.find(bytes).length > 0).map(({ name }) => name);
      expect(holding(await tablesAsText(broker.database))).toContain('declaration');
      expect(holding(await relationFiles(broker.database))).toEqual(
        expect.arrayContaining(['declaration', 'control', 'control_pkey']),
      );
    });
  });
});
