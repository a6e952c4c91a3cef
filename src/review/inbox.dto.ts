import { ApiProperty } from '@nestjs/swagger';

export class InboxItemView {
  @ApiProperty({ example: 'declared-dc_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'declaration.declared' }) kind!: string;
  @ApiProperty({ example: '2026-11-23T03:05:00.000Z', format: 'date-time' }) at!: string;
  @ApiProperty({ example: '「台風24号」（99-20261123-1）が発令されました。' }) title!: string;
  @ApiProperty({ example: null, nullable: true, type: String, description: '読むべき本文' }) text!:
    string | null;
  @ApiProperty({ example: null, nullable: true, type: String, format: 'date-time' }) due_at!: string | null;
  @ApiProperty({ example: false }) is_drill!: boolean;
  @ApiProperty({ example: 'dc_Qy3f8sJm2aWb0T1x', nullable: true, type: String }) declaration_id!:
    string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) support_call_id!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) nomination_id!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) grant_id!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) change_id!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) finding_id!: string | null;
}
