import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useNow } from '../../kit/clock.js';
import { session } from '../../kit/session.js';
import { timeText } from '../../kit/say.js';
import type { Credential } from './credential.js';
import { inOrder, isPart, nameOf, valueText } from './field-value.js';
import { IncidentDialog } from './incident.js';
import { MaskMark } from './mask-mark.js';
import type { Found } from './search-form.js';
import { op } from './texts.js';
import { MatchForm, RevealForm } from './withheld.js';

type Value = string | boolean | null;

interface Props {
  found: Found;
  credential: Credential;
  onRefused: () => void;
}

/** What was found: shown, shown in part, to be matched, to be revealed. Under a watermark of who saw it, and when. */
export function ResultCard({ found, credential, onRefused }: Props): JSX.Element {
  const [shownAt] = useState(useNow());
  const [frozen, setFrozen] = useState<readonly string[]>([]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const texts = op().result;
  const [result] = found.results;
  if (result === undefined)
    return (
      <section class="card result" role="status">
        <h2 tabIndex={-1} ref={heading}>
          {texts.none}
        </h2>
        <p>{texts.noneText}</p>
        <p class="small">{texts.record(found.record_id)}</p>
      </section>
    );
  const fields = Object.entries(result.fields as Record<string, Value>).filter(
    ([field]) => !frozen.includes(field),
  );
  const { outage, point } = inOrder(Object.fromEntries(fields));
  // Whether it is the right customer is asked before anything is revealed.
  const withheld = result.withheld
    .filter(({ field }) => !frozen.includes(field))
    .sort((a, b) => Number(b.mode === 'match') - Number(a.mode === 'match'));
  const use = { target: result.ref, credential, onRefused };
  return (
    <section class="card result" aria-label={texts.title}>
      <Watermark record={found.record_id} at={shownAt} />
      <h2 tabIndex={-1} ref={heading}>
        {texts.title}
      </h2>
      <p class="recorded" role="status">
        {op().recorded} {texts.record(found.record_id)}
      </p>
      {found.dispatched === true && <p>{texts.dispatched}</p>}
      <Values title={texts.outage} values={outage} />
      <Values title={texts.point} values={point} />
      {withheld.length > 0 && <h3>{texts.more}</h3>}
      {withheld.map(({ field, mode }) =>
        mode === 'match' ? (
          <MatchForm key={field} field={field} {...use} />
        ) : (
          <RevealForm key={field} field={field} {...use} />
        ),
      )}
      <p class="small">{texts.references}</p>
      <IncidentDialog
        record={found.record_id}
        fields={[...fields.map(([field]) => field), ...withheld.map(({ field }) => field)]}
        onFrozen={(field) => setFrozen((before) => [...before, field])}
      />
    </section>
  );
}

function Values({ title, values }: { title: string; values: [string, Value][] }): JSX.Element | null {
  if (values.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <dl class="facts values">
        {values.map(([field, value]) => (
          <div key={field} class="fact" data-field={field}>
            <dt>{nameOf(field)}</dt>
            <dd>
              {isPart(field, value) && <MaskMark word={op().result.partly} bars={2} />}{' '}
              <span class="value">{valueText(field, value)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Over the values, and in every photograph of them: who, which record, when. Drawn by the style sheet: nobody reads it as text. */
function Watermark({ record, at }: { record: string; at: number }): JSX.Element {
  const { person } = session.value ?? {};
  const line = `${person?.name ?? ''} ${person?.id ?? ''} ${record} ${timeText(at)}`;
  return (
    <div class="result-watermark" aria-hidden="true">
      {Array.from({ length: 24 }, (_, n) => (
        <span key={n} data-line={line} />
      ))}
    </div>
  );
}
