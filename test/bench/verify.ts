import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/config/package-root.js';
import { aRecord, checkpointOf, lineOf, Signer, writeLog } from '../ledger/own-log.js';
import { row, type Row } from './report.js';

/** `node dist/test/bench/verify.js [--entries n] [--rounds n]`: a log on the disk, verified by the program as it is shipped. */
const { values: options } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
  },
});

interface Measured {
  seconds: number;
  megabytes: number;
}

/** Said by the program itself as it ends: the peak of its resident memory. (`maxRSS` would be at least this program's own.) */
const TELL = `import { readFileSync } from 'node:fs';
process.on('exit', () => process.stderr.write('\\n' + readFileSync('/proc/self/status', 'utf8')));`;

async function verified(words: string[]): Promise<Measured> {
  const program = join(packageRoot(), 'dist', 'src', 'cli.js');
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(TELL)}`, program, 'verify', ...words],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise((done) => child.once('close', done));
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(said)?.[1];
  if (code !== 0 || peak === undefined) throw new Error(`verify ended with ${String(code)}: ${said}`);
  return { seconds: (performance.now() - started) / 1000, megabytes: Number(peak) / 1024 };
}

async function rows(folder: string): Promise<Row[]> {
  const entries = Number(options.entries);
  const signer = new Signer('kashikagi.example/ledger');
  const records = Array.from({ length: entries }, (_, n) =>
    aRecord({ grantId: `gr_${n % 1000}`, details: 'x'.repeat(250) }),
  );
  const all = records.map(({ entry }) => entry); // prettier-ignore
  await writeLog(folder, signer, all);
  await writeFile(join(folder, 'older'), checkpointOf(signer, all.slice(0, Math.floor(entries * 0.7))));
  await writeFile(join(folder, 'tenth.jsonl'), records.slice(0, entries / 10).map((one, n) => `${lineOf(n, one)}\n`).join('')); // prettier-ignore
  records.length = 0;
  const plain = [folder, '--key', signer.vkey, '--from', join(folder, 'older')];
  const measured = { plain: [] as Measured[], records: [] as Measured[] };
  for (let round = 0; round < Number(options.rounds); round += 1) {
    measured.plain.push(await verified(plain));
    measured.records.push(await verified([...plain, '--records', join(folder, 'tenth.jsonl')]));
  }
  const count = entries.toLocaleString('en');
  const seconds = (all: Measured[]): number[] => all.map((one) => one.seconds);
  const megabytes = (all: Measured[]): number[] => all.map((one) => one.megabytes);
  return [
    row(`verify ${count} entries, and an older checkpoint`, 's', seconds(measured.plain), { atMost: 10 }),
    row('– peak memory', 'MB', megabytes(measured.plain), { atMost: 200 }),
    row('the same, and payloads of a tenth of them', 's', seconds(measured.records)),
    row('– peak memory', 'MB', megabytes(measured.records), { atMost: 200 }),
  ];
}

const folder = await mkdtemp(join(tmpdir(), 'kashikagi-verify-'));
try {
  process.stdout.write(`${cpus()[0]?.model ?? ''}, ${cpus().length} cores, Node ${process.version}\n`);
  for (const { what, median, values, unit, isReached } of await rows(folder)) {
    const each = values.map((value) => value.toFixed(1)).join(', ');
    const aim = isReached === null ? '' : isReached ? ': reached' : ': missed';
    process.stdout.write(`${what}: ${median.toFixed(1)} ${unit} (${each})${aim}\n`);
  }
} finally {
  await rm(folder, { recursive: true });
}
