import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas, SupportCall } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { useNow } from '../../kit/clock.js';
import { DateTimeField } from '../../kit/date-time-field.js';
import { useDraft } from '../../kit/draft.js';
import { Choice, Submit, TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { Read, Screen } from '../../kit/screen.js';
import type { Selection } from '../../kit/table.js';
import { instantOf } from '../../kit/times.js';
import type { ScreenProps } from '../rooms.js';
import { nameFinder, operatorsOf, useAll } from './all-pages.js';
import { blank, bodyOf, missingOf, shiftOf, type Missing, type NominateDraft } from './nominate-draft.js';
import { Paste } from './paste.js';
import { Results, type Sent } from './results.js';
import { TeamPicker } from './team-picker.js';
import { sv } from './texts.js';

const HOUR_MS = 3_600_000;

/** Answer a call: whom, which shift; one act for any number of people (rule 9). */
export function NominateScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const call = useRead('/api/v1/support-calls/{id}', { params: { id } });
  return (
    <Read of={call}>
      {(answer) => (
        <Screen title={sv().nominate.title} lead={<p>{sv().nominate.lead(answer.number)}</p>}>
          <Nominate call={answer} />
        </Screen>
      )}
    </Read>
  );
}

type Nominated = Schemas['NominatedView'];

function Nominate({ call }: { call: SupportCall }): JSX.Element {
  const [draft, put, discard] = useDraft(`nominate ${call.id}`, blank);
  const [missing, setMissing] = useState<Missing>({});
  const [sent, setSent] = useState<Sent>();
  const people = useAll('/api/v1/people');
  const act = useAct();
  const texts = sv().nominate;
  const send = (ids: string[], before?: Sent): void => {
    const body = bodyOf(draft, ids);
    const nominate = (key: string): Promise<Nominated> =>
      change('/api/v1/support-calls/{id}/nominations', { params: { id: call.id }, body, key });
    void act.press(body, nominate, (answer) => setSent({ answer, before }));
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const found = missingOf(draft);
    setMissing(found);
    if (Object.keys(found).length === 0) send(draft.ids);
  };
  const leave = (): void => (discard(), put(blank()), setSent(undefined));
  if (sent)
    return (
      <Results
        sent={sent}
        callId={call.id}
        nameOf={nameFinder(people.items)}
        act={act}
        onRetry={(ids) => send(ids, sent)}
        onMore={leave}
      />
    );
  const selection = selectionOf(draft, put);
  const operators = operatorsOf(people.items);
  const staff = { operators, isWhole: people.isWhole };
  return (
    <form noValidate onSubmit={submit}>
      <ProblemSummary
        act={act}
        labels={{ starts_at: texts.startAt, ends_at: texts.end, people: texts.people }}
      />
      <Choice
        label={texts.how}
        isRequired
        options={Object.entries(texts.ways).map(([value, label]) => ({ value, label }))}
        value={draft.way}
        onChange={(way) => put({ way })}
      />
      {draft.way === 'team' ? (
        <TeamPicker {...staff} selection={selection} />
      ) : (
        <Paste callId={call.id} draft={draft} put={put} shift={shiftOf(draft)} />
      )}
      <Shift call={call} draft={draft} put={put} missing={missing} />
      <div class="chosen">
        <Chosen selection={selection} error={missing.people} />
        <Submit isSending={act.isSending}>{texts.go(draft.ids.length)}</Submit>
      </div>
    </form>
  );
}

/** The selection lies in the draft: it survives paging, filters, the other way of choosing, and the end of a session. */
function selectionOf({ ids }: NominateDraft, put: (more: Partial<NominateDraft>) => void): Selection {
  return {
    ids: new Set(ids),
    flip: (some, isOn) =>
      put({ ids: isOn ? [...new Set([...ids, ...some])] : ids.filter((id) => !some.includes(id)) }),
    clear: () => put({ ids: [] }),
  };
}

function Chosen({ selection, error }: { selection: Selection; error: string | undefined }): JSX.Element {
  const texts = sv().nominate;
  return (
    <>
      <p role="status">
        <strong>{texts.selected(selection.ids.size)}</strong>
      </p>
      {selection.ids.size > 0 && (
        <button type="button" onClick={selection.clear}>
          {texts.clear}
        </button>
      )}
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </>
  );
}

interface ShiftProps {
  call: SupportCall;
  draft: NominateDraft;
  put: (more: Partial<NominateDraft>) => void;
  missing: Missing;
}

/** One shift for all, with the longest that the call and the declaration allow beside it (rule 5). */
function Shift({ call, draft, put, missing }: ShiftProps): JSX.Element {
  const declaration = useRead('/api/v1/declarations/{id}', { params: { id: call.declaration_id } }).answer;
  const present = useNow();
  const start = (draft.startsWhen === 'later' ? instantOf(draft.start) : null) ?? present;
  const longest = start + call.shift_hours_max * HOUR_MS;
  const latest = declaration ? Math.min(longest, Date.parse(declaration.expected_end_at)) : longest;
  const texts = sv().nominate;
  return (
    <section class="card">
      <h2>{texts.shift}</h2>
      <Choice
        label={texts.start}
        isRequired
        options={Object.entries(texts.starts).map(([value, label]) => ({ value, label }))}
        value={draft.startsWhen}
        onChange={(startsWhen) => put({ startsWhen })}
      />
      {draft.startsWhen === 'later' && (
        <DateTimeField
          label={texts.startAt}
          value={draft.start}
          onChange={(value) => put({ start: value })}
          error={missing.start}
        />
      )}
      <DateTimeField
        label={texts.end}
        value={draft.end}
        onChange={(value) => put({ end: value })}
        error={missing.end}
        latest={latest}
        from={start}
      />
      <TextField label={texts.note} max={500} value={draft.note} onChange={(note) => put({ note })} />
    </section>
  );
}
