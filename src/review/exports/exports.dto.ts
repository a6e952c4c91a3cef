import { ApiProperty, OmitType } from '@nestjs/swagger';
import { Nested, OneOf, Whole } from '../../contract/fields.js';
import { RecordSearchDto } from '../records.dto.js';

export const FORMATS = ['jsonl', 'csv', 'xlsx', 'parquet', 'ocsf', 'pdf'] as const;
export type Format = (typeof FORMATS)[number];

/** The filters of the search: a number in the clear may be one of them, since they stand in a body. */
export class ExportFilter extends OmitType(RecordSearchDto, ['limit', 'cursor']) {}

/** The filter as it is used and recorded: a supply point by its reference alone. */
export type RowFilter = Omit<ExportFilter, 'supply_point_id'>;

export class ExportRequest {
  @Nested(
    { about: '絞込み。空なら全記録', example: { declaration: 'dc_Qy3f8sJm2aWb0T1x' } },
    () => ExportFilter,
  )
  filter!: ExportFilter;

  @OneOf({
    about:
      'jsonl: 証拠一式（tar）、csv、xlsx、parquet、ocsf（JSON Lines）、pdf: 解除証明書（filter は declaration だけ）か付与の一枚（grant だけ）',
    example: 'csv',
    values: FORMATS,
  })
  format!: Format;

  @Whole({
    about: '台帳のこの大きさの時点で。省けば署名済みの最新。同じ絞込みと大きさなら同じ内容',
    example: 70_000,
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    optional: true,
  })
  tree_size?: number;
}

/** The same question as the export's, before it is made. */
export class ExportCountRequest extends OmitType(ExportRequest, ['format']) {}

export class ExportCountView {
  @ApiProperty({ description: '書き出される記録', example: 12_345 }) rows!: number;
  @ApiProperty({
    description: '台帳のこの大きさの時点で。書き出しに添えれば、同じ件数になる',
    example: 70_000,
  })
  tree_size!: number;
}
