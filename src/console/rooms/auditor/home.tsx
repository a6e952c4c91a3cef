import type { JSX } from 'preact';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { Verified } from '../../screens/proof.js';
import { findingColumns, type Finding } from './finding-table.js';
import { au } from './texts.js';
import { Listing } from '../../screens/listing.js';

/** What waits, what was found, and whether the ledger holds. */
export function HomeScreen(): JSX.Element {
  const inbox = useRead('/api/v1/inbox');
  const texts = au().home;
  return (
    <Screen title={texts.title}>
      <Verified />
      <section>
        <h2>{texts.notices}</h2>
        <Read of={inbox}>
          {({ items }) => (
            <>
              {items.length === 0 && <p>{texts.noNotices}</p>}
              <ul class="inbox">
                {items.slice(0, 5).map((item) => (
                  <li key={item.id} class={item.is_drill ? 'card drill' : 'card'}>
                    <p class="small">
                      {timeText(item.at)}
                      {item.due_at !== null && <strong> {texts.due(timeText(item.due_at))}</strong>}
                    </p>
                    <p>{item.title}</p>
                    {item.finding_id !== null && (
                      <Link to={`/findings/${item.finding_id}`}>{texts.open}</Link>
                    )}
                    {item.finding_id === null && item.declaration_id !== null && (
                      <Link to={`/declarations/${item.declaration_id}`}>{texts.open}</Link>
                    )}
                  </li>
                ))}
              </ul>
              <Link to="/inbox">{texts.allNotices}</Link>
            </>
          )}
        </Read>
      </section>
      <section>
        <h2>{texts.findings}</h2>
        <Listing
          path="/api/v1/findings"
          query={{ state: 'open' }}
          caption={texts.findings}
          idOf={({ id }: Finding) => id}
          columns={findingColumns()}
        />
      </section>
    </Screen>
  );
}
