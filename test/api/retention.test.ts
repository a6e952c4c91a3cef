import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { ADVISORY_LOCKS } from '../../src/database/locks.js';
import { PurgesJob } from '../../src/review/retention/purges.job.js';
import { PurgesRepository } from '../../src/review/retention/purges.repository.js';
import { Broker } from '../harness/broker.js';
import { relationFiles, tablesAsText, type NamedBytes } from '../harness/database-bytes.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { withoutIntervals } from '../laws/sweep.js';
import { refusalOf, searchOf } from '../laws/witnesses.js';
import { ask, Folders } from '../ledger/asking.js';
import { auditBy, BUILD_MS, buildAuditor, isLeftOut } from '../ledger/go/go-program.js';
import { Mirror, sizeOf } from '../ledger/mirror.js';
import { send, type Answer } from '../stories/actors.js';
import { expectStatus, samplePoints, type Storm } from '../stories/storm.js';

const DAY = 86_400_000;
const REASON = '保存期間が過ぎたため';
const ORIGIN = 'kashikagi.example/demonstration';
const isWithoutGo = await isLeftOut();

interface Row {
  id: string;
  at: Date;
  payload: string;
  salt: Buffer;
  sealed: Buffer | null;
  declaration_id: string | null;
}

const folders = new Folders();
let broker: Broker;
let mirror: Mirror;
let storm: Storm;
let month: string;
let purgedRows: Row[];
let held: string;
let gone: string;
let holdId: string;
/** Kept by an auditor when the records were young. */
let older: string;

const jobOf = (): PurgesJob => {
  const job = broker.instances[0]?.app.get(PurgesJob, { strict: false });
  if (!job) throw new Error('no job');
  return job;
};
const monthOf = (time: number): string => new Date(time + 9 * 3_600_000).toISOString().slice(0, 7);
const by = async (person: string, path: string, body?: object): Promise<Answer> =>
  (await storm.person(person)).post(`/api/v1/${path}`, body);
const propose = (person = 'officer-1', of = month): Promise<Answer> =>
  by(person, 'purges', { month: of, reason: REASON });
const changeIn = (answer: Answer): string => String(expectStatus(answer, 202)['change_id']);
const listed = async <T>(path: string, person = 'auditor-1'): Promise<T[]> =>
  expectStatus(await (await storm.person(person)).get<{ items: T[] }>(`/api/v1/${path}`), 200).items;

/** As if a time-stamping authority had stamped the newest checkpoint. */
async function stamped(): Promise<void> {
  await stamp(sizeOf(await mirror.published()));
}
async function stamp(size: number, origin = ORIGIN): Promise<void> {
  await broker.database.asOwner(
    `insert into checkpoint_timestamp (origin, size, note, token, policy, stamped_at, taken_at)
     values ($2, $1, 'note', 'token', '1.2.3', broker_now(), broker_now())`,
    [size, origin],
  );
}

/** Proposed, confirmed by another, done. */
async function purgedBy(person: string, of: string): Promise<void> {
  const change = changeIn(await propose('officer-1', of));
  expectStatus(await by(person, `changes/${change}/confirm`), 200);
  expect(await jobOf().runOnce()).toHaveLength(1);
}

/** What the database says to the service's own role. */
async function refusedAsApp(sql: string): Promise<string> {
  const client = new Client({ connectionString: await broker.database.urlOf('kashikagi_app') });
  await client.connect();
  return client
    .query(sql)
    .then(
      () => 'done',
      (error: Error) => error.message,
    )
    .finally(() => client.end());
}

/** Every record that is there, as an auditor is shown them. */
async function shown(but: (id: string) => boolean = () => false): Promise<string> {
  const rows = await broker.database.asOwner<Row & { position: string }>(
    'select position, id, payload, salt from leaf join record on id = record_id order by position',
  );
  const lines = rows
    .filter(({ id }) => !but(id))
    .map(({ position, id, payload, salt }) =>
      JSON.stringify({ index: Number(position), id, payload, salt: salt.toString('base64') }),
    );
  const file = join(await folders.make(), 'records.jsonl');
  await writeFile(file, lines.join('\n'));
  return file;
}

