/**
 * A record as it is exported: taken from the payload alone, which is what was hashed. The columns of its row only
 * help to find it; one that was changed by hand shows in no export.
 */
export interface ExportRow {
  /** The position of its leaf in the tree. */
  position: number;
  /** As written, for whoever computes the commitment again. */
  payload: string;
  salt: Buffer;
  record: RecordFacts;
}

export interface RecordFacts {
  id: string;
  at: Date;
  type: string;
  decision: string;
  code: string | null;
  isDrill: boolean;
  personId: string | null;
  organizationId: string | null;
  declarationId: string | null;
  grantId: string | null;
  useNo: number | null;
  supplyPointRef: string | null;
  details: Readonly<Record<string, unknown>>;
  /** There are sealed values; only their commitment is in the payload. */
  hasSealed: boolean;
}

type Written = Omit<RecordFacts, 'at' | 'hasSealed'> & { at: string; sealed?: string };

export function exportRow(row: { position: string; payload: string; salt: Buffer }): ExportRow {
  const { at, sealed, ...facts } = JSON.parse(row.payload) as Written;
  return {
    position: Number(row.position),
    payload: row.payload,
    salt: row.salt,
    record: { ...facts, at: new Date(at), hasSealed: sealed !== undefined },
  };
}

export type Rows = AsyncIterable<ExportRow>;
