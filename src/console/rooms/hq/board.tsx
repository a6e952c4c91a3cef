import type { JSX } from 'preact';
import type { Declaration, Nomination, Situation } from '../../api/answers.js';
import { InboxList } from '../../first/inbox.js';
import { Telephone } from '../../first/offline.js';
import { AreaNames } from '../../kit/area-names.js';
import { DeclarationState } from '../../kit/declaration-state.js';
import { useRead } from '../../kit/read.js';
import { Remaining } from '../../kit/remaining.js';
import { Link } from '../../kit/route.js';
import { Plot } from '../../kit/plot.js';
import { timeText } from '../../kit/say.js';
import { StatusMark } from '../../kit/status-mark.js';
import { minuteText } from '../../kit/times.js';
import { Read, Screen } from '../../kit/screen.js';
import { session } from '../../kit/session.js';
import { Table } from '../../kit/table.js';
import { t } from '../../texts/texts.js';
import { hq } from './texts.js';

type InSituation = Situation['declarations'][number];

/** What is in force, what waits for me, and what has happened. */
export function BoardScreen(): JSX.Element {
  const situation = useRead('/api/v1/situation');
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
          <Waiting unconfirmed={items.filter((one) => !one.confirmed && one.lifted_at === null)} />
        )}
      </Read>
      <Read of={situation}>
        {(answer) => (
          <>
            <Live items={answer.declarations.filter((one) => one.live)} />
            <LedgerLine of={answer.ledger} />
          </>
        )}
      </Read>
      <Read of={declarations}>{({ items }) => <Past items={items.filter((one) => !one.live)} />}</Read>
      <h2>{texts.notices}</h2>
      <Read of={inbox}>{({ items }) => <InboxList items={items.slice(0, 5)} />}</Read>
      <p>
        <Link to="/inbox">{texts.openAll}</Link>
      </p>
    </Screen>
  );
}

function Live({ items }: { items: readonly InSituation[] }): JSX.Element {
  const texts = hq().board;
  return (
    <section>
      <h2>{texts.live}</h2>
      {items.length === 0 && (
        <>
          <p>{texts.none}</p>
          <Telephone />
        </>
      )}
      <div class="cards">
        {items.map((one) => (
          <LiveCard key={one.id} one={one} />
        ))}
      </div>
    </section>
  );
}

function LiveCard({ one }: { one: InSituation }): JSX.Element {
  const texts = hq().board;
  const seats = one.calls.flatMap(({ organizations }) => organizations).filter(({ declined }) => !declined);
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, next) => all + next, 0);
  return (
    <article class={one.is_drill ? 'card drill' : 'card'}>
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
      <dl class="numbers">
        <Number name={texts.grants} value={String(sum(one.grants.map(({ live }) => live)))} />
        <Number
          name={texts.seatsFilled}
          value={texts.ofSeats(
            sum(seats.map(({ filled }) => filled)),
            sum(seats.map((called) => called.seats)),
          )}
        />
        <Number
          name={texts.notAcknowledged}
          value={String(sum(one.grants.map((of) => of.not_acknowledged)))}
        />
        <Number name={texts.exposures} value={String(one.exposures_open)} isBad={one.exposures_open > 0} />
      </dl>
      {one.uses !== null && <Uses of={one.uses} />}
    </article>
  );
}

function Number({
  name,
  value,
  isBad = false,
}: {
  name: string;
  value: string;
  isBad?: boolean;
}): JSX.Element {
  return (
    <div class="number">
      <dt>{name}</dt>
      <dd>{isBad ? <StatusMark tone="stop">{value}</StatusMark> : value}</dd>
    </div>
  );
}

const MINUTE_MS = 60_000;

function Uses({ of }: { of: NonNullable<InSituation['uses']> }): JSX.Element {
  const from = Date.parse(of.from);
  const points = of.lookups.map((value, minute) => ({ label: minuteText(from + minute * MINUTE_MS), value }));
  return <Plot title={hq().board.minutes} points={points} />;
}

/** Whether the ledger follows and fits, in words. */
function LedgerLine({ of }: { of: Situation['ledger'] }): JSX.Element | null {
  if (of === null) return null;
  const texts = hq().board;
  const isWell = of.mismatches_open === 0 && of.lag_seconds < 60;
  return (
    <p>
      <StatusMark tone={isWell ? 'done' : 'stop'}>{isWell ? texts.ledgerWell : texts.ledgerIll}</StatusMark>{' '}
      {texts.ledgerSize(of.size, of.compared_at === null ? texts.never : timeText(of.compared_at))}
    </p>
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
            <Link to={`/nominations/${one.id}`}>
              {texts.toApprove(one.organization_name, eligibleOf(one))}
            </Link>
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
