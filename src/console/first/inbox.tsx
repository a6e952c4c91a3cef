import type { JSX } from 'preact';
import type { InboxItem } from '../api/answers.js';
import { useRead } from '../kit/read.js';
import { Link } from '../kit/route.js';
import { timeText } from '../kit/say.js';
import { Read, Screen } from '../kit/screen.js';
import { session } from '../kit/session.js';
import { t } from '../texts/texts.js';
import { Telephone } from './offline.js';

/** What concerns me, newest first. */
export function InboxScreen(): JSX.Element {
  const reading = useRead('/api/v1/inbox');
  return (
    <Screen title={t().inbox.title}>
      <Read of={reading}>
        {({ items }) => (items.length === 0 ? <Quiet /> : <InboxList items={items} />)}
      </Read>
    </Screen>
  );
}

function Quiet(): JSX.Element {
  return (
    <>
      <section class="card">
        <h2>{t().idle.title}</h2>
        <p>{t().idle.text}</p>
      </section>
      <Telephone />
    </>
  );
}

export function InboxList({ items }: { items: readonly InboxItem[] }): JSX.Element {
  return (
    <ul class="inbox">
      {items.map((item) => (
        <li key={item.id} class={item.is_drill ? 'card drill' : 'card'}>
          <p class="small">
            {timeText(item.at)}
            {item.due_at !== null && <strong> {t().inbox.due(timeText(item.due_at))}</strong>}
          </p>
          <p>{item.title}</p>
          {item.text !== null && <p class="body">{item.text}</p>}
          <InboxLink item={item} />
        </li>
      ))}
    </ul>
  );
}

/** Where an item leads, for the roles whose room has that screen. */
function InboxLink({ item }: { item: InboxItem }): JSX.Element | null {
  const to = addressOf(item, session.value?.roles[0] ?? '');
  return to === null ? null : <Link to={to}>{t().inbox.open}</Link>;
}

function addressOf(item: InboxItem, role: string): string | null {
  if (role === 'operator') return item.grant_id === null ? null : '/';
  if (role === 'supervisor') return item.support_call_id === null ? null : `/calls/${item.support_call_id}`;
  if (role !== 'headquarters') return null;
  if (item.change_id !== null) return '/changes';
  if (item.nomination_id !== null) return `/nominations/${item.nomination_id}`;
  return item.declaration_id === null ? null : `/declarations/${item.declaration_id}`;
}
