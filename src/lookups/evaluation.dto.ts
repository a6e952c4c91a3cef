import { ApiProperty } from '@nestjs/swagger';

export class EvaluationReasonView {
  @ApiProperty({ example: 'lifted' }) code!: string;
  @ApiProperty({ example: '発令は解除されました。' }) ja!: string;
  @ApiProperty({ example: 'The declaration was lifted.' }) en!: string;
}

export class EvaluatedFieldView {
  @ApiProperty({ example: 'outage_state' }) field!: string;
  @ApiProperty({ example: 'show' }) mode!: string;
}

export class EvaluationContextView {
  @ApiProperty({ example: 'rc_Qy3f8sJm2aWb0T1x', nullable: true, type: String }) record_id!: string | null;
  @ApiProperty({ type: EvaluatedFieldView, isArray: true }) fields!: EvaluatedFieldView[];
  @ApiProperty({ type: EvaluationReasonView, nullable: true }) reason!: EvaluationReasonView | null;
}

export class EvaluationView {
  @ApiProperty({ example: true }) decision!: boolean;
  @ApiProperty({ type: EvaluationContextView }) context!: EvaluationContextView;
}

export class EvaluationsView {
  @ApiProperty({ type: EvaluationView, isArray: true }) evaluations!: EvaluationView[];
}

/** The shape of AuthZEN's request, for openapi.json; it is parsed in evaluation.request.ts. */
export class EvaluationDto {
  @ApiProperty({ type: Object, example: { type: 'access_token', id: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln' } })
  subject!: object;
  @ApiProperty({ type: Object, example: { name: 'view' } })
  action!: object;
  @ApiProperty({
    type: Object,
    example: {
      type: 'supply_point',
      id: '9900000000000000000001',
      properties: { fields: ['outage_state'], municipality_code: '272035', outage_state: 'outage' },
    },
  })
  resource!: object;
  @ApiProperty({
    type: Object,
    example: {
      call: { id: 'call-1', direction: 'inbound', started_at: '2026-11-23T12:31:00+09:00' },
      purpose: 'outage_enquiry',
    },
  })
  context!: object;
}

/** The batch form: members beside `evaluations` are defaults for each. */
export class EvaluationsDto {
  @ApiProperty({ type: Object, example: { type: 'access_token', id: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln' } })
  subject!: object;
  @ApiProperty({ type: Object, example: { name: 'view' } })
  action!: object;
  @ApiProperty({
    type: Object,
    example: {
      call: { id: 'call-1', direction: 'inbound', started_at: '2026-11-23T12:31:00+09:00' },
      purpose: 'outage_enquiry',
    },
  })
  context!: object;
  @ApiProperty({
    type: Object,
    isArray: true,
    example: [
      {
        resource: {
          type: 'supply_point',
          id: '9900000000000000000001',
          properties: { fields: ['outage_state'] },
        },
      },
    ],
  })
  evaluations!: object[];
}
