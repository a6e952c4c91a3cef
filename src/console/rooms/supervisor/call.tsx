import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Nomination, SupportCall } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { ActionBar } from '../../kit/action-bar.js';
import { DrillMark } from '../../kit/declaration-state.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { Remaining } from '../../kit/remaining.js';
import { go } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import type { ScreenProps } from '../rooms.js';
import { nameFinder, useAll } from './all-pages.js';
import { CallState } from './calls.js';
import { GrantsOfCall } from './grants.js';
import { ReasonDialog } from './reason-dialog.js';
import { reasonText } from './reason-words.js';
import { sv } from './texts.js';

/** One call to my organization: what can be done without viewing first, then the answer to it. */
export function CallScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const call = useRead('/api/v1/support-calls/{id}', { params: { id } });
  const nameOf = nameFinder(useAll('/api/v1/people').items);
  return (
    <Read of={call}>
      {(answer) => (
        <Screen title={sv().call.title(answer.number)}>
          <Guidance call={answer} />
          <Facts call={answer} />
          <Answer call={answer} again={call.again} />
          <Nominations call={answer} nameOf={nameOf} />
          <GrantsOfCall callId={id} nameOf={nameOf} />
        </Screen>
      )}
    </Read>
  );
}

/** 対応パターン0 comes first (NEC-4): in the service's words where the call is of that pattern. */
function Guidance({ call }: { call: SupportCall }): JSX.Element {
  return (
    <section class="note">
      <h2>{sv().call.guidance}</h2>
      {call.guidance !== null && <p>{call.guidance}</p>}
      <ol>
        {sv().call.pattern0.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </section>
  );
}

function Facts({ call }: { call: SupportCall }): JSX.Element {
  const texts = sv().call;
  const declaration = useRead('/api/v1/declarations/{id}', { params: { id: call.declaration_id } }).answer;
  return (
    <>
      {declaration?.is_drill && <DrillMark />}
      <dl class="facts card">
        <dt>{texts.declaration}</dt>
        <dd>
          <CallState call={call} /> {declaration?.name}{' '}
          {declaration?.live && <Remaining endsAt={declaration.hard_end_at} />}
        </dd>
        <dt>{texts.pattern}</dt>
        <dd>{sv().calls.patterns[call.response_pattern]}</dd>
        <dt>{texts.seats}</dt>
        <dd>{texts.seatsOf(call.organizations[0]?.seats ?? 0)}</dd>
        <dt>{texts.hours}</dt>
        <dd>{texts.hoursOf(call.shift_hours_max)}</dd>
        <dt>{texts.profile}</dt>
        <dd>{call.field_profile_label}</dd>
        <dt>{texts.necessity}</dt>
        <dd>{call.necessity}</dd>
      </dl>
    </>
  );
}

/** Nominate or decline: what can be pressed comes from the service. */
function Answer({ call, again }: { call: SupportCall; again: () => void }): JSX.Element {
  const [isDeclining, setDeclining] = useState(false);
  const [isDone, setDone] = useState(false);
  const act = useAct();
  const texts = sv().call;
  const decline = (reason: string): void => {
    const send = (key: string): Promise<unknown> =>
      change('/api/v1/support-calls/{id}/decline', { params: { id: call.id }, body: { reason }, key });
    void act.press(reason, send, () => {
      setDeclining(false);
      setDone(true);
      again();
    });
  };
  return (
    <>
      {isDone && (
        <p class="note" role="status">
          {texts.declined}
        </p>
      )}
      <ActionBar
        actions={call.actions}
        known={{
          nominate: { label: texts.nominate, press: () => go(`/calls/${call.id}/nominate`), kind: 'primary' },
          decline: { label: texts.decline, press: () => setDeclining(true) },
        }}
      />
      {isDeclining && (
        <ReasonDialog
          title={texts.declineTitle}
          label={texts.declineReason}
          go={texts.decline}
          act={act}
          onReason={decline}
          onClose={() => setDeclining(false)}
        />
      )}
    </>
  );
}

type NameOf = (id: string) => string;

function Nominations({ call, nameOf }: { call: SupportCall; nameOf: NameOf }): JSX.Element {
  const nominations = useRead('/api/v1/nominations', { query: { limit: 100 } });
  return (
    <section>
      <h2>{sv().call.nominations}</h2>
      <Read of={nominations}>
        {({ items }) => {
          const mine = items.filter((one) => one.support_call_id === call.id);
          if (mine.length === 0) return <p>{sv().call.noNominations}</p>;
          return mine.map((one) => (
            <NominationCard key={one.id} of={one} nameOf={nameOf} again={nominations.again} />
          ));
        }}
      </Read>
    </section>
  );
}

function NominationCard({
  of,
  nameOf,
  again,
}: {
  of: Nomination;
  nameOf: (id: string) => string;
  again: () => void;
}): JSX.Element {
  const act = useAct();
  const texts = sv().call;
  const refused = of.results.filter(({ verdict }) => verdict === 'refused');
  const withdraw = (): void => {
    const send = (key: string): Promise<unknown> =>
      change('/api/v1/nominations/{id}/withdraw', { params: { id: of.id }, key });
    void act.press(of.id, send, again);
  };
  return (
    <section class="card">
      <p>
        <Decision of={of} /> {timeText(of.starts_at)} – {timeText(of.ends_at)}{' '}
        {texts.people(of.results.length - refused.length, refused.length)}
      </p>
      {of.decision_reason !== null && <p>{of.decision_reason}</p>}
      {refused.length > 0 && (
        <ul>
          {refused.map(({ person_id: id, code }) => (
            <li key={id}>
              {nameOf(id)}: {reasonText(code)}
            </li>
          ))}
        </ul>
      )}
      <ProblemSummary act={act} />
      <ActionBar
        actions={of.actions.filter(({ allowed }) => allowed)}
        known={{ withdraw: { label: texts.withdraw, press: withdraw } }}
      />
    </section>
  );
}

function Decision({ of }: { of: Nomination }): JSX.Element {
  const texts = sv().call;
  switch (of.decision) {
    case 'approved':
      return <StatusMark tone="done">{texts.approved}</StatusMark>;
    case 'denied':
      return <StatusMark tone="stop">{texts.denied}</StatusMark>;
    case 'withdrawn':
      return <StatusMark tone="done">{texts.withdrawn}</StatusMark>;
    case null:
      return <StatusMark tone="wait">{texts.waiting}</StatusMark>;
  }
}
