import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Ground } from './ground.js';
import { quantile, row, type Row } from './report.js';

/** As wide as an entry: a random id and a commitment. */
const APPEND = `
  insert into pending (record_id, entry)
  select id, '{"v":1,"id":"' || id || '","c":"' || encode(sha256(id::bytea), 'base64') || '"}'
    from (select 'rc_' || gen_random_uuid() as id from generate_series(1, $1::integer)) as new`;
const AGE = `
  select coalesce((select extract(epoch from clock_timestamp() - added_at) * 1000 from pending order by id limit 1), 0)::float8
    as age`;
const EVERY_MS = 10;

/** How fast a backlog goes into the tree, and how far the tree is behind a steady stream. */
export async function ledgerRows(
  ground: Ground,
  size: { backlog: number; perSecond: number; seconds: number },
): Promise<Row[]> {
  const perSecond = await workOff(ground.owner, size.backlog);
  const { ages, signedMs, offered } = await stream(ground, size.perSecond, size.seconds);
  return [
    row(`a backlog of ${size.backlog} entries goes into the tree`, '/s', [perSecond], { atLeast: 3_000 }),
    row(`behind, at ${Math.round(offered)} entries/s for ${size.seconds} s: p50`, 'ms', [
      quantile(ages, 0.5),
    ]),
    row('– at the most', 'ms', [Math.max(...ages)], { atMost: 1_000 }),
    row('– from the last entry to a checkpoint that covers it', 'ms', [signedMs]),
  ];
}

async function sizeOf(owner: Client, table: 'tree_state' | 'signed_checkpoint'): Promise<number> {
  const { rows } = await owner.query<{ size: string }>(`select size from ${table}`);
  return Number(rows[0]?.size ?? 0);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(EVERY_MS);
}

async function workOff(owner: Client, entries: number): Promise<number> {
  const before = await sizeOf(owner, 'tree_state');
  await owner.query(APPEND, [entries]);
  const begun = performance.now();
  await until(async () => (await sizeOf(owner, 'tree_state')) >= before + entries);
  return entries / ((performance.now() - begun) / 1_000);
}

/** Small transactions, as many a second as it takes, from a connection of their own. */
async function stream(
  ground: Ground,
  perSecond: number,
  seconds: number,
): Promise<{ ages: number[]; signedMs: number; offered: number }> {
  const writer = new Client({ connectionString: ground.appUrl });
  await writer.connect();
  const ages: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      ages.push((await ground.owner.query<{ age: number }>(AGE)).rows[0]?.age ?? 0);
      await pause(EVERY_MS);
    }
  })();
  const before = await sizeOf(ground.owner, 'tree_state');
  const begun = performance.now();
  const passed = (): number => (performance.now() - begun) / 1_000;
  let sent = 0;
  while (passed() < seconds) {
    const due = Math.floor(passed() * perSecond) - sent;
    if (due > 0) await writer.query(APPEND, [due]);
    sent += Math.max(0, due);
    await pause(EVERY_MS);
  }
  const ended = performance.now();
  const offered = sent / passed();
  await until(async () => (await sizeOf(ground.owner, 'signed_checkpoint')) >= before + sent);
  const signedMs = performance.now() - ended;
  isOver = true;
  await watching;
  await writer.end();
  return { ages, signedMs, offered };
}
