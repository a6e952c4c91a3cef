import { invariant } from '../../contract/domain-error.js';
import type { Tx } from '../../database/database.js';
import { VersionDigests, type VersionDigest } from '../../changes/version-digests.js';
import { TableComparison, type ActualRow } from './compare.js';
import { COMPARED, Expected, type Table } from './expected.js';
import type { Finding } from './finding.js';
import { fold, STEP_TYPES } from './fold.js';
import { versionKey } from './fold.facts.js';
import { LedgerReadingRepository } from './ledger-reading.repository.js';
import { isBeyondRecords, isToBeToldAgain } from './purged.js';
import { checkRecord, type KeptRecord } from './record-check.js';
import { stepOf } from './step.js';
import { MASTER_TYPES, TablesRepository } from './tables.repository.js';
import { TreeCheck } from './tree-check.js';
import { UseCounts } from './use-counts.js';

export interface Compared {
  findings: Finding[];
  treeSize: number;
  records: number;
  rows: number;
  /** Versions that are as they were told, a long time ago: to be told again. */
  toTellAgain: VersionDigest[];
}

type Batches<T> = AsyncIterable<readonly T[]>;
const TABLES = Object.keys(COMPARED) as Table[];

/**
 * Tables against ledger, at one instant: the tree is made again from its leaves, each record is held against its leaf,
 * the steps are folded, and every row that decides access is compared with what they say. Reads only.
 */
export class Comparison {
  private readonly findings = new Map<string, Finding>();
  private readonly expected = new Expected();
  private readonly uses = new UseCounts();
  private readonly toTellAgain: VersionDigest[] = [];
  /** Grants whose uses may be gone. */
  private readonly grantsBeyond = new Set<string>();
  private purgedBefore: Date | null = null;
  private rows = 0;
  private records = 0;

  private constructor(
    private readonly tx: Tx,
    private readonly rooms: ComparisonRooms,
  ) {}

  /** Everything. */
  static async ofAll(tx: Tx, rooms: ComparisonRooms): Promise<Compared> {
    const one = new Comparison(tx, rooms);
    const treeSize = await one.checkTree();
    await one.checkRecords();
    await one.fold(rooms.ledger.steps(tx, STEP_TYPES));
    one.checkAdoption();
    await one.checkPurges();
    for (const table of TABLES) await one.compare(table, rooms.tables.all(tx, table));
    await one.compareMasterData();
    await one.compareUses();
    const { records, rows, toTellAgain } = one;
    return { findings: [...one.findings.values()], treeSize, records, rows, toTellAgain };
  }

  /** The declarations that the rows call in force, what hangs on them, and the credentials that could be used now. */
  static async ofWhatIsInForce(tx: Tx, rooms: ComparisonRooms): Promise<Finding[]> {
    const one = new Comparison(tx, rooms);
    const { tables, ledger } = rooms;
    const ids = await tables.declarationsInForce(tx);
    if (ids.length === 0) return [];
    await one.fold(ledger.stepsOf(tx, ids));
    await one.fold(ledger.stepsOfCredentials(tx));
    for (const table of TABLES)
      if (table !== 'incident')
        await one.compare(table, tables.ofDeclarations(tx, table, ids), table !== 'credential');
    return [...one.findings.values()];
  }

  private note(finding: Finding): void {
    this.findings.set(`${finding.type} ${finding.id} ${finding.what}`, finding);
  }

  private async checkTree(): Promise<number> {
    const { ledger } = this.rooms;
    const heads = await ledger.heads(this.tx);
    const tree = new TreeCheck(new Set([heads.size, heads.signed_size ?? 0]));
    for await (const leaves of ledger.leaves(this.tx)) for (const leaf of leaves) tree.take(leaf);
    if (tree.size !== heads.size || !tree.makes(heads.size, heads.root))
      this.note({
        type: 'ledger',
        id: 'tree',
        what: tree.brokenAt === undefined ? 'root' : `leaf ${tree.brokenAt}`,
      });
    if (
      heads.signed_size !== null &&
      heads.signed_root !== null &&
      !tree.makes(heads.signed_size, heads.signed_root)
    )
      this.note({ type: 'ledger', id: 'checkpoint', what: 'root' });
    for await (const lost of ledger.lost(this.tx))
      for (const { record_id } of lost) this.note({ type: 'record', id: record_id, what: 'no_row' });
    return heads.size;
  }

