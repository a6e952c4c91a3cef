import { ApiProperty } from '@nestjs/swagger';
import { CAUSES } from './ending.js';

export class ProbeView {
  @ApiProperty({ example: 'gate', enum: ['gate', 'introspection'] }) target!: string;
  @ApiProperty({ example: true }) refused!: boolean;
  @ApiProperty({ example: 'lifted', nullable: true, type: String }) code!: string | null;
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x', nullable: true, type: String }) record_id!: string | null;
  @ApiProperty({ example: '2026-11-23T11:00:04.000Z', format: 'date-time' }) at!: string;
}

export class CertifiedGrantView {
  @ApiProperty({ example: 'gr_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'operator-a-01' }) person_id!: string;
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: '2026-11-23T03:20:00.000Z', format: 'date-time' }) starts_at!: string;
  @ApiProperty({ example: '2026-11-23T11:00:00.000Z', format: 'date-time' }) ends_at!: string;
  @ApiProperty({ example: '2026-11-23T11:00:00.000Z', nullable: true, type: String }) ended_at!:
    string | null;
  @ApiProperty({ example: 'lifted', nullable: true, type: String, enum: Object.keys(CAUSES) }) cause!:
    string | null;
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x', nullable: true, type: String }) record_id!: string | null;
  @ApiProperty({ example: 12, description: '利用の件数' }) uses!: number;
  @ApiProperty({ example: true, description: '資格情報が発行されたか。なければ、試すものがない' })
  had_credential!: boolean;
  @ApiProperty({ type: ProbeView, isArray: true }) probes!: ProbeView[];
}

export class CertificateTotals {
  @ApiProperty({ example: 412 }) granted!: number;
  @ApiProperty({ example: 412 }) closed!: number;
  @ApiProperty({ example: '2026-11-23T11:00:00.000Z', nullable: true, type: String }) last_ended_at!:
    string | null;
  @ApiProperty({ example: 0 }) unresolved!: number;
}

export class CertificateView {
  @ApiProperty({ example: 'dc_Qy3f8sJm2aWb0T1x' }) declaration_id!: string;
  @ApiProperty({ example: '99-20261123-1' }) number!: string;
  @ApiProperty({ example: '台風24号' }) name!: string;
  @ApiProperty({ example: false }) is_drill!: boolean;
  @ApiProperty({ example: '2026-11-23T11:00:00.000Z', nullable: true, type: String }) lifted_at!:
    string | null;
  @ApiProperty({ example: '2026-11-23T11:00:00.000Z', format: 'date-time' }) ended_at!: string;
  @ApiProperty({ example: '2026-11-23T11:00:05.000Z', format: 'date-time' }) completed_at!: string;
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x' }) record_id!: string;
  @ApiProperty({ type: CertificateTotals }) totals!: CertificateTotals;
  @ApiProperty({ example: '付与412件、終了412件、最終 2026-11-23 20:00:00 JST、未解決0件' })
  sentence_ja!: string;
  @ApiProperty({ example: '412 granted, 412 ended, the last at 2026-11-23 20:00:00 JST, 0 unresolved' })
  sentence_en!: string;
  @ApiProperty({ type: CertifiedGrantView, isArray: true }) grants!: CertifiedGrantView[];
}
