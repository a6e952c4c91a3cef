import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { DomainError } from '../../contract/domain-error.js';
import { Database } from '../../database/database.js';
import { GrantsRepository } from '../../grants/grants.repository.js';
import { selvesOf } from '../../roster/selves.repository.js';
import type { DeclarationPage } from './declaration-page.dto.js';
import { DeclarationPageRepository } from './declaration-page.repository.js';
import type { GrantPage } from './grant-page.dto.js';
import { grantPage } from './grant-page.js';
import { GrantPageRepository } from './grant-page.repository.js';
import { Readings } from './readings.js';

/** One page of a declaration or of a grant; its reading is on record before it leaves. */
@Injectable()
export class PagesService {
  constructor(
    private readonly database: Database,
    private readonly declarations: DeclarationPageRepository,
    private readonly grantPages: GrantPageRepository,
    private readonly grants: GrantsRepository,
    private readonly readings: Readings,
  ) {}

  async declaration(caller: Caller, id: string): Promise<DeclarationPage> {
    return this.readings.of(caller, 'declaration', { id }, await this.declarations.page(id));
  }

  async grant(caller: Caller, id: string): Promise<GrantPage> {
    const [row, page] = await Promise.all([this.grants.find(id, caller), this.grantPages.page(id)]);
    if (!row || !page) throw new DomainError('not_found');
    const records = await this.grantPages.steps(id);
    const [selves, now] = await Promise.all([selvesOf(this.database, caller), this.database.now()]);
    const found = grantPage(row, page, records, { caller, selves, now });
    return this.readings.of(caller, 'grant', { id }, found, records.length);
  }
}
