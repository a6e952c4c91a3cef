import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { DomainError } from '../../src/contract/domain-error.js';
import { createConnector, type WheelingConnector } from '../../src/wheeling/wheeling.connector.js';
import type { Mode } from '../../src/wheeling/sample/switches.js';
import { SampleSystem, type Point } from './sample-system.js';

const SETTINGS = { timeoutMs: 2_000, maxConcurrent: 2, maxAnswerBytes: 64 * 1024 };

async function failureOf(answer: Promise<unknown>): Promise<DomainError> {
  const outcome = await answer.catch((error: unknown) => error);
  if (!(outcome instanceof DomainError)) throw new Error(`no failure: ${JSON.stringify(outcome)}`);
  return outcome;
}

describe('the connector to the wheeling system', () => {
  let system: SampleSystem;
  let connector: WheelingConnector;
  let points: Point[];
  let point: Point;
  let other: Point;

  beforeAll(async () => {
    system = await SampleSystem.start();
    points = await system.points('272035', '&limit=1000');
    [point, other] = points as [Point, Point];
  });
  beforeEach(async () => {
    await system.switch({ mode: 'normal' });
    connector = createConnector({ ...SETTINGS, url: system.url });
  });
  afterEach(() => connector.close());
  afterAll(() => system.stop());

  /** The three ways to seek the same point. */
  const ways = (): Promise<unknown>[] => [
    connector.bySupplyPoint(point.supply_point_id),
    connector.byPhone(point.contact_phone),
    connector.byPhone(point.customer_phone),
    connector.byAddress(point.municipality_code, point.supply_address),
  ];

  it('finds one point, whole, each way', async () => {
    for (const answer of ways()) expect(await answer).toEqual({ kind: 'one', record: point });
  });

  it('finds none', async () => {
    expect(await connector.bySupplyPoint('9'.repeat(22))).toEqual({ kind: 'none' });
    expect(await connector.byPhone('0900000')).toEqual({ kind: 'none' });
    expect(await connector.byAddress('272035', '本町99丁目1番1号')).toEqual({ kind: 'none' });
  });

  it('says that there are several, and shows none of them', async () => {
    const flat = points.find(({ supply_address }) => supply_address.endsWith('101号室'))!;
    const house = flat.supply_address.replace(/ .*/, '');
    expect(await connector.byAddress('272035', house)).toEqual({ kind: 'several' });
    const shared = points.find((one, at) =>
      points.some((two, o) => o < at && two.contact_phone === one.contact_phone),
    )!;
    expect(await connector.byPhone(shared.contact_phone)).toEqual({ kind: 'several' });
  });

  it('waits for a slow answer within its time', async () => {
    await system.switch({ mode: 'slow', delay_ms: 300 });
    expect(await connector.bySupplyPoint(point.supply_point_id)).toEqual({ kind: 'one', record: point });
  });

  it.each<[Mode, string]>([
    ['broken', 'wheeling_unavailable'],
    ['hang', 'wheeling_unavailable'],
    ['malformed', 'wheeling_untrusted'],
    ['huge', 'wheeling_untrusted'],
    ['lying', 'wheeling_untrusted'],
  ])('meets a %s system with %s, however it asks, and quotes no value', async (mode, code) => {
    await system.switch({ mode, delay_ms: 0 });
    const failures = await Promise.all(ways().map(failureOf));
    expect(failures.map((failure) => failure.code)).toEqual(failures.map(() => code));
    const said = failures.map((failure) => `${failure.stack} ${JSON.stringify(failure)}`).join();
    const values = [...Object.values(point), ...Object.values(other)].filter((v) => String(v).length > 6);
    expect(values.filter((value) => said.includes(String(value)))).toEqual([]);
    expect(said).not.toMatch(/"items|supply_point_id"/);
  });

  it('is well again as soon as the system is', async () => {
    await system.switch({ mode: 'broken' });
    await failureOf(connector.bySupplyPoint(point.supply_point_id));
    await system.switch({ mode: 'normal' });
    expect(await connector.bySupplyPoint(point.supply_point_id)).toMatchObject({ kind: 'one' });
  });

  it('passes on columns that nobody has classified, for the mask to drop', async () => {
    await system.switch({ mode: 'chatty' });
    expect(await connector.bySupplyPoint(point.supply_point_id)).toMatchObject({
      kind: 'one',
      record: { ...point, zz_new_column: `LEAK-${point.supply_point_id}` },
    });
  });

  it('limits a fault to one point, however it is sought', async () => {
    await system.switch({ mode: 'broken', only: { supply_point_id: point.supply_point_id } });
    for (const failure of await Promise.all(ways().map(failureOf)))
      expect(failure.code).toBe('wheeling_unavailable');
    expect(await connector.bySupplyPoint(other.supply_point_id)).toMatchObject({ kind: 'one' });
  });

  it('answers others while every place is held by a point that hangs', async () => {
    await system.switch({ mode: 'hang', only: { supply_point_id: point.supply_point_id } });
    let ended = 0;
    const hanging = [1, 2].map(() =>
      failureOf(connector.bySupplyPoint(point.supply_point_id)).finally(() => ended++),
    );
    expect(await connector.bySupplyPoint(other.supply_point_id)).toMatchObject({ kind: 'one' });
    expect(ended).toBe(0);
    for (const failure of await Promise.all(hanging)) expect(failure.code).toBe('wheeling_unavailable');
  });

  it('refuses at once what would wait behind a full queue', async () => {
    await system.switch({ mode: 'hang', delay_ms: 0 });
    const calls = points.slice(0, 40).map((one) => failureOf(connector.bySupplyPoint(one.supply_point_id)));
    const reasons = (await Promise.all(calls)).map((failure) => failure.more.internal);
    // 2 under way and 16 waiting; the other 22 never reached the system.
    expect(reasons.filter((reason) => reason === 'too many calls waiting')).toHaveLength(22);
  });

  it('is unavailable where nobody listens', async () => {
    const nobody = createConnector({ ...SETTINGS, url: 'http://127.0.0.1:1' });
    expect((await failureOf(nobody.byPhone('0900'))).code).toBe('wheeling_unavailable');
    nobody.close();
  });
});

