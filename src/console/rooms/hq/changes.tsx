import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { actionsOf, type Change } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { ActionBar } from '../../kit/action-bar.js';
import { AreaNames } from '../../kit/area-names.js';
import { DeclarationProposal } from '../../kit/declaration-proposal.js';
import { Submit, TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { t } from '../../texts/texts.js';
import { hq } from './texts.js';

/** What another one has proposed: the difference, and confirm or reject. */
export function ChangesScreen(): JSX.Element {
  const reading = useRead('/api/v1/changes', { query: { state: 'proposed', limit: 100 } });
  const [told, setTold] = useState('');
  const texts = hq().changes;
  return (
    <Screen title={texts.title}>
      <p role="status" class={told === '' ? 'unseen' : 'note'}>
        {told}
      </p>
      <Read of={reading}>
        {({ items }) => (
          <>
            {items.length === 0 && <p>{texts.none}</p>}
            {items.map((one) => (
              <Proposed
                key={one.id}
                one={one}
                onDone={(text) => {
                  setTold(text);
                  reading.again();
                }}
              />
            ))}
          </>
        )}
      </Read>
    </Screen>
  );
}

function Proposed({ one, onDone }: { one: Change; onDone: (told: string) => void }): JSX.Element {
  const [isRejecting, setRejecting] = useState(false);
  const [reason, setReason] = useState('');
  const act = useAct();
  const texts = hq().changes;
  const params = { id: one.id };
  const confirm = (): void => {
    void act.press(
      'confirm',
      (key) => change('/api/v1/changes/{id}/confirm', { params, key }),
      () => onDone(texts.confirmed),
    );
  };
  const reject = (event: Event): void => {
    event.preventDefault();
    const body = reason.trim() === '' ? {} : { reason: reason.trim() };
    void act.press(
      body,
      (key) => change('/api/v1/changes/{id}/reject', { params, body, key }),
      () => onDone(texts.rejected),
    );
  };
  return (
    <article class="card">
      <h2>{texts.kinds[one.kind] ?? one.kind}</h2>
      <p>
        {texts.proposed(one.proposed_by, timeText(one.proposed_at))} ／{' '}
        {texts.lapses(timeText(one.lapses_at))}
      </p>
      <DeclarationProposal of={one} />
      <Difference of={one} />
      <ProblemSummary act={act} />
      <ActionBar
        actions={actionsOf(one)}
        known={{
          confirm: { label: act.isSending ? t().sending : texts.confirm, press: confirm, kind: 'primary' },
          reject: { label: texts.reject, press: () => setRejecting(true) },
        }}
      />
      {isRejecting && (
        <form noValidate onSubmit={reject}>
          <TextField label={texts.rejectReason} max={500} value={reason} onChange={setReason} />
          <div class="buttons">
            <Submit isSending={act.isSending} kind="danger">
              {texts.rejectNow}
            </Submit>
            <button type="button" onClick={() => setRejecting(false)}>
              {t().cancel}
            </button>
          </div>
        </form>
      )}
    </article>
  );
}

function Difference({ of }: { of: Change }): JSX.Element {
  const texts = hq().changes;
  return (
    <div class="table-scroll" role="region" tabIndex={0} aria-label={texts.field}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.field}</th>
            <th scope="col">{texts.before}</th>
            <th scope="col">{texts.after}</th>
          </tr>
        </thead>
        <tbody>
          {of.difference.map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row">{texts.fields[field] ?? field}</th>
              <td>
                <Value of={before} field={field} />
              </td>
              <td>
                <Value of={after} field={field} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A fact as a person reads it: a time in Japan's time, areas by name. */
function Value({ of, field }: { of: unknown; field: string }): JSX.Element {
  if (of === null || of === undefined) return <>{hq().changes.nothing}</>;
  if (Array.isArray(of))
    return field === 'target_area' ? <AreaNames codes={of.map(String)} /> : <>{of.map(String).join(' ')}</>;
  const text = typeof of === 'string' ? of : JSON.stringify(of);
  return <>{/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) ? timeText(text) : text}</>;
}