/** What of these rows would betray them: the salt, the sealed part, the beginning of the payload (its id alone is public). */
const tracesOf = (row: Row): Buffer[] => [
  row.salt,
  Buffer.from(row.payload.slice(0, 90)),
  // As a row is written out as text.
  Buffer.from(row.payload.slice(0, 90).replaceAll('"', '""')),
  ...(row.sealed ? [row.sealed.subarray(0, 40)] : []),
];
const findIn = (places: NamedBytes[], rows: Row[]): string[] =>
  places.flatMap(({ name, bytes }) =>
    rows.flatMap((row) =>
      tracesOf(row).some((trace) => bytes.includes(trace)) ? [`${name}: ${row.id}`] : [],
    ),
  );
async function everywhere(): Promise<NamedBytes[]> {
  return [...(await relationFiles(broker.database)), ...(await tablesAsText(broker.database))];
}

beforeAll(async () => {
  broker = withoutIntervals(await Broker.start());
  ({ storm } = broker);
  mirror = new Mirror(broker, folders);
  month = monthOf(broker.now());
  const [point] = (await samplePoints(broker.wheelingUrl)).filter((one) => one.outage_state === 'outage');
  if (!point) throw new Error('the sample has points in outage');
  const declarations = [
    await storm.declared(),
    await storm.declared({ name: '台風25号', target_area: ['272043', '272035'] }),
  ];
  for (const [n, declaration] of declarations.entries()) {
    const { operator } = await storm.operator(n === 0 ? 'operator-a-01' : 'operator-a-02', declaration.id);
    expectStatus(await operator.lookup(searchOf(point)), 200);
  }
  [gone = '', held = ''] = declarations.map(({ id }) => id);
  older = join(await folders.make(), 'older');
  await writeFile(older, await mirror.published());
});
afterAll(async () => {
  await broker.stop();
  await folders.remove();
});

describe('the months of records', () => {
  const ahead = async (): Promise<unknown> => {
    const { body } = await send(`${broker.url}/readyz`, 'GET');
    return [body['ready'], (body['checks'] as Record<string, string>)['partitions']];
  };

  it('are made years ahead; with fewer than three ahead, or one missing, the readiness says so and stays', async () => {
    expect(await ahead()).toEqual([true, 'ok']);
    const dropped = monthOf(broker.now() + 85 * DAY).replace('-', '_');
    await broker.database.asOwner(`alter table record detach partition record_${dropped}`);
    await broker.database.asOwner(`alter table record_${dropped} rename to aside`);
    expect(await ahead()).toEqual([true, 'short']);
    await broker.database.asOwner(`drop table aside`);
    await broker.database.asOwner(`select make_record_partitions('${dropped.replace('_', '-')}-01', 1)`);
    expect(await ahead()).toEqual([true, 'ok']);
  });
});

describe('within the retention', () => {
  it('nobody purges: not the month of now, not one that began five years ago', async () => {
    expect(refusalOf(await propose())).toEqual([409, 'purge_too_early']);
    const [year = 0, number = 0] = month.split('-').map(Number);
    const lastDay = new Date(Date.UTC(year + 5, number, 1, -9));
    await broker.moveClock(lastDay.getTime() - broker.now() - 60_000);
    const answer = await propose();
    expect(refusalOf(answer)).toEqual([409, 'purge_too_early']);
    expect(answer.body['values']).toEqual({ from: lastDay.toISOString() });
  });

  it('no statement of the service’s role takes a record away, with or without the functions', async () => {
    const partition = `record_${month.replace('-', '_')}`;
    const outcomes = await triedAsApp(broker, [
      `delete from record`,
      `update record set payload = '{}'`,
      `truncate record`,
      `drop table ${partition}`,
      `alter table record detach partition ${partition}`,
      `delete from ${partition}`,
      `select forget_in_default('2026-01-01', '2027-01-01')`,
      `delete from purge`,
      `update purge set done_at = null`,
      `insert into purged_range values ('pu_1', 'rc_1', 9)`,
      `delete from purged_range`,
      `insert into purge (id, month, retention_years, change_id, confirmed_at, dropped) select 'pu_1', '2020-01-01', 5, id, broker_now(), 3 from change limit 1`,
    ]);
    expect(outcomes).toEqual(outcomes.map(() => SQLSTATE.insufficientPrivilege));
  });

  it('a purge that two persons did not confirm has no row, and so the function has nothing to do', async () => {
    const insert = (years: number): string =>
      `insert into purge (id, month, retention_years, change_id, confirmed_at)
       select 'pu_1', '${month}-01', ${years}, id, broker_now() from change limit 1`;
    expect(await triedAsApp(broker, [insert(5), insert(4)])).toEqual([SQLSTATE.restrict, SQLSTATE.check]);
    // Even where the owner has forged both rows, no function drops a month within the retention.
    await broker.database.asOwner(`
      alter table change disable trigger user;
      insert into change (id, kind, body, proposed_by, proposed_at, lapses_at, decision, decided_by, decided_at, resource_type, resource_id)
      values ('ch_forged', 'purge.records', '{"month": "${month}"}', 'officer-1', broker_now(), broker_now() + interval '1 day',
              'confirmed', 'officer-2', broker_now(), 'purge', 'pu_1');
      alter table change enable trigger user;
      alter table purge disable trigger purge_by_two;
      insert into purge (id, month, retention_years, change_id, confirmed_at)
      values ('pu_1', '${month}-01', 5, 'ch_forged', broker_now());
      alter table purge enable trigger purge_by_two`);
    expect(await refusedAsApp(`select prepare_purge('pu_1')`)).toBe('the month is within the retention');
    expect(await refusedAsApp(`select finish_purge('pu_1', '{}')`)).toBe(
      'a purge is prepared and done in one transaction',
    );
    await broker.database.asOwner(`delete from purge; delete from change where id = 'ch_forged'`);
  });

  it('a payload that is missing is tampered with (the control: with all of them the package is whole)', async () => {
    await mirror.published();
    expect(await ask(broker.url, '--records', await shown(), '--complete')).toMatchObject({ code: 0 });
    const [first] = await broker.records<Row>(`declaration_id = $1`, [gone]);
    const file = await shown((id) => id === first?.id);
    const { code, out } = await ask(broker.url, '--records', file, '--complete');
    expect(code).toBe(3);
    expect(out).toContain('no record of a purge names it');
  });
});

