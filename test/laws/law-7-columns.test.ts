import fc from 'fast-check';
import { COMPARED, type Table } from '../../src/review/replay/expected.js';
import { Broker } from '../harness/broker.js';
import type { Person } from '../stories/actors.js';
import { Officers } from '../stories/officers.js';
import { expectStatus, samplePoints } from '../stories/storm.js';
import { forge, replay } from './forgery.js';

/** Rows that belong to another one are compared whole, as a member of it: all columns but the parent's id. */
const MEMBERS: Record<string, { of: Table; as: string; parent: string }> = {
  declaration_amendment: { of: 'declaration', as: 'amendments', parent: 'declaration_id' },
  support_call_organization: { of: 'support_call', as: 'organizations', parent: 'support_call_id' },
  nomination_person: { of: 'nomination', as: 'people', parent: 'nomination_id' },
};
/** Each column that is not compared, and why it decides nothing. */
const EXCUSED: Record<string, string> = {
  'declaration.id': 'the key itself: another one is a row without a record',
  'support_call.id': 'the key itself',
  'nomination.id': 'the key itself',
  'access_grant.id': 'the key itself',
  'credential.grant_id': 'the key itself',
  'incident.id': 'the key itself',
  'incident.use_key': 'bounds how many fields one use freezes; which use is sealed in the record',
};
/** Master data are compared by every column of their versions, and versions by their digests. */
const MASTER = [
  'organization',
  'person',
  'terminal',
  'entrustment_agreement',
  'field_profile',
  'standing_plan',
];
/** PostgreSQL makes it from `clauses`. */
const GENERATED = ['is_complete'];

interface Column {
  table: string;
  column: string;
  type: string;
}

/** Another value of the same type, from the one that stands there. */
function otherValue({ column, type }: Column): string {
  if (type === 'boolean') return `not coalesce(${column}, false)`;
  if (type.startsWith('timestamp'))
    return `case when isfinite(${column}) then ${column} - interval '7 ms' else broker_now() end`;
  if (type === 'ARRAY') return `coalesce(${column}, '{}') || array['forged']`;
  if (/int|numeric/.test(type)) return `coalesce(${column}, 0) + 1`;
  return column === 'offers' ? `'[{"forged": true}]'` : `coalesce(${column}, '') || 'x'`;
}

