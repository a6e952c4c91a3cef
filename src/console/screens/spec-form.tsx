import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from '../api/problem.js';
import { useAct } from '../kit/act.js';
import { DateTimeField } from '../kit/date-time-field.js';
import { useDraft } from '../kit/draft.js';
import { Checks, Choice, Submit, TextArea, TextField } from '../kit/form.js';
import { ProblemSummary } from '../kit/problem-summary.js';
import { t } from '../texts/texts.js';
import { DayField } from './day-field.js';
import {
  bodyOf,
  draftOf,
  listIn,
  missingOf,
  textIn,
  wallIn,
  type Draft,
  type DraftValue,
  type Member,
} from './form-spec.js';
import { s } from './texts.js';

interface Props<T> {
  /** The draft's name: another form has another, and another row as well. */
  name: string;
  members: readonly Member[];
  /** The row that is changed: only what differs is sent. */
  row?: Record<string, unknown>;
  /** What is known beforehand of something new: it stands in the fields, and is sent like the rest. */
  given?: Record<string, unknown>;
  submit: string;
  /** A form whose fields hold a customer's values is not kept. */
  send: (body: Record<string, unknown>, key: string) => Promise<T>;
  done: (answer: T) => void;
  onCancel?: () => void;
  children?: ComponentChildren;
}

/** A form made of its members: draft, faults under the fields, one press is one act. */
export function SpecForm<T>(props: Props<T>): JSX.Element {
  const { name, members, row, given, submit, send, done, onCancel } = props;
  const [draft, change, discard] = useDraft<Draft>(name, () => draftOf(members, row ?? given));
  const [missing, setMissing] = useState<Record<string, string>>({});
  const act = useAct();
  const press = (event: Event): void => {
    event.preventDefault();
    const found = missingOf(members, draft);
    const body = bodyOf(members, draft, row === undefined ? undefined : draftOf(members, row));
    const isNothing = row !== undefined && Object.keys(body).length === 0;
    setMissing(isNothing ? { '': s().form.nothingChanged } : found);
    if (isNothing || Object.keys(found).length > 0) return;
    void act.press(
      body,
      (key) => send(body, key),
      (answer) => {
        discard();
        done(answer);
      },
    );
  };
  const labels = Object.fromEntries(members.map((one) => [one.name, one.label]));
  const faultOf = (field: string): string | undefined =>
    missing[field] ?? (act.failure instanceof Problem ? act.failure.faultOf(field) : undefined);
  return (
    <form noValidate onSubmit={press}>
      <ProblemSummary act={act} labels={labels} />
      {Object.keys(missing).length > 0 && (
        <p class="problem" role="alert">
          {missing[''] ??
            s().form.missing(members.filter((one) => missing[one.name]).map((one) => one.label))}
        </p>
      )}
      {props.children}
      {members.map((one) => (
        <MemberField
          key={one.name}
          one={one}
          draft={draft}
          onChange={(value) => change({ [one.name]: value })}
          error={faultOf(one.name)}
        />
      ))}
      <div class="buttons">
        <Submit isSending={act.isSending}>{submit}</Submit>
        {onCancel && (
          <button
            type="button"
            onClick={() => {
              discard();
              onCancel();
            }}
          >
            {t().cancel}
          </button>
        )}
      </div>
    </form>
  );
}

interface FieldProps {
  one: Member;
  draft: Draft;
  onChange: (value: DraftValue) => void;
  error: string | undefined;
}

/** One field of a form, whatever its kind. */
export function MemberField({ one, draft, onChange, error }: FieldProps): JSX.Element {
  const { kind, name, options = [], max } = one;
  const common = {
    label: one.label,
    hint: one.hint,
    error,
    isRequired: one.isRequired ?? false,
    ...(max !== undefined && kind !== 'number' && { max }),
  };
  const text = textIn(draft, name);
  if (kind === 'day') return <DayField {...common} value={wallIn(draft, name)} onChange={onChange} />;
  if (kind === 'time') {
    const { label } = common;
    return <DateTimeField {...{ label, error }} value={wallIn(draft, name)} onChange={onChange} />;
  }
  if (kind === 'many')
    return <Checks {...common} options={options} values={listIn(draft, name)} onChange={onChange} />;
  if (kind === 'one') return <Choice {...common} options={options} value={text} onChange={onChange} />;
  if (kind === 'flag') {
    const answers = [
      { value: 'yes', label: s().form.yes },
      { value: 'no', label: s().form.no },
    ];
    return <Choice {...common} options={answers} value={text} onChange={onChange} />;
  }
  if (kind === 'area' || kind === 'lines') return <TextArea {...common} value={text} onChange={onChange} />;
  const inputMode = kind === 'number' ? 'numeric' : 'text';
  return <TextField {...common} inputMode={inputMode} value={text} onChange={onChange} />;
}
