import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsString, Matches, ValidateIf } from 'class-validator';
import { Actions, ActionView } from '../contract/actions.js';
import { misshapen, OBJECT, Pattern, Reason, Text, TEXT, told } from '../contract/fields.js';

const EXAMPLE_JWK = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};
const PERSON_ID = /^[a-z][a-z0-9-]{1,63}$/;
const PLACE_ID = /^[a-z][a-z0-9-]{1,39}$/;

export class EnrolTerminalDto {
  @Text({ about: '製造番号', example: 'PC-0001', min: 1, max: 64 })
  serial!: string;

  @Pattern({ about: '会社', example: 'retailer-a', pattern: PLACE_ID })
  organization_id!: string;

  @Pattern({ about: '管理者（その会社の人）', example: 'supervisor-a', pattern: PERSON_ID })
  custodian_person_id!: string;

  @Pattern({ about: '登録された部屋', example: 'osaka-support-1', pattern: PLACE_ID })
  room!: string;

  /** Parsed once into a public P-256 key; anything private or of another kind is refused there. */
  @ApiProperty({ description: '端末の公開鍵（RFC 7517、P-256）', example: EXAMPLE_JWK, type: Object })
  @IsObject(told(...OBJECT))
  jwk!: Record<string, unknown>;
}

/** The only member of a request that says something by null: a terminal that nobody has. */
function PersonOrNobody(about: string): PropertyDecorator {
  const person = { type: 'string', pattern: PERSON_ID.source, nullable: true };
  return applyDecorators(
    ApiPropertyOptional({ description: about, oneOf: [person], example: 'operator-a-01' }),
    ValidateIf((_: object, value: unknown) => value !== undefined && value !== null),
    IsString(told(...TEXT)),
    Matches(PERSON_ID, misshapen(PERSON_ID)),
  );
}

export class ChangeTerminalDto {
  @Pattern({ about: '管理者（その会社の人）', example: 'supervisor-a', pattern: PERSON_ID, optional: true })
  custodian_person_id?: string;

  @Pattern({ about: '登録された部屋', example: 'osaka-support-2', pattern: PLACE_ID, optional: true })
  room?: string;

  @PersonOrNobody('貸出先の人（null は返却）')
  checked_out_to?: string | null;

  @Text({ about: '入室記録の番号', example: '入室-2026-1123', min: 1, max: 100, optional: true })
  room_entry_log_ref?: string;
}

export class TerminalLostDto {
  @Reason()
  reason!: string;
}

const time = { type: String, nullable: true, example: null } as const;

export class TerminalView {
  @ApiProperty({ example: 'tm_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'PC-0001' }) serial!: string;
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: 'supervisor-a' }) custodian_person_id!: string;
  @ApiProperty({ example: 'osaka-support-1' }) room!: string;
  @ApiProperty({ example: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }) jkt!: string;
  @ApiProperty({ example: '2026-11-23T02:00:00.000Z', format: 'date-time' }) enrolled_at!: string;
  @ApiProperty({ example: 'operator-a-01', nullable: true, type: String }) checked_out_to!: string | null;
  @ApiProperty(time) checked_out_at!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) room_entry_log_ref!: string | null;
  /** When the last current credential was issued on it; null when a past instant was asked. */
  @ApiProperty(time) last_seen_at!: string | null;
  @ApiProperty(time) lost_at!: string | null;
  @ApiProperty(time) retired_at!: string | null;
  @Actions() actions!: ActionView[];
}
