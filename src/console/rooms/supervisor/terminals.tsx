import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { useRead } from '../../kit/read.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table, usePaging } from '../../kit/table.js';
import { t } from '../../texts/texts.js';
import { ReasonDialog } from './reason-dialog.js';
import { sv } from './texts.js';

type Terminal = Schemas['TerminalView'];

/** One's own terminals; a lost one is told of at once. */
export function TerminalsScreen(): JSX.Element {
  const paging = usePaging();
  const terminals = useRead('/api/v1/terminals', { query: { limit: 100, cursor: paging.cursor } });
  const [losing, setLosing] = useState<Terminal>();
  const [isTold, setTold] = useState(false);
  const texts = sv().terminals;
  return (
    <Screen title={texts.title}>
      {isTold && (
        <p class="note" role="status">
          {texts.told}
        </p>
      )}
      <Read of={terminals}>
        {({ items, next }) =>
          items.length === 0 ? (
            <p class="card">{texts.none}</p>
          ) : (
            <Table
              caption={texts.title}
              rows={items}
              idOf={({ id }) => id}
              paging={paging}
              next={next}
              columns={[
                { name: 'serial', head: texts.serial, cell: (one) => one.serial },
                { name: 'state', head: texts.state, cell: (one) => <TerminalState of={one} /> },
                { name: 'room', head: texts.room, cell: (one) => one.room },
                { name: 'holder', head: texts.holder, cell: (one) => one.checked_out_to ?? t().none },
                {
                  name: 'seen',
                  head: texts.seen,
                  cell: (one) => (one.last_seen_at === null ? t().none : timeText(one.last_seen_at)),
                },
                {
                  name: 'act',
                  head: sv().grant.do,
                  cell: (one) => <LostButton of={one} press={() => setLosing(one)} />,
                },
              ]}
            />
          )
        }
      </Read>
      {losing && (
        <Lost
          terminal={losing}
          onClose={() => setLosing(undefined)}
          onDone={() => {
            setLosing(undefined);
            setTold(true);
            terminals.again();
          }}
        />
      )}
    </Screen>
  );
}

function LostButton({ of, press }: { of: Terminal; press: () => void }): JSX.Element | null {
  const isAllowed = of.actions.some(({ name, allowed }) => name === 'lost' && allowed);
  if (!isAllowed) return null;
  return (
    <button type="button" onClick={press}>
      {sv().terminals.reportLost}
      <span class="unseen"> {of.serial}</span>
    </button>
  );
}

function TerminalState({ of }: { of: Terminal }): JSX.Element {
  const texts = sv().terminals;
  if (of.lost_at !== null) return <StatusMark tone="stop">{texts.lost}</StatusMark>;
  if (of.retired_at !== null) return <StatusMark tone="done">{texts.retired}</StatusMark>;
  return <StatusMark tone="done">{texts.ok}</StatusMark>;
}

function Lost({
  terminal,
  onClose,
  onDone,
}: {
  terminal: Terminal;
  onClose: () => void;
  onDone: () => void;
}): JSX.Element {
  const act = useAct();
  const texts = sv().terminals;
  const tell = (reason: string): void => {
    const send = (key: string): Promise<unknown> =>
      change('/api/v1/terminals/{id}/lost', { params: { id: terminal.id }, body: { reason }, key });
    void act.press({ id: terminal.id, reason }, send, onDone);
  };
  return (
    <ReasonDialog
      title={texts.lostTitle(terminal.serial)}
      text={texts.lostText}
      label={texts.lostReason}
      go={texts.reportLost}
      act={act}
      onReason={tell}
      onClose={onClose}
    />
  );
}
