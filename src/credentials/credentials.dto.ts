import { ApiProperty } from '@nestjs/swagger';

export class AuthorizationDetailView {
  @ApiProperty({ example: 'kashikagi_outage_call' }) type!: string;
  @ApiProperty({ type: String, isArray: true, example: ['supply_point_id', 'outage_state'] })
  fields!: readonly string[];
  @ApiProperty({ type: String, isArray: true, example: ['272035'] }) area!: readonly string[];
  @ApiProperty({ example: 'dc_Qy3f8sJm2aWb0T1x' }) declaration!: string;
}

export class CredentialView {
  @ApiProperty({ example: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln' }) access_token!: string;
  @ApiProperty({ example: 'DPoP' }) token_type!: 'DPoP';
  @ApiProperty({ example: 300 }) expires_in!: number;
  @ApiProperty({ example: '2026-11-23T03:30:00.000Z', format: 'date-time' }) expires_at!: string;
  @ApiProperty({ type: AuthorizationDetailView, isArray: true })
  authorization_details!: AuthorizationDetailView[];
}

export class IntrospectionView {
  @ApiProperty({ example: true }) active!: boolean;
  @ApiProperty({ example: 'https://kashikagi.example', required: false }) iss?: string;
  @ApiProperty({ example: 'https://kashikagi.example', required: false }) aud?: string;
  @ApiProperty({ example: 'operator-a-01', required: false }) sub?: string;
  @ApiProperty({ example: 'tm_Qy3f8sJm2aWb0T1x', required: false }) client_id?: string;
  @ApiProperty({ example: 'tk_Qy3f8sJm2aWb0T1x', required: false }) jti?: string;
  @ApiProperty({ example: 1795404600, required: false }) iat?: number;
  @ApiProperty({ example: 1795404900, required: false }) exp?: number;
  @ApiProperty({ example: 'DPoP', required: false }) token_type?: string;
  @ApiProperty({
    type: Object,
    example: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
    required: false,
  })
  cnf?: { jkt: string };
  @ApiProperty({ type: AuthorizationDetailView, isArray: true, required: false })
  authorization_details?: readonly AuthorizationDetailView[];
}