describe('Law 7: every column that decides access is compared with the ledger', () => {
  let broker: Broker;
  let auditor: Person;
  let columns: Column[];

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    auditor = await storm.person('auditor-1');
    const officers = new Officers(storm);
    expect((await replay(broker, auditor)).open).toEqual([]);
    await officers.agreed('POST', 'standing-plans', {
      organization_id: 'retailer-b',
      field_profile: 'outage-call',
      people: ['operator-b-01'],
      seats: 1,
      shift_hours_max: 4,
      valid_from: storm.in(-1),
      valid_until: storm.in(240),
    });
    const declaration = await storm.declared();
    const { operator, grantId } = await storm.operator('operator-a-01', declaration.id);
    const [hq, other] = [await storm.person('hq-1'), await storm.person('hq-2')];
    const path = `/api/v1/declarations/${declaration.id}`;
    const grown = expectStatus(
      await hq.post(`${path}/area`, { target_area: ['272035', '131130'], reason: '被害が広がったため' }),
      202,
    );
    expectStatus(await other.post(`/api/v1/changes/${String(grown['change_id'])}/confirm`), 200);
    expectStatus(await hq.post(`${path}/area`, { target_area: ['272035'], reason: '復旧したため' }), 200);
    const point = (await samplePoints(broker.wheelingUrl)).find((one) => one.outage_state === 'outage');
    const used = expectStatus(
      await operator.lookup({
        supply_point_id: point?.supply_point_id,
        second_factor: { contact_phone_last4: point?.contact_phone.slice(-4) },
      }),
      200,
    );
    const seen = { record_id: used.record_id, field: 'service_area_code', description: '見えてはいけない' };
    expectStatus(await operator.person.post('/api/v1/incidents', seen), 201);
    await officers.agreed('PATCH', 'field-profiles/outage-call', {
      release: ['service_area_code'],
      reason: '確かめたため',
    });
    // Suspended, resumed and acknowledged anew: each column of the grant has had its act.
    expectStatus(await hq.post(`/api/v1/grants/${grantId}/suspend`, { reason: '確認のため' }), 200);
    expectStatus(await other.post(`/api/v1/grants/${grantId}/resume`, { reason: '確認した' }), 200);
    await storm.acknowledged(operator.person, grantId);
    expectStatus(await hq.post(`/api/v1/grants/${grantId}/revoke`, { reason: '席を離れたため' }), 200);
    expectStatus(await hq.post(`${path}/lift`, { reason: '復旧した' }), 200);
    expect((await replay(broker, auditor)).open).toEqual([]);
    columns = await broker.database.asOwner<Column>(
      `select table_name as table, column_name as column, data_type as type from information_schema.columns
        where table_schema = 'public' and table_name = any($1) order by 1, 2`,
      [[...Object.keys(COMPARED), ...Object.keys(MEMBERS), ...MASTER]],
    );
    // The owner of a table can take its constraints away as well.
    await broker.database.asOwner(`
      do $$ declare c record; begin
        for c in select conrelid::regclass as t, conname from pg_constraint
                  where contype in ('c', 'f') and connamespace = 'public'::regnamespace and conparentid = 0
                    and conrelid::regclass::text not like 'record%' loop
          execute format('alter table %s drop constraint if exists %I cascade', c.t, c.conname);
        end loop;
      end $$`);
  });
  afterAll(() => broker.stop());

  it('each column of the catalogue is compared, or excused by its name', () => {
    const compared = new Set(
      Object.entries(COMPARED).flatMap(([table, names]) => names.map((name) => `${table}.${name}`)),
    );
    const members = Object.values(MEMBERS).map(({ of, as }) => `${of}.${as}`);
    expect(members.filter((one) => !compared.has(one))).toEqual([]);
    const silent = columns
      .filter(({ table }) => !MASTER.includes(table) && !(table in MEMBERS))
      .map(({ table, column }) => `${table}.${column}`)
      .filter((one) => !compared.has(one) && !(one in EXCUSED));
    expect(silent).toEqual([]);
    const known = new Set(columns.map(({ table, column }) => `${table}.${column}`));
    expect(Object.keys(EXCUSED).filter((one) => !known.has(one) || compared.has(one))).toEqual([]);
  });

  it('each of them is found by its name, and nothing else is', async () => {
    for (const table of tables()) await isFound(table, changeable(table));
  }, 120_000);

  it('so is any choice of them', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...tables()),
      fc.infiniteStream(fc.boolean()),
      async (table, coins) => {
        const chosen = changeable(table).filter(() => coins.next().value === true);
        if (chosen.length > 0) await isFound(table, chosen);
      },
    );
    await fc.assert(property, { numRuns: 15, seed: 20_261_123, endOnFailure: true });
  }, 120_000);

  const tables = (): string[] => [...Object.keys(COMPARED), ...Object.keys(MEMBERS), ...MASTER];

  function changeable(table: string): Column[] {
    return columns.filter(
      (one) =>
        one.table === table &&
        !(`${table}.${one.column}` in EXCUSED) &&
        !['id', ...GENERATED, MEMBERS[table]?.parent].includes(one.column),
    );
  }

  async function isFound(table: string, which: readonly Column[]): Promise<void> {
    const before = await changed(broker, table, which);
    const { open } = await replay(broker, auditor);
    const whats = open.map((line) => line.replace(/^\S+ \S+: (incident \S+: )?/, '')).sort();
    expect({ table, whats }).toEqual({ table, whats: whatsOf(table, which) });
    await putBack(broker, table, before);
    expect((await replay(broker, auditor)).open).toEqual([]);
  }
});

/** How the findings name these columns. */
function whatsOf(table: string, which: readonly Column[]): string[] {
  const member = MEMBERS[table];
  if (member) return [member.as];
  const names = which.map(({ column }) => column);
  // The key is compared with that of the person whom the row names.
  const isOfAnother = table === 'access_grant' && names.includes('person_id');
  return [...new Set([...names, ...(isOfAnother ? ['natural_person_key'] : [])])].sort();
}

/** Changes the columns of one row → the row as it was, and where it lies. */
async function changed(
  broker: Broker,
  table: string,
  which: readonly Column[],
): Promise<{ row: string; at: string }> {
  const [before] = await broker.database.asOwner<{ row: string; at: string }>(
    `select to_jsonb(t)::text as row, ctid::text as at from ${table} t order by ctid desc limit 1`,
  );
  if (!before) throw new Error(`${table} has a row`);
  const set = which.map((one) => `${one.column} = ${otherValue(one)}`).join(', ');
  await forge(broker, table, `update ${table} set ${set} where ctid = $1::tid`, [before.at]);
  const [after] = await broker.database.asOwner<{ at: string }>(
    `select ctid::text as at from ${table} where xmin::text::bigint = (select max(xmin::text::bigint) from ${table})`,
  );
  return { row: before.row, at: after?.at ?? '' };
}

async function putBack(
  broker: Broker,
  table: string,
  { row, at }: { row: string; at: string },
): Promise<void> {
  const columns = await broker.database.asOwner<{ name: string }>(
    `select column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  );
  const set = columns.map(({ name }) => `${name} = told.${name}`).join(', ');
  await forge(
    broker,
    table,
    `update ${table} t set ${set} from jsonb_populate_record(null::${table}, $1::jsonb) told where t.ctid = $2::tid`,
    [row, at],
  );
}
