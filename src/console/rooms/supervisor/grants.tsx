import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Grant } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { timeText } from '../../kit/say.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import { useAll } from './all-pages.js';
import { useShownPage } from './page-of.js';
import { ReasonDialog } from './reason-dialog.js';
import { ShiftBar } from './shift-bar.js';
import { sv } from './texts.js';

/** The grants that came of a call: who covers which hours, and the way to stop one. */
export function GrantsOfCall({
  callId,
  nameOf,
}: {
  callId: string;
  nameOf: (id: string) => string;
}): JSX.Element {
  const grants = useAll('/api/v1/grants');
  const [stopping, setStopping] = useState<Grant>();
  const [isDone, setDone] = useState(false);
  const mine = grants.items
    .filter((one) => one.support_call_id === callId)
    .sort((a, b) => a.starts_at.localeCompare(b.starts_at) || a.person_id.localeCompare(b.person_id));
  return (
    <section>
      <h2>{sv().call.grants}</h2>
      {isDone && (
        <p class="note" role="status">
          {sv().grant.suspendedNow}
        </p>
      )}
      {mine.length === 0 ? (
        <p>{sv().call.noGrants}</p>
      ) : (
        <>
          <ShiftBar grants={mine} nameOf={nameOf} />
          <GrantTable grants={mine} nameOf={nameOf} onSuspend={setStopping} />
        </>
      )}
      {stopping && (
        <Suspend
          grant={stopping}
          name={nameOf(stopping.person_id)}
          onClose={() => setStopping(undefined)}
          onDone={() => {
            setStopping(undefined);
            setDone(true);
            grants.again();
          }}
        />
      )}
    </section>
  );
}

function GrantTable({
  grants,
  nameOf,
  onSuspend,
}: {
  grants: readonly Grant[];
  nameOf: (id: string) => string;
  onSuspend: (grant: Grant) => void;
}): JSX.Element {
  const texts = sv().shifts;
  const { shown, paging, next } = useShownPage(grants);
  return (
    <Table
      caption={sv().call.grants}
      rows={shown}
      idOf={({ id }) => id}
      paging={paging}
      next={next}
      columns={[
        { name: 'name', head: texts.name, cell: (one) => nameOf(one.person_id) },
        { name: 'state', head: texts.state, cell: (one) => <GrantState of={one} /> },
        { name: 'from', head: texts.from, cell: (one) => timeText(one.starts_at) },
        { name: 'to', head: texts.to, cell: (one) => timeText(one.ends_at) },
        {
          name: 'act',
          head: sv().grant.do,
          cell: (one) =>
            one.actions.some(({ name, allowed }) => name === 'suspend' && allowed) && (
              <button type="button" onClick={() => onSuspend(one)}>
                {sv().grant.suspend}
                <span class="unseen"> {nameOf(one.person_id)}</span>
              </button>
            ),
        },
      ]}
    />
  );
}

export function GrantState({ of }: { of: Grant }): JSX.Element {
  const texts = sv().grant;
  if (of.live) return <StatusMark tone="live">{texts.live}</StatusMark>;
  if (of.why_not.includes('suspended')) return <StatusMark tone="stop">{texts.suspended}</StatusMark>;
  if (of.why_not[0] === 'not_acknowledged') return <StatusMark tone="wait">{texts.waiting}</StatusMark>;
  if (of.why_not.includes('not_started')) return <StatusMark tone="wait">{texts.notYet}</StatusMark>;
  return <StatusMark tone="done">{texts.over}</StatusMark>;
}

function Suspend({
  grant,
  name,
  onClose,
  onDone,
}: {
  grant: Grant;
  name: string;
  onClose: () => void;
  onDone: () => void;
}): JSX.Element {
  const act = useAct();
  const texts = sv().grant;
  const suspend = (reason: string): void => {
    const send = (key: string): Promise<unknown> =>
      change('/api/v1/grants/{id}/suspend', { params: { id: grant.id }, body: { reason }, key });
    void act.press({ id: grant.id, reason }, send, onDone);
  };
  return (
    <ReasonDialog
      title={texts.suspendTitle(name)}
      text={texts.suspendText}
      label={texts.reason}
      go={texts.suspend}
      act={act}
      onReason={suspend}
      onClose={onClose}
    />
  );
}
