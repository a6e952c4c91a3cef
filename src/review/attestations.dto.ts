import { ApiProperty } from '@nestjs/swagger';

export const ATTESTATION_KINDS = ['daily', 'on_demand'] as const;
export type AttestationKind = (typeof ATTESTATION_KINDS)[number];

export class AttestedOrganizationView {
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: 400, description: '有効な付与' }) live_grants!: number;
  @ApiProperty({ example: 0, description: 'うち、有効な発令の外にあるもの' }) outside!: number;
}

export class AttestedProbesView {
  @ApiProperty({ example: 40, description: '失効した資格情報の無作為標本で試した回数' }) tried!: number;
  @ApiProperty({ example: 40, description: 'うち、拒否されたもの（同数のはず）' }) refused!: number;
  @ApiProperty({ example: 0, description: '試すことができなかった回数（次回に改めて試す）' })
  untried!: number;
}

export class CoveredSystemView {
  @ApiProperty({ example: 'gate' }) system!: string;
  @ApiProperty({ example: '検索・照合・開示（/api/v1/lookups）' }) name!: string;
  @ApiProperty({
    example: 'probed',
    enum: ['probed', 'by_the_gate'],
    description: 'probed: 実際に試した、by_the_gate: 同じ判定を必ず通る',
  })
  how!: string;
}

export class AttestationView {
  @ApiProperty({ example: '2026-11-23', description: '日（日本時間）' }) day!: string;
  @ApiProperty({ example: 'daily', enum: ATTESTATION_KINDS }) kind!: AttestationKind;
  @ApiProperty({ example: 1, description: 'その日の何回目か' }) ordinal!: number;
  @ApiProperty({ example: null, nullable: true, type: String, description: '求めた人' }) requested_by!:
    string | null;
  @ApiProperty({ example: '2026-11-22T15:00:31.000Z', format: 'date-time' }) at!: string;
  @ApiProperty({ example: 412, description: '有効な付与' }) live_grants!: number;
  @ApiProperty({ example: 0, description: 'うち、有効な発令の外にあるもの（0 のはず）' }) outside!: number;
  @ApiProperty({
    example: 412,
    nullable: true,
    type: Number,
    description: '別の数え方による有効な付与（同数のはず）',
  })
  counted_apart!: number | null;
  @ApiProperty({ type: [AttestedOrganizationView] }) organizations!: AttestedOrganizationView[];
  @ApiProperty({ type: AttestedProbesView }) probes!: AttestedProbesView;
  @ApiProperty({ type: [CoveredSystemView], description: 'この失効確認が及ぶ経路' })
  covers!: CoveredSystemView[];
  @ApiProperty({
    type: [String],
    example: ['小売電気事業者各社の顧客管理システム'],
    description: 'この失効確認が及ばないシステム（同じ情報を持つもの）',
  })
  does_not_cover!: string[];
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x' }) record_id!: string;
}
