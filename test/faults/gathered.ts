import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask } from '../ledger/asking.js';
import { sizeOf } from '../ledger/mirror.js';
import { until } from '../service/service-process.js';
import type { Evidence, GrantRow, RecordRow, Recovery } from './evidence.js';
import type { FaultDatabase } from './fleet.js';
import type { Witness } from './witness.js';

const RECORDS = `
  select r.id, r.at, r.type, r.decision, r.grant_id as "grantId", r.declaration_id as "declarationId",
         r.use_no as "useNo", l.position::int as place, r.payload, r.salt
    from record r left join leaf l on l.record_id = r.id order by l.position`;
const GRANTS = `
  select g.id, g.declaration_id as "declarationId", g.starts_at as "startsAt", g.ends_at as "endsAt",
         d.hard_end_at as "hardEndAt", coalesce(u.last_no, 0) as "lastNo"
    from access_grant g join declaration d on d.id = g.declaration_id left join grant_use u on u.grant_id = g.id`;

type Dated<T, K extends keyof T> = Omit<T, K> & Record<K, Date>;
type KeptRecord = Dated<RecordRow, 'at'> & { payload: string; salt: Buffer };

/** Everything in the tree, signed, and shown to the verifier with every record: what stood afterwards. */
export async function gathered(
  database: FaultDatabase,
  url: string,
  witness: Witness,
  recoveries: Recovery[],
): Promise<Evidence> {
  const repeats = await witness.repeats();
  const { rows, ledger } = await settled(database, url);
  const grants = await database.asOwner<Dated<GrantRow, 'startsAt' | 'endsAt' | 'hardEndAt'>>(GRANTS);
  return {
    // As they are now: people go on working on the same ground while this is weighed.
    values: [...witness.values],
    endings: witness.endings.map((one) => ({ ...one })),
    repeats,
    records: rows.map(({ payload: _payload, salt: _salt, ...row }) => ({ ...row, at: row.at.getTime() })),
    grants: grants.map((one) => ({
      ...one,
      startsAt: one.startsAt.getTime(),
      endsAt: one.endsAt.getTime(),
      hardEndAt: one.hardEndAt.getTime(),
    })),
    ledger,
    recoveries,
  };
}

interface Settled {
  rows: KeptRecord[];
  ledger: Evidence['ledger'];
}

/** The service goes on recording (probes of the dead, heartbeats): one tree, verified while nothing was added to it. */
async function settled(database: FaultDatabase, url: string): Promise<Settled> {
  let found: Settled | undefined;
  await until('everything is in a signed tree', async () => {
    const rows = await database.asOwner<KeptRecord>(RECORDS);
    if ((await publishedSize(url)) !== rows.length) return false;
    const ledger = await verified(url, rows);
    if ((await publishedSize(url)) !== rows.length) return false;
    found = { rows, ledger };
    return true;
  });
  if (!found) throw new Error('until resolves with something found');
  return found;
}

async function publishedSize(url: string): Promise<number | undefined> {
  const checkpoint = await fetch(`${url}/ledger/checkpoint`).catch(() => undefined);
  if (checkpoint?.status !== 200) return undefined;
  return sizeOf(Buffer.from(await checkpoint.arrayBuffer()));
}

async function verified(url: string, rows: KeptRecord[]): Promise<Evidence['ledger']> {
  const vkey = (await (await fetch(`${url}/ledger/vkey`)).text()).trim();
  const folder = await mkdtemp(join(tmpdir(), 'kashikagi-faults-'));
  try {
    const file = join(folder, 'records.jsonl');
    const lines = rows.map(({ place, id, payload, salt }) =>
      JSON.stringify({ index: place, id, payload, salt: salt.toString('base64') }),
    );
    await writeFile(file, lines.join('\n'));
    const { code, out, err } = await ask(url, '--key', vkey, '--records', file, '--complete');
    return { code, out: `${out}${err}` };
  } finally {
    await rm(folder, { recursive: true });
  }
}
