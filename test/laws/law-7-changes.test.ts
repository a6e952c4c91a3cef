import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCESS_TABLE } from '../../src/contract/access-table.js';
import type { Broker } from '../harness/broker.js';
import { IdentityHouse } from '../identity/house.js';
import { ask, Folders } from '../ledger/asking.js';
import { auditBy, BUILD_MS, buildAuditor, isLeftOut } from '../ledger/go/go-program.js';
import { Mirror } from '../ledger/mirror.js';
import { everyChange, purged, type Change } from '../stories/every-change.js';
import { expectStatus, samplePoints } from '../stories/storm.js';
import { changesSince, type Changes } from './changes-since.js';
import { withoutIntervals } from './sweep.js';

const DAY = 86_400_000;
const isWithoutGo = await isLeftOut();
const folders = new Folders();
let house: IdentityHouse;
let broker: Broker;
let mirror: Mirror;
let vkey: string;
/** Kept by an auditor before anything was changed. */
let older: string;

/** What each call of a change route left in the database. */
const made: { route: string; status: number; left: Changes }[] = [];

const change: Change = async (by, route, id, body) => {
  const [method = '', path = ''] = route.split(' ');
  const person = await broker.storm.person(by);
  const since = await changesSince.mark(broker);
  const answer = await person.call(method, filled(path, id), body);
  made.push({ route, status: answer.status, left: await changesSince.read(broker, since) });
  if (answer.status >= 300) throw new Error(`${by}: ${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}; // prettier-ignore

/** The ids in the places of the route, in order. */
function filled(path: string, id: string | readonly string[] = []): string {
  const ids = typeof id === 'string' ? [id] : [...id];
  return path.replace(/:\w+/g, () => ids.shift() ?? '');
}

/** A month of which every record is older than the retention, and stamped. */
async function pastRetention(): Promise<string> {
  const month = new Date(broker.now() + 9 * 3_600_000).toISOString().slice(0, 7);
  await mirror.published();
  await broker.moveClock((5 * 365 + 40) * DAY);
  await broker.database.asOwner(
    `insert into checkpoint_timestamp (origin, size, note, token, policy, stamped_at, taken_at)
     select origin, size, note, 'token', '1.2.3', broker_now(), broker_now() from signed_checkpoint`,
  );
  return month;
}

beforeAll(async () => {
  house = await IdentityHouse.open();
  broker = withoutIntervals(house.broker);
  mirror = new Mirror(broker, folders);
  expectStatus(await (await broker.storm.person('auditor-1')).get('/api/v1/records'), 200);
  vkey = (await mirror.get('vkey')).toString().trim();
  older = join(await folders.make(), 'older');
  await writeFile(older, await mirror.published());
  const point = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
  if (!point) throw new Error('the sample has points in outage');
  await everyChange(broker.storm, point, change);
  await purged(change, await pastRetention());
}, 240_000);
afterAll(async () => {
  await house.close();
  await folders.remove();
});

describe('law 7: every change leaves a record', () => {
  it('every change route of the access table is walked: a new one joins `everyChange`', () => {
    const routes = ACCESS_TABLE.filter(({ isChange }) => isChange);
    const listed = routes.map(({ method, path }) => `${method} ${path}`).sort();
    expect([...new Set(made.map(({ route }) => route))].sort()).toEqual(listed);
    expect(listed.length).toBeGreaterThan(40);
  });

  it('each of them changed something, in a transaction with its record, and nothing was changed in one without', () => {
    const left = made.map(({ route, left: { records, recorded, unrecorded } }) => ({
      route, hasRecord: records.length > 0, isTogether: recorded.length > 0, unrecorded,
    })); // prettier-ignore
    const lawful = { hasRecord: true, isTogether: true, unrecorded: [] };
    expect(left).toEqual(made.map(({ route }) => ({ route, ...lawful })));
  });

  it('the control: a change around the ledger is seen', async () => {
    const since = await changesSince.mark(broker);
    await broker.database.asOwner(`update organization set id = id where id = 'tdo'`);
    const { records, recorded, unrecorded } = await changesSince.read(broker, since);
    expect([records, recorded]).toEqual([[], []]);
    expect(unrecorded).toContain('organization');
  });

  it('what they left is verified by `kashikagi verify`, with every record', async () => {
    await mirror.published();
    const rows = await broker.database.asOwner<{ position: string; id: string; payload: string; salt: Buffer }>(
      'select position, id, payload, salt from leaf join record on id = record_id order by position',
    ); // prettier-ignore
    const lines = rows.map(({ position, id, payload, salt }) =>
      JSON.stringify({ index: Number(position), id, payload, salt: salt.toString('base64') }),
    );
    const records = join(await folders.make(), 'records.jsonl');
    await writeFile(records, lines.join('\n'));
    const { code, out } = await ask(
      broker.url,
      ...['--key', vkey, '--from', older, '--records', records, '--complete'],
    );
    expect(out).toContain(`✓ ${lines.length} of ${lines.length} records open their entries`);
    expect(lines.length).toBeGreaterThan(made.length);
    expect(code).toBe(0);
  });

  (isWithoutGo ? it.skip : it)(
    'and by Go’s own code',
    async () => {
      const program = await buildAuditor(await folders.make());
      const { code, err } = await auditBy(program, [await mirror.copy(), vkey, older]);
      expect(err).toBe('');
      expect(code).toBe(0);
    },
    BUILD_MS,
  );
});