describe('the connector to a system that is not the sample', () => {
  const item = { supply_point_id: '9'.repeat(22), municipality_code: '272035', outage_state: 'outage' };
  let answer: { status: number; body: string };
  let connector: WheelingConnector;
  let seen: string[];
  let closesUsedConnections = false;
  const used = new WeakSet<Socket>();
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (closesUsedConnections && used.has(request.socket)) return request.socket.resetAndDestroy();
    used.add(request.socket);
    request.resume().once('end', () => response.writeHead(answer.status).end(answer.body));
    return undefined;
  });

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  beforeEach(() => {
    seen = [];
    const { port } = server.address() as AddressInfo;
    connector = createConnector({ ...SETTINGS, url: `http://127.0.0.1:${port}/api` });
  });
  afterEach(() => connector.close());
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('puts no value into a URL', async () => {
    answer = { status: 200, body: '{"items":[]}' };
    await connector.bySupplyPoint(item.supply_point_id);
    await connector.byPhone('09000000001');
    await connector.byAddress('272035', '本町1-2-3');
    expect(seen).toEqual(Array(3).fill('POST /api/search'));
  });

  it.each([
    ['no object', '[]'],
    ['no items', '{}'],
    ['items that are no list', '{"items":{}}'],
    ['an item that is no object', '{"items":[null]}'],
    ['a number for a number', JSON.stringify({ items: [{ ...item, supply_point_id: 99 }] })],
    ['a short number', JSON.stringify({ items: [{ ...item, supply_point_id: '99' }] })],
    ['no municipality', JSON.stringify({ items: [{ ...item, municipality_code: undefined }] })],
    ['an unknown outage state', JSON.stringify({ items: [{ ...item, outage_state: 'dark' }] })],
    [
      'a second point that is another',
      JSON.stringify({ items: [item, { ...item, supply_point_id: '8'.repeat(22) }] }),
    ],
  ])('does not trust %s', async (_, body) => {
    answer = { status: 200, body };
    expect((await failureOf(connector.bySupplyPoint(item.supply_point_id))).code).toBe('wheeling_untrusted');
  });

  it('does not trust a telephone or an address that is missing, or of another municipality', async () => {
    answer = { status: 200, body: JSON.stringify({ items: [item] }) };
    expect((await failureOf(connector.byPhone('0900'))).code).toBe('wheeling_untrusted');
    expect((await failureOf(connector.byAddress('272035', '本町1-2-3'))).code).toBe('wheeling_untrusted');
    const elsewhere = { ...item, municipality_code: '131130', supply_address: '本町1-2-3' };
    answer = { status: 200, body: JSON.stringify({ items: [elsewhere] }) };
    expect((await failureOf(connector.byAddress('272035', '本町1-2-3'))).code).toBe('wheeling_untrusted');
    expect(await connector.byAddress('131130', '本町1-2-3')).toMatchObject({ kind: 'one' });
  });

  it.each([
    [404, 'wheeling_untrusted'],
    [302, 'wheeling_untrusted'],
    [429, 'wheeling_unavailable'],
    [503, 'wheeling_unavailable'],
  ])('meets status %i with %s', async (status, code) => {
    answer = { status, body: JSON.stringify({ items: [item] }) };
    expect((await failureOf(connector.bySupplyPoint(item.supply_point_id))).code).toBe(code);
  });

  it('asks again when an idle connection was closed on it', async () => {
    answer = { status: 200, body: '{"items":[]}' };
    closesUsedConnections = true;
    await connector.byPhone('0900');
    expect(await connector.byPhone('0900')).toEqual({ kind: 'none' });
    expect(seen).toHaveLength(3);
  });
});