describe('a legal hold', () => {
  it('is placed by the compliance officer alone, on a declaration that there is', async () => {
    for (const person of ['officer-1', 'hq-1', 'auditor-1', 'supervisor-a'])
      expect(refusalOf(await by(person, 'legal-holds', { declaration_id: held, reason: REASON }))).toEqual([
        403,
        'role_not_allowed',
      ]);
    const nowhere = { declaration_id: 'dc_nowhere', reason: REASON };
    expect(refusalOf(await by('compliance-1', 'legal-holds', nowhere))).toEqual([404, 'not_found']);
    const placed = expectStatus(
      await by('compliance-1', 'legal-holds', { declaration_id: held, reason: '訴訟が続いているため' }),
      201,
    );
    holdId = String(placed['id']);
    expect(await listed('legal-holds', 'regulator-1')).toMatchObject([
      { id: holdId, declaration_id: held, placed_by: 'compliance-1', released_at: null },
    ]);
    expect(await broker.records(`type = 'legal_hold.placed' and declaration_id = $1`, [held])).toHaveLength(
      1,
    );
  });

  it('is neither placed nor released while a purge is at work, which would not see it any more', async () => {
    const change = changeIn(await by('compliance-1', `legal-holds/${holdId}/release`, { reason: '和解' }));
    const purging = new Client({ connectionString: broker.database.ownerUrl });
    await purging.connect();
    await purging.query('begin');
    await purging.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.purging]);
    const placed = await by('compliance-1', 'legal-holds', { declaration_id: held, reason: REASON });
    const released = await by('officer-1', `changes/${change}/confirm`);
    await purging.end();
    for (const one of [placed, released]) expect(refusalOf(one)).toEqual([409, 'purge_under_way']);
    expectStatus(await by('officer-1', `changes/${change}/reject`), 200);
  });

  it('is not released by one person, nor around the service', async () => {
    const proposed = await by('compliance-1', `legal-holds/${holdId}/release`, { reason: '和解したため' });
    const change = changeIn(proposed);
    for (const [person, code] of [
      ['compliance-1', 'same_person'],
      ['hq-1', 'role_not_allowed'],
    ] as const)
      expect(refusalOf(await by(person, `changes/${change}/confirm`))[1]).toBe(code);
    expectStatus(await by('officer-1', `changes/${change}/reject`), 200);
    const release = `update legal_hold set released_at = broker_now(), released_by_change = '${change}'`;
    expect(await triedAsApp(broker, [release, `delete from legal_hold`])).toEqual([
      SQLSTATE.restrict,
      SQLSTATE.insufficientPrivilege,
    ]);
  });
});

