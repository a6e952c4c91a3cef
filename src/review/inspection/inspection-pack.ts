import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ACCESS_TABLE } from '../../contract/access-table.js';
import { CLOSING_NOTICE, NOTICE } from '../../grants/notice.js';
import type { Database } from '../../database/database.js';
import type { Ledger } from '../../ledger/ledger.js';
import { csvLine, csvOf } from '../exports/csv.js';
import type { ExportRowsRepository } from '../exports/export-rows.repository.js';
import type { PinnedTree } from '../exports/pinned-tree.js';
import { cellOf } from './cells.js';
import { firstPage } from './first-page.js';
import { PACK_BEGUN, PACK_MADE } from './inspection.records.js';
import { InspectionReader, type Facts } from './inspection.repository.js';
import { INSPECTION_LISTS, LEFT_OUT, MASTER_DATA, type InspectionList } from './lists.js';
import type { OutsideProofs } from './outside-proofs.js';
import type { PackFolder } from './pack-folder.js';

/** Days of Japan, both included. */
export interface Period {
  from: string;
  to: string;
}

export interface PackedPack {
  treeSize: number;
  files: number;
  isVerified: boolean;
  recordId: string;
}

/** `node main.js` of the folder that shares no code with the writer. */
const VERIFIER = fileURLToPath(new URL('../../ledger/verify/main.js', import.meta.url));
const BOM = '\ufeff';
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** 検査資料: what an inspector asks for on the first morning, in one folder. Its making is on record. */
export class InspectionPack {
  private readonly reader: InspectionReader;

  constructor(
    private readonly rooms: {
      database: Database;
      ledger: Ledger;
      rows: ExportRowsRepository;
      tree: PinnedTree;
      outside: OutsideProofs;
    },
    /** Files of the installation itself, by name: settings without secrets, migrations with their hashes. */
    private readonly installation: Readonly<Record<string, unknown>>,
  ) {
    this.reader = new InspectionReader(rooms.database);
  }

  async write(folder: PackFolder, period: Period): Promise<PackedPack> {
    const [from, to] = boundsOf(period);
    const checkpoint = await this.rooms.tree.at();
    await this.begun(period, checkpoint.size);
    for (const one of INSPECTION_LISTS) await this.list(folder, one, [from, to]);
    await this.masterData(folder);
    await this.documents(folder);
    const filter = { from, to };
    await folder.write('20-利用.csv', csvOf(this.rooms.rows.rows(filter, checkpoint.size)));
    await folder.write('台帳/checkpoint', checkpoint.note);
    await folder.write('台帳/vkey', `${this.rooms.tree.vkey}\n`);
    for await (const { path, bytes } of this.rooms.tree.files(checkpoint)) {
      await folder.write(`台帳/tile/${path}`, [bytes]);
    }
    await folder.write('台帳/records.jsonl', this.records(filter, checkpoint.size));
    const outside = await this.rooms.outside.write(folder, checkpoint, filter);
    const isVerified = await this.verified(folder, outside);
    const about = {
      ...period,
      treeSize: checkpoint.size,
      root: checkpoint.root.toString('base64'),
      vkey: this.rooms.tree.vkey,
    };
    await folder.write('00-はじめに.txt', firstPage({ ...about, isVerified }));
    const manifest = json({ format: 'kashikagi-inspection/1', ...about, files: folder.manifest() });
    const recordId = await this.note(period, checkpoint.size, manifest);
    await folder.write('manifest.json', manifest);
    return { treeSize: checkpoint.size, files: folder.files.length, isVerified, recordId };
  }

  private async list(folder: PackFolder, one: InspectionList, bounds: readonly Date[]): Promise<void> {
    const rows = await this.reader.rows(one.sql, bounds);
    const shown = rows.map((row) =>
      Object.fromEntries(one.columns.map(([name]) => [name, row[name] ?? null])),
    );
    const lines = [
      csvLine(one.columns.map(([, heading]) => heading)),
      ...shown.map((row) => csvLine(one.columns.map(([name]) => cellOf(row[name])))),
    ];
    await folder.write(`${one.file}.csv`, [BOM, ...lines]);
    await folder.write(`${one.file}.json`, json(shown));
  }

  /** As it stood when each declaration was made: training, agreement, profile, terminal as of that day. */
  private async masterData(folder: PackFolder): Promise<void> {
    for (const { number, declared_at: at } of await this.reader.declarations()) {
      for (const [type, title] of MASTER_DATA) {
        const rows = (await this.reader.asOf(type, at)).map(withoutKeys);
        await folder.write(`名簿等/${number}/${title}.json`, json(rows));
      }
    }
  }

  private async documents(folder: PackFolder): Promise<void> {
    const text = ({ version, text: words }: { version: string; text: string }): string =>
      `版 ${version}\n\n${words}\n`;
    await folder.write('文書/注意事項.txt', text(NOTICE));
    await folder.write('文書/終了の知らせ.txt', text(CLOSING_NOTICE));
    await folder.write('文書/役割と操作.json', json(ACCESS_TABLE));
    for (const [name, content] of Object.entries(this.installation)) {
      await folder.write(`文書/${name}.json`, json(content));
    }
  }

  private async *records(filter: { from: Date; to: Date }, size: number): AsyncGenerator<string> {
    for await (const { position, record, payload, salt } of this.rooms.rows.rows(filter, size)) {
      yield `${JSON.stringify({ index: position, id: record.id, payload, salt: salt.toString('base64') })}\n`;
    }
  }

  /** By the verifier as a program of its own, over the files as they lie there: what is handed over is what was checked. */
  private async verified(folder: PackFolder, outside: readonly string[]): Promise<boolean> {
    const { vkey } = this.rooms.tree;
    const words = ['台帳', '--key', vkey, '--records', '台帳/records.jsonl', ...outside, '--lang', 'ja'];
    const verifier = spawn(process.execPath, [VERIFIER, ...words], {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(verifier, 'exit');
    await folder.write('検証結果.txt', verifier.stdout);
    const [code] = (await ended) as [number | null];
    return code === 0;
  }

  /** No byte leaves before it stands (law 2). */
  private async begun(period: Period, treeSize: number): Promise<void> {
    const details = { ...period, tree_size: treeSize };
    await this.rooms.database.transaction('none', (tx) =>
      this.rooms.ledger.append(tx, { type: PACK_BEGUN, subject: {}, details }),
    );
  }

  private async note(period: Period, treeSize: number, manifest: string): Promise<string> {
    const manifestHash = createHash('sha256').update(manifest).digest('hex');
    const details = { ...period, tree_size: treeSize, manifest_sha256: manifestHash };
    const [record] = await this.rooms.database.transaction('none', (tx) =>
      this.rooms.ledger.append(tx, { type: PACK_MADE, subject: {}, details }),
    );
    if (!record) throw new Error('invariant: what is appended comes back');
    return record.id;
  }
}

function boundsOf({ from, to }: Period): [Date, Date] {
  const end = new Date(`${to}T00:00:00+09:00`);
  return [new Date(`${from}T00:00:00+09:00`), new Date(end.getTime() + 24 * 3_600_000)];
}

function withoutKeys({ facts, ...version }: Facts): object {
  return {
    ...version,
    facts: Object.fromEntries(Object.entries(facts).filter(([name]) => !LEFT_OUT.has(name))),
  };
}
