import { Injectable } from '@nestjs/common';
import type { Caller } from '../../contract/caller.js';
import { Database } from '../../database/database.js';
import { viewOf } from '../../grants/grant.view.js';
import { GrantsRepository } from '../../grants/grants.repository.js';
import { selvesOf } from '../../roster/selves.repository.js';
import { FindingsRepository } from './findings.repository.js';
import { findingView } from './findings.service.js';
import type { PersonPage } from './person-page.dto.js';
import { PersonPageRepository } from './person-page.repository.js';
import { Readings } from './readings.js';

const NEWEST = 200;

/** Who somebody is and was, what they were given, when they signed in, and what was found about them. */
@Injectable()
export class PersonPageService {
  constructor(
    private readonly database: Database,
    private readonly people: PersonPageRepository,
    private readonly grants: GrantsRepository,
    private readonly findings: FindingsRepository,
    private readonly readings: Readings,
  ) {}

  async show(caller: Caller, id: string): Promise<PersonPage> {
    const [page, grants, findings, now] = await Promise.all([
      this.people.page(id, NEWEST),
      this.grants.ofPerson(id, NEWEST),
      this.findings.ofPerson(id, NEWEST),
      this.database.now(),
    ]);
    const looking = { caller, selves: await selvesOf(this.database, caller), now };
    const found = page && {
      ...page,
      grants: grants.map((row) => viewOf(row, looking)),
      findings: findings.map((row) => findingView(caller, row, now)),
    };
    return this.readings.of(caller, 'person', { id }, found);
  }
}
