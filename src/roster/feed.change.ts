import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChangeKind } from '../changes/change-kind.js';
import { ChangesService } from '../changes/changes.service.js';
import type { DifferenceLine } from '../changes/change.js';
import type { Caller } from '../contract/caller.js';
import { invariant, type InputFault } from '../contract/domain-error.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import {
  linesOf,
  PeoplePlans,
  refuseFaults,
  writtenOf,
  type Asked,
  type GivenPerson,
} from './people.plan.js';
import { PeopleRepository } from './people.repository.js';
import type { Planned } from './person-rules.js';
import { STAFF_FED } from './roster.records.js';

export interface Feed {
  organization_id: string;
  /** ISO 8601; without it the list is not the whole staff. */
  feed_as_of?: string;
  people: GivenPerson[];
}

/** 在籍者名簿の取込・棚卸: up to 2,000 people of one organization in one change of two persons. */
@Injectable()
export class FeedChange implements OnModuleInit, ChangeKind<Feed> {
  readonly kind = 'person.feed';
  readonly resourceType = 'organization';

  constructor(
    private readonly changes: ChangesService,
    private readonly plans: PeoplePlans,
    private readonly people: PeopleRepository,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.changes.register<Feed>(this);
  }

  async check(tx: Tx, feed: Feed, caller: Caller): Promise<DifferenceLine[]> {
    refuseFaults(twice(feed.people));
    const planned = await this.plans.of(tx, askedBy(feed), caller.personId);
    const before = await this.feedDate(tx, feed.organization_id);
    refuseFaults([...ofItsDate(feed, before, tx.now), ...leftSince(feed, planned)]);
    const asOf = feed.feed_as_of;
    const dated =
      asOf === undefined || asOf === before ? [] : [{ field: 'staff_feed_at', before, after: asOf }];
    return [
      ...dated,
      ...planned.flatMap((one) =>
        linesOf(one).map((line) => ({ ...line, field: `${one.id}.${line.field}` })),
      ),
    ];
  }

  async apply(tx: Tx, feed: Feed, changeId: string, confirmedBy: Caller): Promise<string> {
    const { organization_id: organizationId, feed_as_of: asOf } = feed;
    const planned = await this.plans.of(tx, askedBy(feed), confirmedBy.personId);
    const different = planned.filter((one) => linesOf(one).length > 0);
    const people = different.map((one) => writtenOf(one, tx.now));
    const written = await this.people.write(tx, organizationId, people, changeId);
    invariant(written === different.length, 'each of them is new or of this organization');
    if (asOf !== undefined) {
      invariant(await this.people.dateFeed(tx, organizationId, asOf, changeId), 'checked: not an older list');
    }
    const details = {
      change: changeId,
      feed_as_of: asOf ?? null,
      added: different.filter((one) => one.before === null).map((one) => one.id),
      changed: different.filter((one) => one.before !== null).map((one) => one.id),
    };
    const subject = { personId: confirmedBy.personId, organizationId };
    await this.ledger.append(tx, { type: STAFF_FED, subject, details });
    return organizationId;
  }

  private async feedDate(tx: Tx, organizationId: string): Promise<string | null> {
    const found = await this.people.organizations(tx, [organizationId]);
    return found.get(organizationId)?.staff_feed_at ?? null;
  }
}

const askedBy = (feed: Feed): Asked => ({
  organizationId: feed.organization_id,
  people: feed.people,
  at: (index) => `/people/${index}`,
});

/** The same id, or the same natural person under two ids, in one list. */
function twice(people: readonly GivenPerson[]): InputFault[] {
  return (['id', 'natural_person_key'] as const).flatMap((member) => {
    const seen = new Set<unknown>();
    return people.flatMap((one, index) => {
      if (!seen.has(one[member])) return (seen.add(one[member]), []);
      return [{ pointer: `/people/${index}/${member}`, detail: '同じ人が二度書かれています' }];
    });
  });
}

function ofItsDate({ feed_as_of: asOf }: Feed, before: string | null, now: Date): InputFault[] {
  if (asOf === undefined) return [];
  if (asOf > now.toISOString()) return [{ pointer: '/feed_as_of', detail: '未来の日時です' }];
  if (before !== null && asOf < before)
    return [{ pointer: '/feed_as_of', detail: 'いまの名簿より古い名簿です' }];
  return [];
}

/** A list from before somebody left does not bring them back. */
function leftSince({ feed_as_of: asOf }: Feed, planned: readonly Planned[]): InputFault[] {
  return planned.flatMap(({ at, before }) =>
    asOf !== undefined && before?.left_at != null && before.left_at > asOf
      ? [{ pointer: `${at}/id`, detail: '名簿の基準日時より後に在籍を終えた人です' }]
      : [],
  );
}
