import type { DifferenceLine } from '../changes/change.js';
import type { ChangeKind } from '../changes/change-kind.js';
import type { ResourceType } from '../changes/versions.repository.js';
import { refuseIf } from '../contract/actions.js';
import { DomainError, invariant } from '../contract/domain-error.js';
import type { Tx } from '../database/database.js';
import type { Ledger } from '../ledger/ledger.js';
import type { RecordType } from '../ledger/record.js';
import { whyNotChanged } from './master-data.acts.js';
import type { AppliedDetails } from './agreements.records.js';

const ACTS = ['add', 'change', 'retire'] as const;
export type Act = (typeof ACTS)[number];

/** The SQL of one table of master data; every row that it writes names its change. */
export interface MasterRows<Row> {
  /** Locks the row: should a confirmation ever pass without the gate, the second still reads what the first wrote. */
  get(tx: Tx, id: string): Promise<Row | undefined>;
  insert(tx: Tx, row: Row, changeId: string): Promise<void>;
  /** False when the row has ended: what ended changes no more. */
  update(tx: Tx, row: Row, changeId: string): Promise<boolean>;
  /** Ends it at the transaction's instant; false when it had ended. */
  retire(tx: Tx, id: string, changeId: string): Promise<boolean>;
}

/** What differs between organizations, agreements and field profiles; what they share is `kindsOf`. */
export interface MasterData<Row extends { id: string }, Body> {
  readonly type: ResourceType;
  readonly records: Readonly<Record<Act, RecordType<AppliedDetails>>>;
  readonly rows: MasterRows<Row>;
  isEnded(row: Row): boolean;
  /** The row that the proposal would make of the one before, or a new one. */
  after(before: Row | undefined, body: Body): Row;
  refuse(tx: Tx, before: Row | undefined, after: Row): Promise<void>;
  /** What nobody can do without is not retired. */
  refuseRetirement?(tx: Tx, row: Row): Promise<void>;
  difference(before: Row | undefined, after: Row): DifferenceLine[];
  /** Whose the row is, for the record; none: of whoever confirmed. */
  organizationOf(row: Row): string | undefined;
}

/** The three kinds of change of a sort of master data: `….add`, `….change`, `….retire`. */
export function kindsOf<Row extends { id: string }, Body extends { id?: string }>(
  data: MasterData<Row, Body>,
  ledger: Ledger,
): ChangeKind<Body>[] {
  return ACTS.map((act) => ({
    kind: `${data.type}.${act}`,
    resourceType: data.type,
    check: async (tx, body) => (await consider(data, act, tx, body)).difference,
    apply: async (tx, body, changeId, confirmedBy) => {
      const { after, difference } = await consider(data, act, tx, body);
      invariant(await WRITE[act](data.rows, tx, after, changeId), 'not ended: the row is locked');
      const subject = {
        personId: confirmedBy.personId,
        organizationId: data.organizationOf(after) ?? confirmedBy.organizationId,
      };
      const details = { id: after.id, change: changeId, difference };
      await ledger.append(tx, { type: data.records[act], subject, details });
      return after.id;
    },
  }));
}

type Write = <Row extends { id: string }>(
  rows: MasterRows<Row>,
  tx: Tx,
  row: Row,
  changeId: string,
) => Promise<boolean>;

const WRITE: Record<Act, Write> = {
  add: (rows, tx, row, changeId) => rows.insert(tx, row, changeId).then(() => true),
  change: (rows, tx, row, changeId) => rows.update(tx, row, changeId),
  retire: (rows, tx, row, changeId) => rows.retire(tx, row.id, changeId),
};

const ID_TAKEN = { pointer: '/id', detail: 'この識別子はすでに使われています' };

interface Considered<Row> {
  after: Row;
  difference: DifferenceLine[];
}

async function consider<Row extends { id: string }, Body extends { id?: string }>(
  data: MasterData<Row, Body>,
  act: Act,
  tx: Tx,
  body: Body,
): Promise<Considered<Row>> {
  const before = body.id === undefined ? undefined : await data.rows.get(tx, body.id);
  if (act === 'add') {
    if (before !== undefined) throw new DomainError('id_taken', { faults: [ID_TAKEN] });
    const after = data.after(undefined, body);
    await data.refuse(tx, undefined, after);
    return { after, difference: data.difference(undefined, after) };
  }
  if (before === undefined) throw new DomainError('not_found');
  refuseIf(whyNotChanged(data.isEnded(before)));
  // When it ends is the confirmation's instant: not something to agree to.
  if (act === 'retire') {
    await data.refuseRetirement?.(tx, before);
    return { after: before, difference: [{ field: 'is_retired', before: false, after: true }] };
  }
  const after = data.after(before, body);
  await data.refuse(tx, before, after);
  return { after, difference: data.difference(before, after) };
}
