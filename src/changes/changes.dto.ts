import { ApiProperty } from '@nestjs/swagger';
import { Actions, ActionView } from '../contract/actions.js';
import { OneOf, Text } from '../contract/fields.js';
import { PageQuery } from '../contract/page.js';
import type { FactValue } from './change.js';

export const CHANGE_STATES = ['proposed', 'confirmed', 'rejected', 'lapsed'] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

export class ChangesQuery extends PageQuery {
  @OneOf({ about: '状態', example: 'proposed', values: CHANGE_STATES, optional: true })
  state?: ChangeState;
}

export class RejectDto {
  @Text({ about: '理由', example: '製造番号が台帳と合わないため', min: 2, max: 500, optional: true })
  reason?: string;
}

export class ProposedView {
  @ApiProperty({ example: 'ch_Qy3f8sJm2aWb0T1x' }) change_id!: string;
}

export class ResourceView {
  @ApiProperty({ example: 'terminal' }) type!: string;
  @ApiProperty({ example: 'tm_Qy3f8sJm2aWb0T1x' }) id!: string;
}

export class ConfirmedView {
  @ApiProperty({ type: ResourceView }) resource!: ResourceView;
}

/** A member as it was or will be. `Array` only keeps the generator from adding a type of its own to `oneOf`. */
const FACT = {
  type: Array,
  oneOf: [
    { type: 'string', nullable: true },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'array', items: { type: 'string' } },
  ],
};

export class DifferenceView {
  @ApiProperty({ example: 'serial' }) field!: string;
  @ApiProperty({ ...FACT, description: '前（新しいときは null）', example: null }) before!: FactValue;
  @ApiProperty({ ...FACT, description: '後（なくなるときは null）', example: 'PC-0001' }) after!: FactValue;
}

export class ChangeView {
  @ApiProperty({ example: 'ch_Qy3f8sJm2aWb0T1x' }) id!: string;
  @ApiProperty({ example: 'terminal.enrol' }) kind!: string;
  @ApiProperty({
    description: '変更案の内容。処理済み・失効のものは、管理責任者のほかには null（発令の変更を除く）',
    example: { serial: 'PC-0001' },
    type: Object,
    nullable: true,
  })
  body!: unknown;
  @ApiProperty({ type: DifferenceView, isArray: true }) difference!: DifferenceView[];
  @ApiProperty({ example: 'proposed', enum: CHANGE_STATES }) state!: string;
  @ApiProperty({ example: 'officer-1' }) proposed_by!: string;
  @ApiProperty({ example: '管理 一恵' }) proposed_by_name!: string;
  @ApiProperty({ example: '2026-11-23T03:00:00.000Z', format: 'date-time' }) proposed_at!: string;
  @ApiProperty({ example: '2026-11-24T03:00:00.000Z', format: 'date-time' }) lapses_at!: string;
  @ApiProperty({ example: null, nullable: true, type: String }) decided_by!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) decided_by_name!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) decided_at!: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) reason!: string | null;
  @ApiProperty({ type: ResourceView, nullable: true }) resource!: ResourceView | null;
  @Actions() actions!: ActionView[];
}