  private async checkRecords(): Promise<void> {
    for await (const rows of this.rooms.ledger.records(this.tx)) {
      this.records += rows.length;
      for (const row of rows) {
        const { payload, fault } = checkRecord(row);
        if (fault !== undefined) this.note({ type: 'record', id: row.id, what: fault });
        if (payload?.useNo != null && payload.grantId !== null)
          this.uses.take(payload.grantId, payload.useNo);
      }
    }
  }

  /** A record that does not open its leaf says nothing, so what it made has no record. */
  private async fold(steps: Batches<KeptRecord>): Promise<void> {
    for await (const rows of steps)
      for (const row of rows) {
        const { payload } = checkRecord(row);
        if (payload !== undefined) fold(this.expected, stepOf(payload));
      }
  }

  private checkAdoption(): void {
    const { adoptions } = this.expected;
    if (adoptions === 1) return;
    this.note({ type: 'ledger', id: 'house_adopted', what: adoptions === 0 ? 'no_record' : 'twice' });
  }

  /** A purge takes what its record names, and the tables say the same. */
  private async checkPurges(): Promise<void> {
    const { tables } = this.rooms;
    this.purgedBefore = await tables.purgedBefore(this.tx);
    const kept = await tables.purgedEntries(this.tx);
    for (const id of new Set([...kept.keys(), ...this.expected.purged.keys()])) {
      const told = this.expected.purged.get(id);
      if (told !== kept.get(id))
        this.note({ type: 'ledger', id, what: told === undefined ? 'no_record' : 'ranges' });
    }
  }

  private async compare(
    table: Table,
    batches: Batches<{ id: string; row: ActualRow }>,
    isWhole = true,
  ): Promise<void> {
    const comparison = new TableComparison(
      table,
      this.expected.rows(table),
      (finding) => this.note(finding),
      (row) => isBeyondRecords(table, row, this.purgedBefore, this.tx.now),
    );
    for await (const batch of batches)
      for (const { id, row } of batch)
        if (!comparison.take(id, row) && table === 'access_grant') this.grantsBeyond.add(id);
    if (isWhole) comparison.end();
    this.rows += comparison.compared;
  }

  private async compareMasterData(): Promise<void> {
    const { tables, digests } = this.rooms;
    for (const type of MASTER_TYPES)
      for await (const rows of tables.againstVersions(this.tx, type))
        for (const { id, is_row_gone, is_without_version, differing } of rows) {
          const whats = is_row_gone ? ['no_row'] : is_without_version ? ['no_record'] : differing;
          for (const what of whats) this.note({ type, id, what });
        }
    const met = new Set<string>();
    for await (const versions of digests.all(this.tx))
      for (const one of versions) {
        const key = versionKey(one);
        met.add(key);
        const told = this.expected.versions.get(key);
        const what = told === undefined ? 'no_record' : told.digest === one.digest ? undefined : 'differs';
        if (what === undefined && told && isToBeToldAgain(told.at, this.tx.now)) this.toTellAgain.push(one);
        if (what !== undefined)
          this.note({ type: master(one.type), id: one.id, what: `version ${one.version}: ${what}` });
      }
    for (const key of this.expected.versions.keys()) if (!met.has(key)) this.noteGone(key);
    this.rows += await tables.masterRows(this.tx);
  }

  private noteGone(key: string): void {
    const [type = '', id = '', version = ''] = key.split(' ');
    this.note({ type: master(type), id, what: `version ${version}: no_row` });
  }

  private async compareUses(): Promise<void> {
    const kept = await this.rooms.tables.useTotals(this.tx);
    for (const { grantId, what } of this.uses.faults(kept, this.expected.closed))
      if (!this.grantsBeyond.has(grantId)) this.note({ type: 'grant', id: grantId, what });
  }
}

export interface ComparisonRooms {
  ledger: LedgerReadingRepository;
  tables: TablesRepository;
  digests: VersionDigests;
}

function master(type: string): (typeof MASTER_TYPES)[number] {
  const known = MASTER_TYPES.find((one) => one === type);
  invariant(known, `master data of the type ${type}`);
  return known;
}
