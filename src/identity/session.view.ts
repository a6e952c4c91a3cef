import { ApiProperty } from '@nestjs/swagger';
import type { SessionRow } from './sessions.repository.js';

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

export function viewOf(row: SessionRow): SessionView {
  return {
    person: { id: row.person_id, name: row.name },
    roles: [row.role],
    organization: { id: row.organization_id, name: row.organization_name, kind: row.organization_kind },
    server_time: row.now.toISOString(),
  };
}
