import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../texts/texts.js';

interface Labelled {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  isRequired?: boolean;
}

/** 「※必須」 in words beside the label, so that no colour or star carries it. */
function Mark({ isRequired }: { isRequired: boolean | undefined }): JSX.Element {
  return <span class={isRequired ? 'required' : 'optional'}>{isRequired ? t().required : t().optional}</span>;
}

/** Label, hint, the field, and its error under it. */
function Field({
  id,
  label,
  hint,
  error,
  isRequired,
  children,
}: Labelled & { id: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="field">
      <label for={id}>
        {label} <Mark isRequired={isRequired} />
      </label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      {error !== undefined && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, error }: Labelled): string | undefined {
  const parts = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : undefined;
}

type TextProps = Labelled & {
  value: string;
  onChange: (value: string) => void;
  max?: number;
  inputMode?: 'text' | 'numeric' | 'tel' | 'search';
  autoComplete?: string;
};

export function TextField(props: TextProps): JSX.Element {
  const id = useId();
  const { value, onChange, inputMode = 'text', max, autoComplete = 'off' } = props;
  return (
    <Field {...props} id={id}>
      <input
        id={id}
        type="text"
        inputMode={inputMode}
        value={value}
        maxLength={max}
        autoComplete={autoComplete}
        aria-required={props.isRequired}
        aria-invalid={props.error !== undefined}
        aria-describedby={described(id, props)}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}

export function TextArea(props: TextProps & { rows?: number }): JSX.Element {
  const id = useId();
  const { value, onChange, max, rows = 3 } = props;
  return (
    <Field {...props} id={id}>
      <textarea
        id={id}
        rows={rows}
        value={value}
        maxLength={max}
        aria-required={props.isRequired}
        aria-invalid={props.error !== undefined}
        aria-describedby={described(id, props)}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {max !== undefined && <p class="count">{t().field.count(value.length, max)}</p>}
    </Field>
  );
}

interface Option {
  value: string;
  label: string;
  hint?: string;
}

type ChoiceProps = Labelled & { options: readonly Option[] };

function Group({
  label,
  hint,
  error,
  isRequired,
  id,
  children,
}: Labelled & { id: string; children: ComponentChildren }): JSX.Element {
  const own = { label, hint, error };
  return (
    <fieldset class="field" aria-describedby={described(id, own)}>
      <legend>
        {label} <Mark isRequired={isRequired} />
      </legend>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      {error !== undefined && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** One of a few; nothing is chosen beforehand unless the value says so. */
export function Choice(
  props: ChoiceProps & { value: string; onChange: (value: string) => void },
): JSX.Element {
  const id = useId();
  return (
    <Group {...props} id={id}>
      <div class="choices">
        {props.options.map(({ value, label, hint }) => (
          <label key={value} class="choice">
            <input
              type="radio"
              name={id}
              value={value}
              checked={props.value === value}
              onChange={() => props.onChange(value)}
            />
            <span>
              {label}
              {hint !== undefined && <span class="hint"> {hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </Group>
  );
}

/** Any of a few. */
export function Checks(
  props: ChoiceProps & { values: readonly string[]; onChange: (values: string[]) => void },
): JSX.Element {
  const id = useId();
  const flip = (value: string): void =>
    props.onChange(
      props.values.includes(value) ? props.values.filter((one) => one !== value) : [...props.values, value],
    );
  return (
    <Group {...props} id={id}>
      <div class="choices">
        {props.options.map(({ value, label }) => (
          <label key={value} class="choice">
            <input type="checkbox" checked={props.values.includes(value)} onChange={() => flip(value)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </Group>
  );
}

/** Enabled always (rule 15): what is missing is said when it is pressed. */
export function Submit({
  isSending,
  children,
  kind = 'primary',
}: {
  isSending: boolean;
  children: ComponentChildren;
  kind?: 'primary' | 'danger';
}): JSX.Element {
  return (
    <button type="submit" class={kind} aria-disabled={isSending}>
      {isSending ? t().sending : children}
    </button>
  );
}
