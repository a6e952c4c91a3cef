import type { JSX } from 'preact';
import type { Declaration, Nomination } from '../../api/answers.js';
import { InboxList } from '../../first/inbox.js';
import { Telephone } from '../../first/offline.js';
import { AreaNames } from '../../kit/area-names.js';
import { DeclarationState } from '../../kit/declaration-state.js';
import { useRead } from '../../kit/read.js';
import { Remaining } from '../../kit/remaining.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { session } from '../../kit/session.js';
import { Table } from '../../kit/table.js';
import { t } from '../../texts/texts.js';
import { hq } from './texts.js';

/** What is in force, what waits for me, and what has happened. */
export function BoardScreen(): JSX.Element {
  const declarations = useRead('/api/v1/declarations', { query: { limit: 20 } });
  const inbox = useRead('/api/v1/inbox');
  const texts = hq().board;
  return (
    <Screen title={texts.title}>
      <p>
        <Link to="/declare" class="button danger">
          {texts.declare}
        </Link>
      </p>
      <Read of={declarations}>
        {({ items }) => (
          <>
            <Live items={items} />
            <Waiting unconfirmed={items.filter((one) => !one.confirmed && one.lifted_at === null)} />
            <Past items={items.filter((one) => !one.live)} />
          </>
        )}
      </Read>
      <h2>{texts.notices}</h2>
      <Read of={inbox}>{({ items }) => <InboxList items={items.slice(0, 5)} />}</Read>
      <p>
        <Link to="/inbox">{texts.openAll}</Link>
      </p>
    </Screen>
  );
}

function Live({ items }: { items: readonly Declaration[] }): JSX.Element {
  const texts = hq().board;
  const live = items.filter((one) => one.live);
  return (
    <section>
      <h2>{texts.live}</h2>
      {live.length === 0 && (
        <>
          <p>{texts.none}</p>
          <Telephone />
        </>
      )}
      <div class="cards">
        {live.map((one) => (
          <article key={one.id} class={one.is_drill ? 'card drill' : 'card'}>
            <h3>
              <Link to={`/declarations/${one.id}`}>{one.name}</Link> <span class="small">{one.number}</span>
            </h3>
            <p>
              <DeclarationState of={one} /> <Remaining endsAt={one.hard_end_at} />
            </p>
            <p>{t().banner.until(timeText(one.hard_end_at))}</p>
            <p>
              <AreaNames codes={one.target_area} most={4} />
            </p>
          </article>
        ))}
      </div>
    </section>
  );
}

/** Declarations, nominations and changes that somebody else than their author has to look at. */
function Waiting({ unconfirmed }: { unconfirmed: readonly Declaration[] }): JSX.Element {
  const nominations = useRead('/api/v1/nominations');
  const changes = useRead('/api/v1/changes', { query: { state: 'proposed' } });
  const me = session.value?.person.id;
  const texts = hq().board;
  const undecided = (nominations.answer?.items ?? []).filter(
    (one) => one.decision === null && eligibleOf(one) > 0,
  );
  const proposed = (changes.answer?.items ?? []).filter((one) => one.proposed_by !== me);
  const open = unconfirmed.filter(
    (one) => one.declared_by !== me && (one.live || one.waits_for_confirmation),
  );
  const isEmpty = undecided.length + proposed.length + open.length === 0;
  return (
    <section>
      <h2>{texts.waiting}</h2>
      {isEmpty && <p>{texts.nothingWaits}</p>}
      <ul class="waiting">
        {open.map((one) => (
          <li key={one.id}>
            <Link to={`/declarations/${one.id}`}>{texts.toConfirm(one.name)}</Link>
          </li>
        ))}
        {undecided.map((one) => (
          <li key={one.id}>
            <Link to={`/nominations/${one.id}`}>{texts.toApprove(one.organization_id, eligibleOf(one))}</Link>
          </li>
        ))}
        {proposed.map((one) => (
          <li key={one.id}>
            <Link to="/changes">{texts.toConfirmChange(hq().changes.kinds[one.kind] ?? one.kind)}</Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function eligibleOf({ results }: Nomination): number {
  return results.filter(({ verdict }) => verdict === 'eligible').length;
}

function Past({ items }: { items: readonly Declaration[] }): JSX.Element | null {
  if (items.length === 0) return null;
  const texts = hq().declaration;
  return (
    <Table
      caption={hq().board.past}
      rows={items}
      idOf={({ id }) => id}
      columns={[
        {
          name: 'name',
          head: hq().declare.name,
          cell: (one) => <Link to={`/declarations/${one.id}`}>{one.name}</Link>,
        },
        { name: 'state', head: hq().nomination.state, cell: (one) => <DeclarationState of={one} /> },
        { name: 'number', head: texts.number, cell: (one) => one.number },
        { name: 'declared', head: texts.declared, cell: (one) => timeText(one.declared_at) },
        { name: 'end', head: texts.hardEnd, cell: (one) => timeText(one.lifted_at ?? one.hard_end_at) },
      ]}
    />
  );
}
