import type { Details, RecordType } from '../ledger/record.js';
import type { DataSet } from '../wheeling/wheeling.connectors.js';
import type { CustomerFacts } from './audit-facts.js';
import type { Decision } from './decide.js';
import type { NewRef, NewReveal } from './gate.repository.js';
import type { FieldProfile } from './mask.js';
import type { Holder, Use } from './use.js';

/** What leaves after a permitted use: computed inside the batch, from the profile of that instant. */
export interface Disclosure<T> {
  answer: T;
  /** What the record says of it, each member in the class of the record's type. */
  details: Details;
  ref?: Omit<NewRef, 'grantId' | 'expiresAt'>;
  reveal?: Omit<NewReveal, 'declarationId'>;
}

export interface NamedTicket {
  key: string;
  isWrong: boolean;
}

export interface GateQuestion<T = unknown> {
  holder: Holder;
  use: Use;
  /** SHA-256 of the proof's key and id: the first decision of a request burns it. */
  replayKey: Buffer | null;
  /** Keyed reference of what was sought, when failed attempts at it are counted. */
  sought: string | null;
  /** The same for the point that a search found, whichever key led to it. */
  point: string | null;
  /** On a point with power, the call's ticket: what wrong ones are counted by, and whether this is one. */
  ticket?: NamedTicket | null;
  /** A use that is permitted and still a failed attempt: a statement that does not match. */
  isFailedAttempt: boolean;
  refHash: Buffer | null;
  /** Whose data stands behind the use; left out before anything was fetched. */
  dataSet?: DataSet | null;
  /** Of the record that was fetched, for auditors only. */
  customer?: CustomerFacts | null;
  supplyPointRef: string | null;
  record: RecordType;
  details: Details;
  disclose: (profile: FieldProfile, isMatchOnly: boolean) => Disclosure<T> | null;
}

export interface GateAnswer<T = unknown> {
  decision: Decision;
  /** Every use and every refusal has a record; only the permitted entry to a longer use has none yet. */
  recordId: string | null;
  useNo: number | null;
  /** Signed, of the record; made when the record is durable. */
  receipt: string | null;
  answer: T | null;
  at: Date;
  ground: Ground;
}

/** What the facts of the decision say of the grant, for the steps between and after decisions. */
export interface Ground {
  isDrill: boolean;
  organizationId: string | undefined;
  declarationId: string | undefined;
}
