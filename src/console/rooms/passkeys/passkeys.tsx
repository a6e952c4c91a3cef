import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Passkey } from '../../api/answers.js';
import { useCeremony } from '../../first/ceremony.js';
import { showPasskey } from '../../first/passkey.js';
import { Submit, TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { session } from '../../kit/session.js';
import { StatusMark, type Tone } from '../../kit/status-mark.js';
import { Table, type Column } from '../../kit/table.js';
import { t } from '../../texts/texts.js';
import { Propose, Revoke } from './decide.js';
import { pk } from './texts.js';

const TONES: Record<Passkey['state'], Tone> = {
  waiting: 'wait',
  lapsed: 'done',
  active: 'done',
  revoked: 'stop',
  suspended: 'stop',
};

/** One's own keys; for officers also those that others have shown. */
export function PasskeysScreen(): JSX.Element {
  const [told, setTold] = useState('');
  const own = useRead('/api/v1/passkeys', { query: { limit: 100 } });
  const texts = pk();
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <p role="status" class={told === '' ? 'unseen' : 'note'}>
        {told}
      </p>
      <Read of={own}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{texts.none}</p>
          ) : (
            <Table
              caption={texts.own}
              rows={items}
              idOf={({ id }) => id}
              columns={[
                ...columns(),
                {
                  name: 'used',
                  head: texts.usedAt,
                  cell: (one) => one.last_used_at && timeText(one.last_used_at),
                },
                {
                  name: 'act',
                  head: texts.act,
                  cell: (one) => one.state === 'active' && <Revoke one={one} onDone={setTold} />,
                },
              ]}
            />
          )
        }
      </Read>
      <Show onDone={setTold} />
      {session.value?.roles.includes('officer') && <Waiting onDone={setTold} />}
    </Screen>
  );
}

function columns(): Column<Passkey>[] {
  const texts = pk();
  return [
    {
      name: 'label',
      head: texts.label,
      cell: (one) => `${one.label}${one.is_synced ? ` (${texts.synced})` : ''}`,
    },
    {
      name: 'state',
      head: texts.state,
      cell: ({ state }) => <StatusMark tone={TONES[state]}>{texts.states[state]}</StatusMark>,
    },
    { name: 'fingerprint', head: texts.fingerprint, cell: (one) => <code>{one.fingerprint}</code> },
    { name: 'shown', head: texts.shownAt, cell: (one) => timeText(one.shown_at) },
  ];
}

/** What others have shown: whoever proposes it has compared its fingerprint with its person. */
function Waiting({ onDone }: { onDone: (told: string) => void }): JSX.Element {
  const reading = useRead('/api/v1/passkeys', { query: { state: 'waiting', limit: 100 } });
  const texts = pk();
  return (
    <>
      <h2>{texts.waiting}</h2>
      <p>{texts.waitingLead}</p>
      <Read of={reading}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{texts.none}</p>
          ) : (
            <Table
              caption={texts.waiting}
              rows={items}
              idOf={({ id }) => id}
              columns={[
                { name: 'person', head: texts.person, cell: (one) => one.person_id },
                ...columns(),
                { name: 'act', head: texts.act, cell: (one) => <Propose one={one} onDone={onDone} /> },
              ]}
            />
          )
        }
      </Read>
    </>
  );
}

function Show({ onDone }: { onDone: (told: string) => void }): JSX.Element {
  const [label, setLabel] = useState('');
  const [isPressed, setPressed] = useState(false);
  const { act, isRefusedHere, press } = useCeremony();
  const texts = pk();
  const submit = (event: Event): void => {
    event.preventDefault();
    setPressed(true);
    const name = label.trim();
    if (name === '') return;
    void press(
      name,
      () => showPasskey(name),
      ({ fingerprint }) => {
        setLabel('');
        setPressed(false);
        onDone(texts.shown(fingerprint));
      },
    );
  };
  return (
    <form noValidate onSubmit={submit} class="card">
      <h2>{texts.show}</h2>
      <ProblemSummary act={act} labels={{ label: texts.label }} />
      {isRefusedHere && <p role="alert">{texts.refusedHere}</p>}
      <TextField
        label={texts.label}
        hint={texts.labelHint}
        isRequired
        max={60}
        value={label}
        onChange={setLabel}
        error={isPressed && label.trim() === '' ? t().field.missing : undefined}
      />
      <Submit isSending={act.isSending}>{texts.go}</Submit>
    </form>
  );
}