describe('after five years', () => {
  beforeAll(async () => {
    await broker.moveClock(2 * 60_000);
    purgedRows = (await broker.records<Row>()).filter(
      (row) => monthOf(row.at.getTime()) === month && row.declaration_id !== held,
    );
  });

  it('a month is not purged while no time-stamped checkpoint covers it', async () => {
    expect(refusalOf(await propose())).toEqual([409, 'ledger_not_stamped']);
    const [row] = await broker.database.asOwner<{ last: string }>(
      `select max(position) as last from leaf join record on id = record_id where at < broker_now() - interval '4 years'`,
    );
    await stamp(Number(row?.last));
    await stamp(1_000_000, 'kashikagi.example/before');
    expect(refusalOf(await propose())).toEqual([409, 'ledger_not_stamped']);
    await stamped();
  });

  it('is proposed by an officer, confirmed by another or the compliance officer, and by nobody else', async () => {
    for (const person of ['hq-1', 'auditor-1', 'compliance-1', 'regulator-1'])
      expect(refusalOf(await propose(person))).toEqual([403, 'role_not_allowed']);
    expect(refusalOf(await propose('officer-1', '2020-01'))).toEqual([409, 'purge_empty']);
    const change = changeIn(await propose());
    expect(refusalOf(await by('officer-1', `changes/${change}/confirm`))).toEqual([403, 'same_person']);
    expect(refusalOf(await by('hq-1', `changes/${change}/confirm`))).toEqual([403, 'role_not_allowed']);
    const [waiting] = await listed<{ difference: unknown }>('changes?state=proposed', 'compliance-1');
    expect(waiting?.difference).toEqual([
      { field: 'records_of_month', before: month, after: null },
      { field: 'declarations_kept', before: null, after: [held] },
    ]);
    const isWaitingFor = async (person: string): Promise<boolean> => {
      const items = await listed<{ change_id: string | null }>('inbox', person);
      return items.some((item) => item.change_id === change);
    };
    expect(await Promise.all(['compliance-1', 'officer-2', 'hq-2'].map(isWaitingFor))).toEqual([true, true, false]); // prettier-ignore
    expect(await jobOf().runOnce()).toEqual([]);
    expectStatus(await by('compliance-1', `changes/${change}/confirm`), 200);
    expect(refusalOf(await propose())).toEqual([409, 'purge_waiting']);
  });

  it('drops what the two let go, moves aside what is held, and says on record which positions went', async () => {
    expect(findIn(await everywhere(), purgedRows).length).toBeGreaterThanOrEqual(2 * purgedRows.length);
    const heldBefore = await broker.records<Row>('declaration_id = $1', [held]);
    const done = await jobOf().runOnce();
    expect(broker.log.lines.filter((line) => line.includes('not done'))).toEqual([]);
    expect(done).toHaveLength(1);

    const [purge] = await listed<Record<string, unknown>>('purges');
    expect(purge).toMatchObject({ month, state: 'done', proposed_by: 'officer-1', confirmed_by: 'compliance-1', dropped: purgedRows.length }); // prettier-ignore
    const left = new Set((await broker.records<Row>()).map(({ id }) => id));
    expect(purgedRows.filter(({ id }) => left.has(id))).toEqual([]);
    expect((await broker.records<Row>('declaration_id = $1', [held])).slice(0, heldBefore.length)).toEqual(
      heldBefore,
    );
    const [named] = await broker.records<Row>(`type = 'records.purged'`);
    const { details } = JSON.parse(named?.payload ?? '{}') as { details: { ranges: [number, number][] } };
    const positions = await broker.database.asOwner<{ position: string }>(
      'select position from leaf where record_id = any($1) order by position',
      [purgedRows.map(({ id }) => id)],
    );
    const inRanges = details.ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n)); // prettier-ignore
    expect(inRanges).toEqual(positions.map(({ position }) => Number(position)));
    expect(details).toMatchObject({ dropped: purgedRows.length, on_hold: [held], proposed_by: 'officer-1', confirmed_by: 'compliance-1' }); // prettier-ignore

    const repository = broker.instances[0]?.app.get(PurgesRepository, { strict: false });
    const [first = -1] = inRanges;
    expect(await repository?.isPurged(first)).toBe(true);
    expect(await repository?.isPurged(Number(positions.at(-1)?.position) + 1_000)).toBe(false);
    expect(await repository?.purgedRanges()).toEqual(details.ranges);
    expect(await jobOf().runOnce()).toEqual([]);
  });

  it('leaves nothing of the purged payloads, salts and sealed parts in the database', async () => {
    await broker.database.asOwner('vacuum (analyze)').catch(() => undefined);
    expect(findIn(await everywhere(), purgedRows)).toEqual([]);
    // The control: what was held is found by the same search.
    const kept = await broker.records<Row>('declaration_id = $1', [held]);
    expect(findIn(await everywhere(), kept).length).toBeGreaterThanOrEqual(2 * kept.length);
  });

  it('shows the held rows as before, and the purged ones no more', async () => {
    const [kept] = await broker.records<Row>('declaration_id = $1', [held]);
    const auditor = await storm.person('auditor-1');
    expect((await auditor.get(`/api/v1/records/${kept?.id}`)).status).toBe(200);
    expect((await auditor.get(`/api/v1/records/${purgedRows[0]?.id}`)).status).toBe(404);
    expect((await listed(`records?declaration=${held}`)).length).toBeGreaterThan(3);
    const later = await listed<{ at: string }>(`records?declaration=${gone}`);
    expect(later.filter(({ at }) => at.startsWith(month))).toEqual([]);
  });

  it('verifies still, against the checkpoint of five years ago; and takes nothing more for purged', async () => {
    await mirror.published();
    const words = ['--from', older, '--complete', '--records'];
    const { code, out } = await ask(broker.url, ...words, await shown());
    expect(out).toContain(`no payload is missing, but for ${purgedRows.length} that were purged on record`);
    expect(out).toContain('consistent with the older checkpoint');
    expect(code).toBe(0);

    const [kept] = await broker.records<Row>('declaration_id = $1', [held]);
    expect(await ask(broker.url, ...words, await shown((id) => id === kept?.id))).toMatchObject({ code: 3 });
    const [purge] = await broker.records<Row>(`type = 'records.purged'`);
    expect(await ask(broker.url, ...words, await shown((id) => id === purge?.id))).toMatchObject({ code: 3 });
  });

  (isWithoutGo ? it.skip : it)(
    'is audited by golang.org/x/mod/sumdb as before',
    async () => {
      const folder = await mirror.copy();
      const vkey = (await mirror.get('vkey')).toString().trim();
      const { code, err } = await auditBy(await buildAuditor(await folders.make()), [folder, vkey, older]);
      expect([code, err]).toEqual([0, '']);
    },
    BUILD_MS,
  );

  it('takes the rest of the month when the hold is released by two, and keeps the record of the first purge', async () => {
    const change = changeIn(
      await by('compliance-1', `legal-holds/${holdId}/release`, { reason: '和解したため' }),
    );
    expect(refusalOf(await propose())).toEqual([409, 'purge_empty']);
    expectStatus(await by('officer-2', `changes/${change}/confirm`), 200);
    expect(refusalOf(await by('compliance-1', `legal-holds/${holdId}/release`, { reason: REASON }))).toEqual([409, 'hold_released']); // prettier-ignore
    const second = changeIn(await propose());
    expectStatus(await by('officer-2', `changes/${second}/confirm`), 200);
    expect(await jobOf().runOnce()).toHaveLength(1);
    const rest = (await broker.records<Row>()).filter((row) => monthOf(row.at.getTime()) === month);
    expect(rest).toEqual([]);
    await mirror.published();
    expect(await ask(broker.url, '--from', older, '--complete', '--records', await shown())).toMatchObject({
      code: 0,
    });
  });

  it('takes what fell into the default partition, and never the records of purges, however old', async () => {
    const purgeMonth = monthOf(broker.now());
    await broker.moveClock(5 * 366 * DAY + 40 * DAY);
    // Nobody made a partition for these months: what happens falls into the default one.
    const stray = monthOf(broker.now());
    await storm.declared();
    const strays = (await broker.records<Row>()).filter((row) => monthOf(row.at.getTime()) === stray);
    expect(findIn(await everywhere(), strays).some((found) => found.startsWith('record_default'))).toBe(true);
    await broker.moveClock(5 * 366 * DAY + 40 * DAY);
    await storm.declared();
    await stamped();
    await purgedBy('officer-2', stray);
    expect(findIn(await everywhere(), strays)).toEqual([]);
    const young = (await broker.records<Row>()).filter((row) => row.at.getTime() > broker.now() - DAY);
    expect(young.length).toBeGreaterThan(3);
    await purgedBy('compliance-1', purgeMonth);
    const rest = (await broker.records<Row & { type: string }>()).filter(
      (row) => monthOf(row.at.getTime()) === purgeMonth,
    );
    expect(new Set(rest.map(({ type }) => type))).toEqual(new Set(['records.purged']));
    await mirror.published();
    expect(await ask(broker.url, '--from', older, '--complete', '--records', await shown())).toMatchObject({
      code: 0,
    });
  });
});
