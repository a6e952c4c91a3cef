import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { Instant, OBJECT, OneOf, Pattern, Reason, Text, told } from '../../contract/fields.js';
import { PageQuery } from '../../contract/page.js';

const PERSON_ID = /^[a-z][a-z0-9-]{1,63}$/;
/** 43 characters of base64url: 256 random bits, as `kashikagi bootstrap` prints them. */
const FIRST_CODE = /^[\w-]{43}$/;
const EXAMPLE_ID = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA';

const EXAMPLE_CREATION = {
  id: EXAMPLE_ID,
  rawId: EXAMPLE_ID,
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0', attestationObject: 'o2NmbXRkbm9uZQ' },
};
const EXAMPLE_ASSERTION = {
  ...EXAMPLE_CREATION,
  response: {
    clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0',
    authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2M',
    signature: 'MEUCIQDx',
  },
};

const written = (about: string, example: object): object => ({
  description: `${about}（PublicKeyCredential.toJSON()、WebAuthn Level 3）`,
  example,
  type: Object,
});

export class ShowPasskeyDto {
  @ApiProperty(written('登録の応答', EXAMPLE_CREATION))
  @IsObject(told(...OBJECT))
  response!: Record<string, unknown>;

  @Text({ about: '見分けるための名前', example: '黒いセキュリティキー', min: 1, max: 60 })
  label!: string;
}

export class FirstCodeDto {
  @Pattern({ about: '最初の担当者の登録コード', example: 'A'.repeat(43), pattern: FIRST_CODE })
  code!: string;
}

export class FirstPasskeyDto extends ShowPasskeyDto {
  @Pattern({ about: '最初の担当者の登録コード', example: 'A'.repeat(43), pattern: FIRST_CODE })
  code!: string;
}

export class AnswerPasskeyDto {
  @ApiProperty(written('認証の応答', EXAMPLE_ASSERTION))
  @IsObject(told(...OBJECT))
  response!: Record<string, unknown>;
}

export class RevokePasskeyDto {
  @Reason()
  reason!: string;
}

export class PasskeysQuery extends PageQuery {
  @ApiPropertyOptional()
  @Pattern({
    about: 'この人の（管理責任者・監視・監督）',
    example: 'hq-1',
    pattern: PERSON_ID,
    optional: true,
  })
  person?: string;

  @ApiPropertyOptional()
  @OneOf({ about: '確認を待つものだけ', example: 'waiting', values: ['waiting'], optional: true })
  state?: 'waiting';

  @ApiPropertyOptional()
  @Instant({ about: 'この日時の時点で（省略はいま）', example: '2026-11-23T12:00:00+09:00', optional: true })
  as_of?: Date;
}

/** What the browser is given to ask the authenticator with. */
export class CeremonyView {
  @ApiProperty({
    description: 'PublicKeyCredential.parse…OptionsFromJSON() に渡すもの',
    example: { challenge: EXAMPLE_ID, rpId: 'kashikagi.example', userVerification: 'required' },
    type: Object,
    additionalProperties: true,
  })
  options!: object;

  @ApiProperty({ example: '2026-11-23T03:05:00.000Z', format: 'date-time' }) expires_at!: string;
}

const time = { type: String, nullable: true, example: null } as const;
const STATES = ['waiting', 'lapsed', 'active', 'revoked', 'suspended'] as const;
export type PasskeyState = (typeof STATES)[number];

export class PasskeyView {
  @ApiProperty({ example: 'pk_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'hq-1' }) person_id!: string;
  @ApiProperty({ example: '黒いセキュリティキー' }) label!: string;
  @ApiProperty({ example: 'waiting', enum: STATES }) state!: PasskeyState;
  /** Compared by the person and the two who confirm. */
  @ApiProperty({ example: '9f86-d081-884c-7d65' }) fingerprint!: string;
  @ApiProperty({ example: false }) is_synced!: boolean;
  @ApiProperty({ example: '2026-11-23T02:00:00.000Z', format: 'date-time' }) shown_at!: string;
  @ApiProperty(time) enrolled_at!: string | null;
  /** Null also for the first two officers, who came in by a code. */
  @ApiProperty({ example: null, nullable: true, type: String }) change_id!: string | null;
  @ApiProperty(time) last_used_at!: string | null;
  @ApiProperty(time) revoked_at!: string | null;
  @ApiProperty(time) suspended_at!: string | null;
}
