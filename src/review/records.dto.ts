import { ApiProperty, OmitType } from '@nestjs/swagger';
import { Instant, OneOf, Pattern, Text, Whole } from '../contract/fields.js';
import { PageQuery } from '../contract/page.js';

/**
 * Only what can be an identifier of ours, since filters stand in URLs and are put on record: a telephone or a
 * supply point number in the clear is refused, and digits alone are no reference.
 */
const idOf = (prefix: string): RegExp => new RegExp(`^${prefix}_[A-Za-z0-9_-]{1,61}$`);
const NAME = /^[a-z][a-z0-9-]{1,63}$/;
const REFERENCE = /^(?!\d+$)[A-Za-z0-9_-]{22}$/;

export class RecordQuery extends PageQuery {
  @Pattern({ about: '発令', example: 'dc_Qy3f8sJm2aWb0T1x', pattern: idOf('dc'), optional: true })
  declaration?: string;

  @Pattern({ about: '付与', example: 'gr_Qy3f8sJm2aWb0T1x', pattern: idOf('gr'), optional: true })
  grant?: string;

  @Pattern({ about: '人', example: 'operator-a-01', pattern: NAME, optional: true })
  person?: string;

  @Pattern({ about: '会社', example: 'retailer-a', pattern: NAME, optional: true })
  organization?: string;

  @Pattern({
    about: '供給地点の参照（鍵付きハッシュ）',
    example: 'Xk3v9Qm2aWb0T1xPq8sJm2',
    pattern: REFERENCE,
    optional: true,
  })
  supply_point_ref?: string;

  @Pattern({ about: '種別', example: 'use.lookup', pattern: /^[a-z_.]{1,40}$/, optional: true })
  type?: string;

  @OneOf({ about: '結果', example: 'permit', values: ['done', 'permit', 'refuse'], optional: true })
  decision?: string;

  @Instant({ about: 'この日時から', example: '2026-11-23T00:00:00+09:00', optional: true })
  from?: Date;

  @Instant({ about: 'この日時より前', example: '2026-11-24T00:00:00+09:00', optional: true })
  to?: Date;
}

/**
 * The same filters in a body, and a supply point number in the clear, which never stands in a URL. It becomes the
 * keyed reference at once: neither the record of the search nor anything else keeps the number.
 */
export class RecordSearchDto extends OmitType(RecordQuery, ['limit', 'cursor', 'after', 'take']) {
  @Text({
    about: '供給地点特定番号（22桁）',
    example: '9900000000000000000001',
    min: 22,
    max: 40,
    optional: true,
  })
  supply_point_id?: string;

  @Whole({ about: '1ページの件数', example: 50, min: 1, max: 100, optional: true })
  limit?: number;

  @Pattern({
    about: '前のページの next',
    example: 'MTIzIHJjX3g',
    pattern: /^[A-Za-z0-9_-]{1,200}$/,
    optional: true,
  })
  cursor?: string;
}

export class RecordView {
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: '2026-11-23T03:31:00.000Z', format: 'date-time' }) at!: string;
  @ApiProperty({ example: 'use.lookup' }) type!: string;
  @ApiProperty({ example: 'permit', enum: ['done', 'permit', 'refuse'] }) decision!: string;
  @ApiProperty({ example: null, nullable: true, type: String }) code!: string | null;
  @ApiProperty({ example: false }) is_drill!: boolean;
  @ApiProperty({ example: 'operator-a-01', nullable: true, type: String }) person_id!: string | null;
  @ApiProperty({ example: 'retailer-a', nullable: true, type: String }) organization_id!: string | null;
  @ApiProperty({ example: 'dc_Qy3f8sJm2aWb0T1x', nullable: true, type: String }) declaration_id!:
    string | null;
  @ApiProperty({ example: 'gr_Qy3f8sJm2aWb0T1x', nullable: true, type: String }) grant_id!: string | null;
  @ApiProperty({ example: 1, nullable: true, type: Number }) use_no!: number | null;
  @ApiProperty({ example: 'Xk3v9Qm2aWb0T1xPq8sJm2', nullable: true, type: String }) supply_point_ref!:
    string | null;
  @ApiProperty({ type: Object, example: { purpose: 'outage_enquiry', direction: 'inbound' } })
  details!: unknown;
  @ApiProperty({ example: true }) has_sealed!: boolean;
}
