import { ApiProperty } from '@nestjs/swagger';
import { Pattern, Text } from '../../contract/fields.js';
import { CODE } from './terminal-window.js';

const PERSON_ID = /^[a-z][a-z0-9-]{1,63}$/;
const PLACE_ID = /^[a-z][a-z0-9-]{1,39}$/;
const JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export class OpenWindowDto {
  @Text({ about: '製造番号', example: 'PC-0001', min: 1, max: 64 })
  serial!: string;

  @Pattern({ about: '会社', example: 'retailer-a', pattern: PLACE_ID })
  organization_id!: string;

  @Pattern({ about: '管理者（その会社の人）', example: 'supervisor-a', pattern: PERSON_ID })
  custodian_person_id!: string;

  @Pattern({ about: '登録された部屋', example: 'osaka-support-1', pattern: PLACE_ID })
  room!: string;
}

export class ShowKeyDto {
  @Pattern({ about: '窓のコード', example: '7QK2M-X04ZT', pattern: CODE })
  code!: string;

  @Pattern({
    about:
      '端末の鍵による証明（DPoP の形、nonce = base64url(SHA-256("kashikagi/window/" + id + "/" + code))）',
    example: 'eyJ0eXAiOiJkcG9wK2p3dCJ9.eyJub25jZSI6Ii4uLiJ9.c2lnbmF0dXJl',
    pattern: JWS,
  })
  proof!: string;
}

export class OpenedWindowView {
  @ApiProperty({ example: 'tw_Qy3f8sJm2aWb0T1x' }) id!: string;
  /** Shown here, once; only its hash is kept. */
  @ApiProperty({ example: '7QK2M-X04ZT' }) code!: string;
  @ApiProperty({ example: '2026-11-23T03:10:00.000Z', format: 'date-time' }) expires_at!: string;
}

export class ShownKeyView {
  @ApiProperty({ example: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }) jkt!: string;
  /** Another officer confirms it; until then the terminal is not enrolled. */
  @ApiProperty({ example: 'ch_Qy3f8sJm2aWb0T1x' }) change_id!: string;
}

const time = { type: String, nullable: true, example: null } as const;

/** Without its code, which was shown once to who opened it. */
export class WindowView {
  @ApiProperty({ example: 'tw_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'PC-0001' }) serial!: string;
  @ApiProperty({ example: 'retailer-a' }) organization_id!: string;
  @ApiProperty({ example: 'supervisor-a' }) custodian_person_id!: string;
  @ApiProperty({ example: 'osaka-support-1' }) room!: string;
  @ApiProperty({ example: 'officer-1' }) opened_by!: string;
  @ApiProperty({ example: '2026-11-23T03:00:00.000Z', format: 'date-time' }) opened_at!: string;
  @ApiProperty({ example: '2026-11-23T03:10:00.000Z', format: 'date-time' }) expires_at!: string;
  @ApiProperty({
    description: '受付中・鍵が届いた・閉じた（期限切れ、または誤ったコードが続いた）',
    example: 'open',
    enum: ['open', 'shown', 'closed'],
  })
  state!: string;
  @ApiProperty({ description: '誤ったコードの回数', example: 0 }) guesses!: number;
  @ApiProperty(time) jkt!: string | null;
  @ApiProperty({ ...time, description: '別の管理責任者の確認を待つ変更' }) change_id!: string | null;
}
