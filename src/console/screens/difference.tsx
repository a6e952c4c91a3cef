import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Change } from '../api/answers.js';
import { AreaNames } from '../kit/area-names.js';
import { timeText } from '../kit/say.js';
import { member, s, word } from './texts.js';

const LINES = 100;
type Line = Change['difference'][number];

/** What would change, line by line; of a list of 2,000 people a hundred lines at a time. */
export function Difference({
  lines,
  name,
}: {
  lines: readonly Line[];
  /** Tells this table from the others on the screen. */
  name?: string;
}): JSX.Element {
  const [shown, setShown] = useState(LINES);
  const texts = s().difference;
  const rest = lines.length - shown;
  return (
    <>
      <p>{texts.lines(lines.length, peopleIn(lines))}</p>
      <div class="table-scroll" role="region" tabIndex={0} aria-label={texts.caption(name ?? '')}>
        <table class="difference">
          <thead>
            <tr>
              <th scope="col">{texts.field}</th>
              <th scope="col">{texts.before}</th>
              <th scope="col">{texts.after}</th>
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, shown).map((line) => (
              <tr key={line.field}>
                <th scope="row">{fieldName(line.field)}</th>
                <td data-head={texts.before}>
                  <FactText of={line.before} field={line.field} />
                </td>
                <td data-head={texts.after}>
                  <FactText of={line.after} field={line.field} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rest > 0 && (
        <button type="button" onClick={() => setShown(shown + LINES)}>
          {texts.more(Math.min(rest, LINES), rest)}
        </button>
      )}
    </>
  );
}

/** How many people a list is about: its lines are called `<person>.<member>`. */
function peopleIn(lines: readonly Line[]): number {
  const named = lines.flatMap(({ field }) => {
    const [head = '', ...rest] = field.split('.');
    return rest.length > 0 && head !== 'fields' && head !== 'frozen' ? [head] : [];
  });
  return new Set(named).size;
}

/** `operator-a-01.training_valid_until` → 「operator-a-01 研修の有効期限」. */
function fieldName(field: string): string {
  const [head = '', ...rest] = field.split('.');
  if (rest.length === 0) return member(field);
  const name = rest.join('.');
  return head === 'fields' || head === 'frozen'
    ? `${member(head)} ${s().fields[name] ?? name}`
    : `${head} ${member(name)}`;
}

/** A fact as a person reads it: a time in Japan's time, yes and no, areas and closed lists in words. */
export function FactText({ of, field }: { of: unknown; field: string }): JSX.Element {
  if (of === null || of === undefined || of === '') return <>{s().nothing}</>;
  if (typeof of === 'boolean') return <>{of ? s().form.yes : s().form.no}</>;
  if (Array.isArray(of)) {
    if (of.length === 0) return <>{s().nothing}</>;
    const names = of.map(String);
    if (field === 'target_area') return <AreaNames codes={names} />;
    return <>{names.map((name) => word(name)).join(s().comma)}</>;
  }
  if (typeof of === 'object') return <code>{JSON.stringify(of)}</code>;
  const text = typeof of === 'string' ? of : JSON.stringify(of);
  return <>{/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) ? timeText(text) : word(text)}</>;
}
