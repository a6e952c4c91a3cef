import type { JSX } from 'preact';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { Verified } from '../../screens/proof.js';
import { s } from '../../screens/texts.js';
import { co } from './texts.js';

/** What the compliance officer is one of the two for, and what they have to answer. */
export function HomeScreen(): JSX.Element {
  const changes = useRead('/api/v1/changes', { query: { state: 'proposed', limit: 20 } });
  const inbox = useRead('/api/v1/inbox');
  const texts = co();
  return (
    <Screen title={texts.home} lead={<p>{texts.lead}</p>}>
      <Verified />
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
                      <strong>{s().changes.kinds[one.kind] ?? one.kind}</strong>
                    </p>
                    <p class="small">{texts.proposed(one.proposed_by_name, timeText(one.proposed_at))}</p>
                    <Link to="/changes">{texts.toChanges}</Link>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Read>
      </section>
      <section>
        <h2>{texts.notices}</h2>
        <p>{texts.answerHow}</p>
        <Read of={inbox}>
          {({ items }) => (
            <>
              {items.length === 0 && <p>{texts.noNotices}</p>}
              <ul class="inbox">
                {items.slice(0, 10).map((item) => (
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
            </>
          )}
        </Read>
      </section>
    </Screen>
  );
}
