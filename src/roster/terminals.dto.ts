import { ApiProperty } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { Pattern, Reason, Text } from '../contract/fields.js';

const EXAMPLE_JWK = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

export class EnrolTerminalDto {
  @Text({ about: '製造番号', example: 'PC-0001', min: 1, max: 64 })
  serial!: string;

  @Pattern({ about: '会社', example: 'retailer-a', pattern: /^[a-z][a-z0-9-]{1,39}$/ })
  organization_id!: string;

  @Pattern({ about: '管理者（その会社の人）', example: 'supervisor-a', pattern: /^[a-z][a-z0-9-]{1,63}$/ })
  custodian_person_id!: string;

  @Pattern({ about: '登録された部屋', example: 'osaka-support-1', pattern: /^[a-z][a-z0-9-]{1,39}$/ })
  room!: string;

  /** Parsed once into a public P-256 key; anything private or of another kind is refused there. */
  @ApiProperty({ description: '端末の公開鍵（RFC 7517、P-256）', example: EXAMPLE_JWK, type: Object })
  @IsObject()
  jwk!: Record<string, unknown>;
}

export class TerminalLostDto {
  @Reason()
  reason!: string;
}

export class TerminalView {
  @ApiProperty({ example: 'tm_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'PC-0001' }) serial!: string;
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: 'supervisor-a' }) custodian_person_id!: string;
  @ApiProperty({ example: 'osaka-support-1' }) room!: string;
  @ApiProperty({ example: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }) jkt!: string;
  @ApiProperty({ example: '2026-11-23T02:00:00.000Z', format: 'date-time' }) enrolled_at!: string;
  @ApiProperty({ example: null, nullable: true, type: String }) lost_at!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) retired_at!: string | null;
}
