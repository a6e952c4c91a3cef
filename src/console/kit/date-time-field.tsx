import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../texts/texts.js';
import { useNow } from './clock.js';
import { timeText } from './say.js';
import { instantOf, nextHour, wallOf, type Wall } from './times.js';

const HOUR_MS = 3_600_000;

export const EMPTY_WALL: Wall = { year: '', month: '', day: '', hour: '', minute: '' };

interface Props {
  label: string;
  value: Wall;
  onChange: (value: Wall) => void;
  error?: string | undefined;
  /** The latest that the policy allows, in milliseconds; shown beside the field, and the service decides. */
  latest?: number;
  /** From when the presets count; now, if nothing else is said. */
  from?: number;
}

/** 年/月/日/時/分 as text inputs (rule 5), with presets, the weekday read back, and the policy's maximum beside it. */
export function DateTimeField({ label, value, onChange, error, latest, from }: Props): JSX.Element {
  const id = useId();
  const present = useNow();
  const start = from ?? present;
  const instant = instantOf(value);
  const texts = t().time;
  const parts: [keyof Wall, string, number][] = [
    ['year', texts.year, 4],
    ['month', texts.month, 2],
    ['day', texts.day, 2],
    ['hour', texts.hour, 2],
    ['minute', texts.minute, 2],
  ];
  const presets: [string, number][] = [
    [texts.in2, start + 2 * HOUR_MS],
    [texts.in4, start + 4 * HOUR_MS],
    [texts.at8, nextHour(start, 8)],
  ];
  if (latest !== undefined) presets.push([texts.longest, latest]);
  return (
    <fieldset class="field" aria-describedby={error === undefined ? `${id}-back` : `${id}-back ${id}-error`}>
      <legend>
        {label} <span class="required">{t().required}</span>
      </legend>
      <div class="presets">
        {presets.map(([name, at]) => (
          <button type="button" key={name} onClick={() => onChange(wallOf(at))}>
            {name}
          </button>
        ))}
      </div>
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
      <p class="hint" id={`${id}-back`}>
        {instant === null ? texts.jst : texts.isThis(timeText(instant))}
        {latest !== undefined && <> ／ {texts.longestIs(timeText(latest))}</>}
      </p>
      {error !== undefined && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
