import { ApiProperty } from '@nestjs/swagger';
import { presentUntil } from './session.js';
import type { ListedSession, SessionPerson } from './sessions.repository.js';

export class SessionPersonView {
  @ApiProperty({ example: 'hq-1' }) id!: string;
  @ApiProperty({ example: '本部 一郎' }) name!: string;
}

export class SessionOrganizationView {
  @ApiProperty({ example: 'tdo' }) id!: string;
  @ApiProperty({ example: '見本送配電' }) name!: string;
  @ApiProperty({ example: 'utility', enum: ['utility', 'retailer', 'regulator'] }) kind!: string;
}

export class SessionView {
  @ApiProperty({ type: SessionPersonView }) person!: SessionPersonView;
  @ApiProperty({ example: ['headquarters'], isArray: true, type: String }) roles!: string[];
  @ApiProperty({ type: SessionOrganizationView }) organization!: SessionOrganizationView;
  @ApiProperty({ example: '2026-11-23T03:05:00.000Z', format: 'date-time' }) server_time!: string;
}

export class ListedSessionView {
  @ApiProperty({ example: 'se_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'hq-1' }) person_id!: string;
  @ApiProperty({ example: 'passkey', enum: ['demonstration', 'oidc', 'passkey'] }) method!: string;
  @ApiProperty({ description: '認証基盤（oidc のとき）', example: null, nullable: true, type: String })
  provider!: string | null;
  @ApiProperty({ example: '2026-11-23T03:05:00.000Z', format: 'date-time' }) started_at!: string;
  @ApiProperty({ example: '2026-11-23T03:25:00.000Z', format: 'date-time' }) last_seen_at!: string;
  @ApiProperty({ example: '2026-11-23T15:05:00.000Z', format: 'date-time' }) expires_at!: string;
  @ApiProperty({
    description: '本人確認が有効な期限（なければ null）',
    example: '2026-11-23T03:10:00.000Z',
    format: 'date-time',
    nullable: true,
    type: String,
  })
  present_until!: string | null;
  @ApiProperty({ description: 'いま使っているセッションか', example: true }) is_current!: boolean;
}

export class EndedSessionsView {
  @ApiProperty({ description: '終わらせた数', example: 2, type: 'integer' }) ended!: number;
}

export function viewOf(row: SessionPerson & { now: Date }): SessionView {
  return {
    person: { id: row.person_id, name: row.name },
    roles: [row.role],
    organization: { id: row.organization_id, name: row.organization_name, kind: row.organization_kind },
    server_time: row.now.toISOString(),
  };
}

export function listedViewOf(
  row: ListedSession,
  currentId: string,
  presenceMinutes: number,
): ListedSessionView {
  return {
    id: row.id,
    person_id: row.person_id,
    method: row.method,
    provider: row.provider,
    started_at: row.created_at.toISOString(),
    last_seen_at: row.last_seen_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    present_until: presentUntil(row, presenceMinutes)?.toISOString() ?? null,
    is_current: row.id === currentId,
  };
}
