import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ExportRow, Rows } from './export-row.js';

/** Rows in memory at a time: a few MB. */
const ROWS_A_GROUP = 4_000;

type Kind = 'BIGINT' | 'INT' | 'TEXT' | 'JSON' | 'TIME' | 'FLAG';
type Column = readonly [name: string, kind: Kind, value: (row: ExportRow) => unknown];

const COLUMNS: readonly Column[] = [
  ['position', 'BIGINT', ({ position }) => BigInt(position)],
  ['id', 'TEXT', ({ record }) => record.id],
  ['at', 'TIME', ({ record }) => record.at],
  ['type', 'TEXT', ({ record }) => record.type],
  ['decision', 'TEXT', ({ record }) => record.decision],
  ['code', 'TEXT', ({ record }) => record.code],
  ['is_drill', 'FLAG', ({ record }) => record.isDrill],
  ['person_id', 'TEXT', ({ record }) => record.personId],
  ['organization_id', 'TEXT', ({ record }) => record.organizationId],
  ['declaration_id', 'TEXT', ({ record }) => record.declarationId],
  ['grant_id', 'TEXT', ({ record }) => record.grantId],
  ['use_no', 'INT', ({ record }) => record.useNo],
  ['supply_point_ref', 'TEXT', ({ record }) => record.supplyPointRef],
  ['details', 'TEXT', ({ record }) => JSON.stringify(record.details)],
  ['has_sealed', 'FLAG', ({ record }) => record.hasSealed],
];

const TYPES = {
  BIGINT: { type: 'INT64' },
  INT: { type: 'INT32' },
  TEXT: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  JSON: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
  TIME: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  FLAG: { type: 'BOOLEAN' },
} as const;

/** Apache Parquet, for analysis: snappy, groups of 10,000 rows; times are instants (UTC). */
export async function* parquetOf(rows: Rows): AsyncGenerator<Uint8Array> {
  const bytes = new Drained();
  const schema = COLUMNS.map(([name, kind]) => ({
    name,
    ...TYPES[kind],
    repetition_type: 'OPTIONAL' as const,
  }));
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'record', num_children: schema.length }, ...schema],
    createdBy: 'kashikagi',
  });
  let group: ExportRow[] = [];
  const writeGroup = async (): Promise<Uint8Array> => {
    const columnData = COLUMNS.map(([name, , value]) => ({ name, data: group.map(value) }));
    await writer.write({ columnData, rowGroupSize: ROWS_A_GROUP });
    group = [];
    return bytes.drain();
  };
  for await (const row of rows) {
    group.push(row);
    if (group.length === ROWS_A_GROUP) yield await writeGroup();
  }
  if (group.length > 0) yield await writeGroup();
  await writer.finish();
  yield bytes.drain();
}

/** Gives away what is written between two groups; `offset` goes on counting from the beginning of the file. */
class Drained extends ByteWriter {
  drain(): Uint8Array {
    const written = this.getBytes().slice();
    this.index = 0;
    return written;
  }
}
