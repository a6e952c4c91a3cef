import { ApiProperty } from '@nestjs/swagger';
import { Instant, TextList } from '../contract/fields.js';

export class CandidatesDto {
  @TextList({
    about: '貼り付けた名前または識別子（全角・半角、空白の有無は問わない）',
    example: ['応対 A01号', 'ｏｐｅｒａｔｏｒ-ａ-０２'],
    atLeast: 1,
    atMost: 2000,
    max: 100,
    unique: false,
  })
  entries!: string[];

  @Instant({
    about: 'シフトの開始（過去または省略は「いま」）',
    example: '2026-11-23T12:00:00+09:00',
    optional: true,
  })
  starts_at?: Date;

  @Instant({
    about: 'シフトの終了（省略は、この応援要請で許される最も長いシフト）',
    example: '2026-11-23T20:00:00+09:00',
    optional: true,
  })
  ends_at?: Date;
}

export class CandidateView {
  @ApiProperty({ example: 'operator-a-01' }) person_id!: string;
  @ApiProperty({ example: '応対 A01号' }) name!: string;
  @ApiProperty({ example: 'call_response' }) duty!: string;
  @ApiProperty({ description: '所属する委託先。社員は null', example: null, nullable: true, type: String })
  employer_id!: string | null;
  @ApiProperty({ example: 'eligible', enum: ['eligible', 'refused'] }) verdict!: 'eligible' | 'refused';
  @ApiProperty({ example: 'training_expired', required: false }) code?: string;
}

export class ResolvedEntryView {
  @ApiProperty({ example: '応対 A01号' }) entry!: string;
  @ApiProperty({ description: '一致・候補複数・不明', example: 'one', enum: ['one', 'several', 'none'] })
  match!: 'one' | 'several' | 'none';
  @ApiProperty({ type: CandidateView, isArray: true }) people!: CandidateView[];
}

export class CandidatesView {
  @ApiProperty({
    description: '確かめたシフトの開始',
    example: '2026-11-23T03:00:00.000Z',
    format: 'date-time',
  })
  starts_at!: string;
  @ApiProperty({
    description: '確かめたシフトの終了',
    example: '2026-11-23T11:00:00.000Z',
    format: 'date-time',
  })
  ends_at!: string;
  @ApiProperty({ type: ResolvedEntryView, isArray: true }) items!: ResolvedEntryView[];
}
