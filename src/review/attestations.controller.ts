import { Controller, Get, Query } from '@nestjs/common';
import { AnswersPage } from '../contract/answers.js';
import { PageQuery, pageOf, type Page } from '../contract/page.js';
import { AttestationView } from './attestations.dto.js';
import { AttestationsRepository } from './attestations.repository.js';

@Controller('api/v1/attestations')
export class AttestationsController {
  constructor(private readonly attestations: AttestationsRepository) {}

  @Get()
  @AnswersPage(AttestationView)
  async list(@Query() query: PageQuery): Promise<Page<AttestationView>> {
    const rows = await this.attestations.page(query);
    const page = pageOf(rows, query, (row) => ({ at: row.at, id: row.day }));
    return { ...page, items: page.items.map((row) => ({ ...row, at: row.at.toISOString() })) };
  }
}
