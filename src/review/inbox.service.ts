import { Injectable } from '@nestjs/common';
import type { Caller } from '../contract/caller.js';
import { pageOf, type Page, type PageQuery } from '../contract/page.js';
import { itemOf, itemOfGrant } from './inbox.js';
import type { InboxItemView } from './inbox.dto.js';
import { InboxRepository } from './inbox.repository.js';

/** What concerns the caller, derived as it is asked for: nothing is stored, so nothing can be missed or out of date. */
@Injectable()
export class InboxService {
  constructor(private readonly inbox: InboxRepository) {}

  async page(caller: Caller, query: PageQuery): Promise<Page<InboxItemView>> {
    const items =
      caller.role === 'operator'
        ? await this.ofOperator(caller, query)
        : (await this.inbox.page(caller, caller.role, query)).map(itemOf);
    return pageOf(items, query, (item) => ({ at: new Date(item.at), id: item.id }));
  }

  /** How much of what the inbox lists waits for the caller, by kind. */
  async waiting(caller: Caller): Promise<{ kind: string; count: number }[]> {
    if (caller.role !== 'operator') return this.inbox.waiting(caller, caller.role);
    const { now, rows } = await this.inbox.ownGrants(caller.personId);
    const items = rows.flatMap((row) => itemOfGrant(row, now));
    const count = items.filter(({ kind }) => kind === 'grant.to_acknowledge').length;
    return count === 0 ? [] : [{ kind: 'grant.to_acknowledge', count }];
  }

  private async ofOperator(caller: Caller, query: PageQuery): Promise<InboxItemView[]> {
    const { now, rows } = await this.inbox.ownGrants(caller.personId);
    const { at, id } = query.after;
    const after = keyOf({ at: at.toISOString(), id });
    return rows
      .flatMap((row) => itemOfGrant(row, now))
      .filter((item) => keyOf(item) < after)
      .sort((one, other) => (keyOf(one) < keyOf(other) ? 1 : -1))
      .slice(0, query.take);
  }
}

/** Times of one length, so that texts sort as they do; the far end of time is longer and comes after all. */
function keyOf({ at, id }: { at: string; id: string }): string {
  return `${at.startsWith('+') ? '~' : ''}${at} ${id}`;
}
