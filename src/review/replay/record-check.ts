import { createHmac } from 'node:crypto';
import { leafHash } from '../../ledger/hashing.js';
import type { RecordRow } from '../records.repository.js';
import { readPayload, type Payload } from './step.js';

/** A row of `record` and what stands of it in the tree. */
export interface KeptRecord extends RecordRow {
  salt: Buffer;
  /** Null: not in the tree. */
  leaf_hash: Buffer | null;
  /** Of what waits for its place; null: it does not wait. */
  entry: string | null;
}

export type RecordFault = 'payload' | 'columns' | 'sealed' | 'no_leaf';

/**
 * Whether the row opens its entry: salt and payload make the very leaf (or the entry that waits), and the columns that
 * auditors search by repeat the payload. The sealed part is asked for, not opened: its commitment stands in the payload.
 */
export function checkRecord(row: KeptRecord): { payload?: Payload; fault?: RecordFault } {
  if (row.leaf_hash === null && row.entry === null) return { fault: 'no_leaf' };
  const c = createHmac('sha256', row.salt).update(row.payload).digest('base64');
  const entry = JSON.stringify({ v: 1, id: row.id, c });
  const isOpened =
    row.leaf_hash === null ? entry === row.entry : leafHash(Buffer.from(entry)).equals(row.leaf_hash);
  const payload = isOpened ? readPayload(row.payload) : undefined;
  if (payload === undefined) return { fault: 'payload' };
  if (!isRepeated(row, payload)) return { payload, fault: 'columns' };
  if ((payload.sealed !== undefined) !== row.has_sealed) return { payload, fault: 'sealed' };
  return { payload };
}

function isRepeated(row: KeptRecord, payload: Payload): boolean {
  return (
    row.id === payload.id &&
    row.at.toISOString() === payload.at &&
    row.type === payload.type &&
    row.decision === payload.decision &&
    row.code === payload.code &&
    row.is_drill === payload.isDrill &&
    row.person_id === payload.personId &&
    row.organization_id === payload.organizationId &&
    row.declaration_id === payload.declarationId &&
    row.grant_id === payload.grantId &&
    row.use_no === payload.useNo &&
    row.supply_point_ref === payload.supplyPointRef
  );
}
