import { createHmac } from 'node:crypto';
import { newId, type Id } from '../contract/ids.js';

/**
 * How a member of a record is kept.
 * `public`: readable by every auditor. `sensitive`: sealed (customer data: searched, matched, disclosed).
 * `secret`: never kept at all. A member that is not classed is secret.
 */
export type FieldClass = 'public' | 'sensitive' | 'secret';

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Details = Readonly<Record<string, Value | undefined>>;

/** A kind of record, declared by the room that writes it: its name and the class of each member. */
export interface RecordType<D extends Details = Details> {
  readonly name: string;
  readonly classes: Readonly<Record<string, FieldClass>>;
  /** Only for the compiler: what the details look like. */
  readonly details?: D;
}

export function recordType<D extends Details>(
  name: string,
  classes: Readonly<Record<keyof D & string, FieldClass>>,
): RecordType<D> {
  return { name, classes };
}

/** Who and what a record is about: the columns that auditors search by. */
export interface Subject {
  isDrill?: boolean;
  personId?: string | undefined;
  organizationId?: string | undefined;
  declarationId?: string | undefined;
  grantId?: string | undefined;
  supplyPointRef?: string | undefined;
}

export interface NewRecord<D extends Details = Details> {
  type: RecordType<D>;
  subject: Subject;
  details: D;
  /** `done` a step; `permit` a use; `refuse` a refusal, with its code. */
  decision?: 'done' | 'permit' | 'refuse';
  code?: string | undefined;
  useNo?: number | undefined;
}

/** What the database keeps of a record, and the entry that waits for its place in the tree. */
export interface WrittenRecord {
  id: Id<'record'>;
  at: Date;
  type: string;
  decision: 'done' | 'permit' | 'refuse';
  code: string | null;
  isDrill: boolean;
  personId: string | null;
  organizationId: string | null;
  declarationId: string | null;
  grantId: string | null;
  useNo: number | null;
  supplyPointRef: string | null;
  payload: string;
  salt: Buffer;
  sealed: Buffer | null;
  entry: string;
}

export type Seal = (plain: Buffer, aad: string) => Buffer;

const SALT_BYTES = 32;
/** What one record needs: a salt for the payload and one for the sealed part. */
export const RANDOM_BYTES = 2 * SALT_BYTES;

function pick(details: Details, classes: RecordType['classes'], wanted: FieldClass): Details {
  return Object.fromEntries(
    Object.entries(details).filter(
      ([name, value]) => value !== undefined && (classes[name] ?? 'secret') === wanted,
    ),
  );
}

/**
 * Writes a record out. The payload is text and is hashed as written (jsonb would reorder it). The sensitive
 * part is committed to inside the payload by its own salt, so that it can be dropped alone after the
 * retention period while the rest still verifies. The public entry holds the random id and the commitment,
 * nothing else: no personal data and nothing about activity (ledger.md §2).
 */
export function writeRecord(
  record: NewRecord,
  at: Date,
  by: {
    seal: Seal;
    /** RANDOM_BYTES fresh ones. */
    salts: Buffer;
    /** An ending that somebody kept from the gate: decisions of that moment may stand after it. */
    isWithoutGate?: boolean;
  },
): WrittenRecord {
  const id = newId('record');
  const { subject } = record;
  const open = pick(record.details, record.type.classes, 'public');
  const hidden = pick(record.details, record.type.classes, 'sensitive');
  const closed =
    Object.keys(hidden).length === 0
      ? undefined
      : closeOff(hidden, id, by.seal, by.salts.subarray(SALT_BYTES));
  const columns = {
    // A drill has record types of its own (law 9): no filter for a real use ever finds one.
    type: subject.isDrill === true ? `drill.${record.type.name}` : record.type.name,
    decision: record.decision ?? 'done',
    code: record.code ?? null,
    isDrill: subject.isDrill ?? false,
    personId: subject.personId ?? null,
    organizationId: subject.organizationId ?? null,
    declarationId: subject.declarationId ?? null,
    grantId: subject.grantId ?? null,
    useNo: record.useNo ?? null,
    supplyPointRef: subject.supplyPointRef ?? null,
  };
  const payload = JSON.stringify({
    v: 1,
    id,
    at: at.toISOString(),
    ...columns,
    details: open,
    ...(closed && { sealed: closed.commitment }),
    ...(by.isWithoutGate === true && { without_gate: true }),
  });
  const salt = by.salts.subarray(0, SALT_BYTES);
  const commitment = createHmac('sha256', salt).update(payload).digest('base64');
  const entry = JSON.stringify({ v: 1, id, c: commitment });
  return { id, at, ...columns, payload, salt, sealed: closed?.sealed ?? null, entry };
}

/** salt (32 bytes) || JSON, encrypted; and the commitment HMAC-SHA256(salt, JSON) that the payload carries. */
function closeOff(
  hidden: Details,
  id: string,
  seal: Seal,
  salt: Buffer,
): { sealed: Buffer; commitment: string } {
  const text = Buffer.from(JSON.stringify(hidden), 'utf8');
  const commitment = createHmac('sha256', salt).update(text).digest('base64');
  return { sealed: seal(Buffer.concat([salt, text]), id), commitment };
}
