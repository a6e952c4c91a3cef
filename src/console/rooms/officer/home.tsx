import type { JSX } from 'preact';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { s } from '../../screens/texts.js';
import { session } from '../../kit/session.js';
import { of } from './texts.js';

/** What waits for this person: proposals of others, and what concerns them. */
export function HomeScreen(): JSX.Element {
  const changes = useRead('/api/v1/changes', { query: { state: 'proposed', limit: 20 } });
  const inbox = useRead('/api/v1/inbox');
  const texts = of().home;
  const me = session.value?.person.id;
  return (
    <Screen title={texts.title}>
      <section>
        <h2>{texts.waiting}</h2>
        <Read of={changes}>
          {({ items }) => (
            <>
              {items.length === 0 && <p>{texts.nothingWaits}</p>}
              <ul class="inbox">
                {items.map((one) => (
                  <li key={one.id} class="card">
                    <p>
                      <strong>{s().changes.kinds[one.kind] ?? one.kind}</strong>{' '}
                      {one.proposed_by === me ? texts.ownWaits : texts.yoursToConfirm}
                    </p>
                    <p class="small">
                      {s().changes.proposed(one.proposed_by_name, timeText(one.proposed_at))} ／{' '}
                      {s().changes.lapses(timeText(one.lapses_at))}
                    </p>
                  </li>
                ))}
              </ul>
              {items.length > 0 && <Link to="/changes">{s().toChanges}</Link>}
            </>
          )}
        </Read>
      </section>
      <section>
        <h2>{texts.notices}</h2>
        <Read of={inbox}>
          {({ items }) => (
            <>
              {items.length === 0 && <p>{texts.noNotices}</p>}
              <ul class="inbox">
                {items.slice(0, 5).map((item) => (
                  <li key={item.id} class="card">
                    <p class="small">
                      {timeText(item.at)}
                      {item.due_at !== null && <strong> {texts.due(timeText(item.due_at))}</strong>}
                    </p>
                    <p>{item.title}</p>
                    {item.text !== null && <p class="body">{item.text}</p>}
                  </li>
                ))}
              </ul>
              <Link to="/inbox">{texts.allNotices}</Link>
            </>
          )}
        </Read>
      </section>
    </Screen>
  );
}
