import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { amend, change } from '../../api/client.js';
import { timeText } from '../../kit/say.js';
import { Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { useRead } from '../../kit/read.js';
import { useAct } from '../../kit/act.js';
import { ActionBar } from '../../kit/action-bar.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { Facts } from '../../screens/facts.js';
import type { Member } from '../../screens/form-spec.js';
import { Told } from '../../screens/holds.js';
import { ToChanges } from '../../screens/master.js';
import { SpecForm } from '../../screens/spec-form.js';
import { member, s } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import type { ScreenProps } from '../rooms.js';
import { of } from './texts.js';

const PATH = '/api/v1/terminals';
type Terminal = Schemas['TerminalView'];

export function Where({ of: one }: { of: Terminal }): JSX.Element {
  const texts = of().terminal;
  if (one.retired_at !== null) return <StatusMark tone="done">{texts.retired}</StatusMark>;
  if (one.lost_at !== null) return <StatusMark tone="stop">{texts.lost}</StatusMark>;
  if (one.checked_out_to !== null)
    return <StatusMark tone="live">{texts.lent(one.checked_out_to)}</StatusMark>;
  return <StatusMark tone="wait">{texts.inRoom}</StatusMark>;
}

export function TerminalScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const reading = useRead(PATH, { query: { id } });
  const row = reading.answer?.items[0];
  const texts = of().terminal;
  return (
    <Screen title={texts.one(row?.serial ?? id)}>
      {row === undefined ? (
        <p role="status">{reading.answer === undefined ? t().reading : s().master.notThere}</p>
      ) : (
        <>
          <p>
            <Where of={row} />
          </p>
          <Facts
            facts={[
              [s().organization, row.organization_id],
              [member('room'), row.room],
              [member('custodian_person_id'), row.custodian_person_id],
              [member('checked_out_to'), row.checked_out_to],
              [texts.lentAt, row.checked_out_at && timeText(row.checked_out_at)],
              [member('room_entry_log_ref'), row.room_entry_log_ref],
              [texts.enrolled, timeText(row.enrolled_at)],
              [texts.seen, row.last_seen_at && timeText(row.last_seen_at)],
              [member('jkt'), <code key="jkt">{row.jkt}</code>],
            ]}
          />
          <TerminalActs row={row} />
        </>
      )}
    </Screen>
  );
}

type Opened = 'lend' | 'move' | 'lost' | undefined;

/** Lend, take back, move and end by two persons; a loss at once by one. */
function TerminalActs({ row }: { row: Terminal }): JSX.Element {
  const [open, setOpen] = useState<Opened>();
  const [told, setTold] = useState('');
  const act = useAct();
  const texts = of().terminal;
  const params = { id: row.id };
  const propose = (body: Schemas['ChangeTerminalDto'], key: string): Promise<unknown> =>
    amend(`${PATH}/{id}`, { params, body, key });
  const proposed = (): void => {
    setOpen(undefined);
    setTold(s().proposed);
  };
  return (
    <>
      <Told text={told} />
      {told === s().proposed && <ToChanges />}
      <ProblemSummary act={act} />
      {open === undefined && (
        <Buttons
          row={row}
          onOpen={setOpen}
          onBack={() =>
            void act.press(`back ${row.id}`, (key) => propose({ checked_out_to: null }, key), proposed)
          }
          onRetire={() =>
            void act.press(
              `retire ${row.id}`,
              (key) => change(`${PATH}/{id}/retire`, { params, key }),
              proposed,
            )
          }
        />
      )}
      {open !== undefined && (
        <TerminalForm
          key={open}
          row={row}
          of={open}
          propose={propose}
          onProposed={proposed}
          onLost={() => {
            setOpen(undefined);
            setTold(texts.lostNow);
          }}
          onCancel={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

interface ButtonsProps {
  row: Terminal;
  onOpen: (form: Opened) => void;
  onBack: () => void;
  onRetire: () => void;
}

/** The service says once that a terminal can be changed: here that is lending or taking back, and moving. */
function Buttons({ row, onOpen, onBack, onRetire }: ButtonsProps): JSX.Element {
  const texts = of().terminal;
  const said = row.actions.find(({ name }) => name === 'change');
  const offered = said
    ? [
        { ...said, name: row.checked_out_to === null ? 'lend' : 'back' },
        { ...said, name: 'move' },
      ]
    : [];
  return (
    <ActionBar
      actions={[...offered, ...row.actions]}
      known={{
        lend: { label: texts.lend, press: () => onOpen('lend') },
        back: { label: texts.back, press: onBack },
        move: { label: texts.move, press: () => onOpen('move') },
        retire: { label: texts.retire, press: onRetire },
        lost: { label: texts.reportLost, press: () => onOpen('lost'), kind: 'danger' },
      }}
    />
  );
}

interface TerminalFormProps {
  row: Terminal;
  of: NonNullable<Opened>;
  propose: (body: Schemas['ChangeTerminalDto'], key: string) => Promise<unknown>;
  onProposed: () => void;
  onLost: () => void;
  onCancel: () => void;
}

function TerminalForm(props: TerminalFormProps): JSX.Element {
  const { row, of: kind, propose, onProposed, onLost, onCancel } = props;
  const texts = of().terminal;
  const params = { id: row.id };
  const { label, members } = formOf(kind);
  const isLoss = kind === 'lost';
  return (
    <section class="card">
      <h2>{label}</h2>
      {isLoss && <p>{texts.lostLead}</p>}
      <SpecForm
        name={`terminal.${kind}.${row.id}`}
        members={members}
        {...(kind === 'move' && { row: row })}
        submit={isLoss ? texts.reportLost : s().propose}
        send={(body, key) =>
          isLoss
            ? change(`${PATH}/{id}/lost`, { params, body: body as { reason: string }, key })
            : propose(body, key)
        }
        done={isLoss ? onLost : onProposed}
        onCancel={onCancel}
      />
    </section>
  );
}

function formOf(kind: NonNullable<Opened>): { label: string; members: Member[] } {
  const texts = of().terminal;
  const forms: Record<NonNullable<Opened>, { label: string; members: Member[] }> = {
    lend: {
      label: texts.lend,
      members: [
        {
          name: 'checked_out_to',
          kind: 'text',
          label: member('checked_out_to'),
          hint: texts.holderHint,
          isRequired: true,
          max: 64,
        },
        { name: 'room_entry_log_ref', kind: 'text', label: member('room_entry_log_ref'), max: 100 },
      ],
    },
    move: {
      label: texts.move,
      members: [
        {
          name: 'room',
          kind: 'text',
          label: member('room'),
          hint: texts.roomHint,
          isRequired: true,
          max: 64,
        },
        {
          name: 'custodian_person_id',
          kind: 'text',
          label: member('custodian_person_id'),
          isRequired: true,
          max: 64,
        },
      ],
    },
    lost: {
      label: texts.reportLost,
      members: [{ name: 'reason', kind: 'area', label: s().reason, isRequired: true, min: 2, max: 500 }],
    },
  };
  return forms[kind];
}
