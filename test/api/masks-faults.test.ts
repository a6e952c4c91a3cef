import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FIELD_IDS } from '../../src/agreements/field-catalogue.js';
import type { Mode } from '../../src/wheeling/sample/switches.js';
import { Broker } from '../harness/broker.js';
import { relationFiles, tablesAsText } from '../harness/database-bytes.js';
import { Overheard } from '../harness/overheard.js';
import { expectNothing, MasksStage } from '../stories/masks-stage.js';
import { waysTo } from '../stories/raw-points.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';

const FAULTS: [Mode, string][] = [
  ['broken', 'wheeling_unavailable'],
  ['hang', 'wheeling_unavailable'],
  ['slow', 'wheeling_unavailable'],
  ['malformed', 'wheeling_untrusted'],
  ['huge', 'wheeling_untrusted'],
  ['lying', 'wheeling_untrusted'],
];

/** Uses 1 to 3 of `everyUse` look up by another key than the number. */
const isByOtherKey = (use: number): boolean => use >= 1 && use <= 3;

/** Long enough for every answer that comes, on a busy machine too. */
const TIMEOUT_MS = 3_000;

describe('masks (laws 3 and 10): a wheeling system that fails or lies brings no value out', () => {
  let stage: MasksStage;
  let refs: Map<SamplePoint, string>;
  const ticket = { ticket_id: 'T-1024' };

  beforeAll(async () => {
    stage = await MasksStage.set(TIMEOUT_MS);
    refs = new Map();
    for (const point of stage.parts.points.slice(0, 1))
      refs.set(point, await stage.find(point, waysTo(point)['its number'], await stage.ticketOf(point)));
  });
  afterEach(() => stage.parts.system.switch({ mode: 'chatty' }));
  afterAll(() => stage.strike());

  /** Each of the three data calls, on each way: what it answered. */
  async function everyUse(point: SamplePoint) {
    const { operator } = stage.parts;
    const ref = refs.get(point) ?? '';
    const lookups = Object.values(waysTo(point)).map((way) => operator.lookup(way, { call: ticket }));
    const byRef = [
      operator.match(ref, 'contract_holder_name', point.contract_holder_name),
      operator.reveal(ref, 'contact_phone'),
    ];
    return (await Promise.all([...lookups, ...byRef])) as { status: number; body: unknown }[];
  }

  it.each(FAULTS)('refuses every use before a %s system with %s, on record', async (mode, code) => {
    await stage.parts.system.switch({ mode, delay_ms: mode === 'slow' ? TIMEOUT_MS * 2 : 0 });
    for (const point of refs.keys()) {
      const answers = await everyUse(point);
      const codes = answers.map((_, way) => (mode === 'lying' && isByOtherKey(way) ? 'untrusted' : code));
      // By telephone or address, an error would tell that something is there: nothing was found.
      answers.forEach(({ body }, way) => {
        expect(body).toMatchObject(codes[way] === 'untrusted' ? { outcome: 'no_result' } : { code });
      });
      const ids = answers.map(({ body }) => (body as { record_id: string }).record_id);
      const recorded = await stage.parts.broker.records<{
        id: string;
        code: string;
        decision: string;
        person_id: string;
      }>('id = any($1)', [ids]);
      const byId = new Map(recorded.map((one) => [one.id, [one.decision, one.code, one.person_id]]));
      expect(ids.map((id) => byId.get(id))).toEqual(codes.map((each) => ['refuse', each, 'operator-a-01']));
      const evaluation = stage.evaluationOf(point, 'view', ['outage_state']);
      const { body } = await stage.asSystem<{ decision: boolean; context: { reason: object } }>(
        '/access/v1/evaluation',
        evaluation,
      );
      expect([body.decision, body.context.reason]).toEqual([false, expect.objectContaining({ code })]);
    }
  });

  it('uses no attempt up while the system fails, and is well again with it', async () => {
    for (const point of refs.keys()) {
      const answers = await stage.parts.overheard.permitting(
        [point.contact_phone, String(point['service_pole_number'])],
        () => everyUse(point),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    }
  });

  it('left no value in any answer, log line, table or index', async () => {
    const { broker, search } = stage.parts;
    expect(stage.leaks()).toEqual([]);
    expect(broker.log.lines.filter((line) => line.includes('wheeling_untrusted'))).not.toEqual([]);
    expect(search.find(broker.log.lines.join('\n'))).toEqual([]);
    const kept = [...(await tablesAsText(broker.database)), ...(await relationFiles(broker.database))];
    expect(kept.filter(({ bytes }) => search.find(bytes).length > 0).map(({ name }) => name)).toEqual([]);
  });

  describe('a system that hides values where others belong', () => {
    let server: Server;
    let broker: Broker;
    let answer: unknown;
    beforeAll(async () => {
      server = createServer((request, response) => {
        request.resume().once('end', () => response.end(JSON.stringify(answer)));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      broker = await Broker.start({ wheelingUrl: `http://127.0.0.1:${port}` });
    });
    afterAll(async () => {
      await broker.stop();
      await new Promise((resolve) => server.close(resolve));
    });

    it('gets none of them out: not as objects, not as lists, not beside the items, not as a second item', async () => {
      const [point] = stage.parts.points as [SamplePoint];
      const declaration = await broker.storm.declared();
      const { operator } = await broker.storm.operator('operator-a-02', declaration.id);
      const overheard = new Overheard(broker.url);
      const way = waysTo(point)['its number'];
      const read = ['supply_point_id', 'municipality_code', 'outage_state', 'contact_phone'];
      const others = FIELD_IDS.filter((field) => !read.includes(field));
      const secret = { holder: point.contract_holder_name, phone: point['customer_phone'] };
      const disguises: unknown[] = [
        secret,
        [secret],
        { in: { in: [secret] } },
        JSON.stringify(secret).padEnd(501, 'x'),
      ];
      for (const disguise of disguises) {
        const columns = Object.fromEntries(others.map((field) => [field, disguise]));
        answer = { items: [{ ...point, ...columns }], note: point };
        const found = expectStatus(await operator.lookup(way, { call: ticket }), 200);
        const { fields, ref } = found.results[0]!;
        expect(fields['service_pole_number']).toBeNull();
        expect(await operator.reveal(ref, 'customer_phone')).toMatchObject({ body: { value: null } });
      }
      answer = { items: [point, point] };
      expectNothing(await operator.lookup(way, { call: ticket }));
      answer = { items: [point, stage.parts.outside] };
      expect((await operator.lookup(way, { call: ticket })).body.code).toBe('wheeling_untrusted');
      overheard.stop();
      const leaks = overheard.answers.flatMap(({ request, bytes }) =>
        stage.parts.search.find(bytes).map((what) => `${request}: ${what}`),
      );
      expect(leaks).toEqual([]);
      expect(stage.parts.search.find(broker.log.lines.join('\n'))).toEqual([]);
    });
  });
});
