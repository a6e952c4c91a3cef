import type { JSX } from 'preact';
import type { Action } from '../api/answers.js';
import { t } from '../texts/texts.js';

interface Props {
  actions: readonly Action[] | undefined;
  /** What each name is called here, and what pressing it does; a name that is missing is not this screen's. */
  known: Record<string, { label: string; press: () => void; kind?: 'primary' | 'danger' }>;
}

/**
 * The buttons that the service says can be pressed now; of the others, why not. Nothing is decided here: where it says
 * nothing, all can be pressed, and it refuses.
 */
export function ActionBar({ actions, known }: Props): JSX.Element | null {
  const said = actions ?? Object.keys(known).map((name) => ({ name, allowed: true, reason: null }));
  const mine = said.flatMap((action) => {
    const found = known[action.name];
    return found ? [{ ...action, ...found }] : [];
  });
  if (mine.length === 0) return null;
  const shut = mine.filter(({ allowed }) => !allowed);
  return (
    <div class="actions">
      <div class="buttons">
        {mine
          .filter(({ allowed }) => allowed)
          .map(({ name, label, press, kind }) => (
            <button type="button" key={name} class={kind} onClick={press}>
              {label}
            </button>
          ))}
      </div>
      {shut.length > 0 && (
        <details>
          <summary>{t().action.notNow}</summary>
          <ul>
            {shut.map(({ name, label, reason }) => (
              <li key={name}>
                {label}: {reason?.detail}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
