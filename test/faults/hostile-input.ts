import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InputGround, named } from '../api/input-ground.js';
import type { Answer } from '../stories/actors.js';
import type { Fault } from './fault.js';
import { hostileCases, MARK, type HostileCase } from './hostile-cases.js';

const COUNT = { short: 2_000, full: 100_000 };
const AT_ONCE = 8;
/** So many between two looks at the database. */
const BATCH = 20;
/** Far beyond what any answer takes here. */
const ANSWERED_WITHIN_MS = 60_000;
const FACTS = ['declaration', 'support_call', 'nomination', 'access_grant', 'organization', 'entrustment_agreement', 'field_profile', 'person', 'terminal', 'standing_plan', 'change', 'finding', 'legal_hold', 'purge', 'incident', 'system_client']; // prettier-ignore
const BY_CONTRACT = new Set([502, 503]);

/** What an answer says that it must not. Pure. */
export function faultsOf(one: HostileCase, { status, body }: Pick<Answer, 'status' | 'body'>): string[] {
  const said = JSON.stringify(body);
  const what = `${named(one.access)} ${one.path.slice(0, 120)} ${JSON.stringify(one.body)?.slice(0, 200)}`;
  return [
    ...(status >= 500 && !BY_CONTRACT.has(status) ? [`${status}: ${what}`] : []),
    ...(status >= 400 && said.includes(MARK) ? [`${status} says again what was sent: ${what}`] : []),
    ...(/\bat [^"]{0,200}\.[jt]s:\d+|node_modules|pg_catalog|select .* from /i.test(said) && status >= 400
      ? [`${status} speaks of what is inside: ${what}`]
      : []),
  ];
}

async function factsOf(ground: InputGround): Promise<string> {
  const parts = FACTS.map((table) => `(select coalesce(md5(string_agg(t::text, ',' order by t::text)), '') from ${table} t)`); // prettier-ignore
  const [row] = await ground.broker.database.asOwner<{ all: string }>(`select concat_ws(' ', ${parts.join(', ')}) as all`); // prettier-ignore
  return row?.all ?? '';
}

/** Whoever sends anything whatever is answered. */
function answered(ground: InputGround, one: HostileCase): Promise<Answer | Error> {
  const late = pause(ANSWERED_WITHIN_MS, new Error('nothing came'), { ref: false });
  const answer = ground.sendAs(one.access, one.path, one.body, one.headers).catch((error: unknown) => error as Error); // prettier-ignore
  return Promise.race([answer, late]);
}

/** → what did not hold; whether a change was accepted among them. */
async function sent(ground: InputGround, cases: HostileCase[]): Promise<{ faults: string[]; hasChanged: boolean }> {
  const faults: string[] = [];
  let hasChanged = false;
  const left = [...cases];
  const send = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      const answer = await answered(ground, one);
      if (answer instanceof Error) faults.push(`no answer: ${named(one.access)} ${one.path.slice(0, 120)} ${answer.message}`);
      else {
        faults.push(...faultsOf(one, answer));
        if (one.access.isChange && answer.status < 400) hasChanged = true;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return { faults, hasChanged };
} // prettier-ignore

/** The demonstration's settings without the limits, which would refuse before anything is read. */
async function unlimited(folder: string): Promise<string> {
  const shipped = JSON.parse(await readFile('config/demonstration.json', 'utf8')) as { limits: object };
  const plenty = { perSecond: 1_000_000, burst: 1_000_000 };
  const limits = { ...shipped.limits, address: plenty, person: plenty, terminal: plenty, organization: plenty, system: plenty, endings: plenty }; // prettier-ignore
  const file = join(folder, 'unlimited.json');
  await writeFile(file, JSON.stringify({ ...shipped, limits }));
  return file;
}

export const HOSTILE_INPUT: Fault = {
  name: 'hostile-input',
  async run(scale, told) {
    const folder = await mkdtemp(join(tmpdir(), 'kashikagi-faults-'));
    const ground = await InputGround.start({ environment: { KASHIKAGI_CONFIG: await unlimited(folder) } });
    try {
      const cases = hostileCases(COUNT[scale], 20_261_123);
      const faults: string[] = [];
      let looks = 0;
      for (let from = 0; from < cases.length; from += BATCH) {
        const before = await factsOf(ground);
        const done = await sent(ground, cases.slice(from, from + BATCH));
        faults.push(...done.faults);
        if (done.hasChanged) continue;
        looks += 1;
        if ((await factsOf(ground)) !== before) faults.push(`refused, and facts changed: cases ${from} to ${from + BATCH}`); // prettier-ignore
      }
      if (looks === 0) faults.push('no look at the facts was possible');
      const routes = new Set(cases.map(({ access }) => named(access))).size;
      told({
        name: 'hostile input',
        broken: `${cases.length} bodies, questions, places and headers that nobody should send, at ${routes} operations`,
        evidence: null,
        faults: [...faults.slice(0, 20), ...ground.defects.slice(0, 5)],
        seen: `no 5xx but by contract, nothing said again, no word of the inside; facts the same in ${looks} of ${looks} looks`,
      });
    } finally {
      await ground.broker.stop();
      await rm(folder, { recursive: true });
    }
  },
};
