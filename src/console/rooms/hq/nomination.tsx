import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { actionsOf, type Nomination } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { ActionBar } from '../../kit/action-bar.js';
import { DrillMark } from '../../kit/declaration-state.js';
import { Submit, TextField } from '../../kit/form.js';
import { PersonName } from '../../kit/person-name.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table, useSelection, type Column, type Selection } from '../../kit/table.js';
import { t } from '../../texts/texts.js';
import type { ScreenProps } from '../rooms.js';
import { eligibleOf } from './board.js';
import { NominationState } from './declaration-lists.js';
import { Facts, type Fact } from './facts.js';
import { hq } from './texts.js';

/** The stakes on one phone's screen (rule 11): who, how many, which data, why, until when. */
export function NominationScreen({ params }: ScreenProps): JSX.Element {
  const reading = useRead('/api/v1/nominations/{id}', { params: { id: params['id'] ?? '' } });
  return <Read of={reading}>{(one) => <Shown one={one} again={reading.again} />}</Read>;
}

function Shown({ one, again }: { one: Nomination; again: () => void }): JSX.Element {
  const selection = useSelection();
  const [told, setTold] = useState('');
  const call = useRead('/api/v1/support-calls/{id}', { params: { id: one.support_call_id } });
  const texts = hq().nomination;
  const profile = call.answer?.field_profile_label ?? '';
  const facts: Fact[] = [
    [texts.who, <Who of={one} />],
    [texts.why, call.answer?.necessity],
    [texts.what, profile],
    [texts.until, texts.period(timeText(one.starts_at), timeText(one.ends_at))],
    [texts.byWhom, one.nominated_by_name],
  ];
  if (one.note !== '') facts.push([texts.note, one.note]);
  if (one.decision_reason !== null) facts.push([texts.reason, one.decision_reason]);
  const done = (text: string): void => {
    setTold(text);
    selection.clear();
    again();
  };
  return (
    <Screen title={texts.title(one.organization_name)}>
      <DrillOf declarationId={call.answer?.declaration_id} />
      <p>
        <NominationState of={one} />
      </p>
      <p role="status" class={told === '' ? 'unseen' : 'note'}>
        {told}
      </p>
      <Facts facts={facts} />
      {one.decision === null && <Decide one={one} selection={selection} onDone={done} />}
      <People of={one} selection={selection} />
    </Screen>
  );
}

/** The page of a drill's people is marked as one. */
function DrillOf({ declarationId }: { declarationId: string | undefined }): JSX.Element | null {
  const declarations = useRead('/api/v1/declarations', { query: { limit: 100 } });
  const one = declarations.answer?.items.find(({ id }) => id === declarationId);
  return one?.is_drill === true ? <DrillMark /> : null;
}

function Who({ of }: { of: Nomination }): JSX.Element {
  const eligible = eligibleOf(of);
  const refused = of.results.length - eligible;
  return (
    <>
      {of.organization_name} <strong>{hq().nomination.people(eligible)}</strong>
      {refused > 0 && ` ${hq().nomination.refused(refused)}`}
    </>
  );
}

interface DecideProps {
  one: Nomination;
  selection: Selection;
  onDone: (told: string) => void;
}

function Decide({ one, selection, onDone }: DecideProps): JSX.Element {
  const [isDenying, setDenying] = useState(false);
  const act = useAct();
  const texts = hq().nomination;
  const chosen = [...selection.ids];
  const count = chosen.length > 0 ? chosen.length : eligibleOf(one);
  const approve = (): void => {
    const params = { id: one.id };
    const body = chosen.length > 0 ? { people: chosen } : {};
    const send = (key: string): Promise<{ grants: unknown[] }> =>
      change('/api/v1/nominations/{id}/approve', { params, body, key });
    void act.press(['approve', body], send, ({ grants }) => onDone(texts.done(grants.length)));
  };
  return (
    <section>
      <ProblemSummary act={act} />
      <ActionBar
        actions={actionsOf(one)}
        known={{
          approve: {
            label: act.isSending ? t().sending : texts.approveAll(count),
            press: approve,
            kind: 'primary',
          },
          deny: { label: texts.deny, press: () => setDenying(true) },
        }}
      />
      {isDenying && <Deny id={one.id} onDone={onDone} onClose={() => setDenying(false)} />}
      <p class="hint">{texts.choose}</p>
    </section>
  );
}

interface DenyProps {
  id: string;
  onDone: (told: string) => void;
  onClose: () => void;
}

/** Denying needs a reason. */
function Deny({ id, onDone, onClose }: DenyProps): JSX.Element {
  const [reason, setReason] = useState('');
  const [isPressed, setPressed] = useState(false);
  const act = useAct();
  const texts = hq().nomination;
  const deny = (event: Event): void => {
    event.preventDefault();
    setPressed(true);
    const body = { reason: reason.trim() };
    if (body.reason === '') return;
    const send = (key: string): Promise<unknown> =>
      change('/api/v1/nominations/{id}/deny', { params: { id }, body, key });
    void act.press(body, send, () => onDone(texts.decided['denied'] ?? ''));
  };
  return (
    <form class="card" noValidate onSubmit={deny}>
      <ProblemSummary act={act} />
      <TextField
        label={texts.denyReason}
        isRequired
        max={500}
        value={reason}
        onChange={setReason}
        error={isPressed && reason.trim() === '' ? texts.denyMissing : undefined}
      />
      <div class="buttons">
        <Submit isSending={act.isSending} kind="danger">
          {texts.deny}
        </Submit>
        <button type="button" onClick={onClose}>
          {t().cancel}
        </button>
      </div>
    </form>
  );
}

type Verdict = Nomination['results'][number];

function verdictColumns(): Column<Verdict>[] {
  const texts = hq().nomination;
  return [
    { name: 'person', head: texts.person, cell: (row) => <PersonName name={row.name} id={row.person_id} /> },
    {
      name: 'verdict',
      head: texts.verdict,
      cell: (row) =>
        row.verdict === 'eligible' ? (
          <StatusMark tone="done">{texts.eligible}</StatusMark>
        ) : (
          <>
            <StatusMark tone="stop">{texts.refusedOne}</StatusMark> {row.detail ?? row.code}
          </>
        ),
    },
  ];
}

const PAGE = 100;

function People({ of, selection }: { of: Nomination; selection: Selection }): JSX.Element {
  const [shown, setShown] = useState(PAGE);
  const texts = hq().nomination;
  return (
    <>
      <Table
        caption={texts.list}
        rows={of.results.slice(0, shown)}
        idOf={(row) => row.person_id}
        nameOf={(row) => row.name ?? row.person_id}
        {...(of.decision === null && { selection, canSelect: (row: Verdict) => row.verdict === 'eligible' })}
        columns={verdictColumns()}
      />
      {of.results.length > shown && (
        <button type="button" onClick={() => setShown(shown + PAGE)}>
          {t().more}
        </button>
      )}
    </>
  );
}
