import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { Wall } from '../kit/times.js';
import { t } from '../texts/texts.js';

interface Props {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  isRequired?: boolean;
  value: Wall;
  onChange: (value: Wall) => void;
}

/** A day as 年/月/日 text inputs; it begins at midnight in Japan. */
export function DayField({ label, hint, error, isRequired, value, onChange }: Props): JSX.Element {
  const id = useId();
  const texts = t().time;
  const parts: [keyof Wall, string, number][] = [
    ['year', texts.year, 4],
    ['month', texts.month, 2],
    ['day', texts.day, 2],
  ];
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <fieldset class="field" aria-describedby={described === '' ? undefined : described}>
      <legend>
        {label}{' '}
        <span class={isRequired ? 'required' : 'optional'}>{isRequired ? t().required : t().optional}</span>
      </legend>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div class="wall">
        {parts.map(([name, partLabel, length]) => (
          <label key={name} class={`wall-${name}`}>
            <input
              type="text"
              inputMode="numeric"
              autoComplete="off"
              maxLength={length}
              value={value[name]}
              aria-invalid={error !== undefined}
              onInput={(event) => onChange({ ...value, [name]: event.currentTarget.value })}
            />
            <span>{partLabel}</span>
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
