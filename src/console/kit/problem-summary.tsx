import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Problem } from '../api/problem.js';
import { t } from '../texts/texts.js';
import type { Act } from './act.js';
import { telephoneSteps } from './telephone.js';

/** What went wrong and what may be done, in the service's words. Takes the focus each time something fails. */
export function ProblemSummary({
  act,
  labels = {},
}: {
  act: Act;
  labels?: Record<string, string>;
}): JSX.Element | null {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (act.failures > 0) heading.current?.focus();
  }, [act.failures]);
  const { failure } = act;
  if (failure === undefined) return null;
  return (
    <div class="problem" role="alert">
      <h2 tabIndex={-1} ref={heading}>
        {t().problem.title}
      </h2>
      {failure instanceof Problem ? <Refusal problem={failure} labels={labels} /> : <Silence />}
      <ByTelephone />
    </div>
  );
}

/** The same for what could not be read. */
export function Refusal({
  problem,
  labels = {},
}: {
  problem: Problem;
  labels?: Record<string, string>;
}): JSX.Element {
  const { detail, next, faults, record_id: record, status } = problem.body;
  return (
    <>
      <p>{detail}</p>
      {faults && faults.length > 0 && (
        <ul>
          {faults.map((fault) => {
            const name = fault.pointer.split('/')[1] ?? '';
            return (
              <li key={fault.pointer}>
                {labels[name] ?? name}: {fault.detail}
              </li>
            );
          })}
        </ul>
      )}
      {status === 409 && next === undefined && <p>{t().problem.changed}</p>}
      {next !== undefined && (
        <p>
          <strong>{t().problem.next}</strong> {next}
        </p>
      )}
      {problem.retryAfter !== null && <p>{t().problem.retryAfter(problem.retryAfter)}</p>}
      {record !== undefined && <p class="small">{t().problem.record(record)}</p>}
    </>
  );
}

/** After a refusal or silence: whom one can ask by telephone, where the setting says it. */
function ByTelephone(): JSX.Element | null {
  const steps = telephoneSteps();
  if (steps.length === 0) return null;
  return (
    <p class="small">
      {t().problem.telephone} {steps.join(' / ')}
    </p>
  );
}

function Silence(): JSX.Element {
  return (
    <>
      <p>{t().problem.noAnswer}</p>
      <p>
        <strong>{t().problem.next}</strong> {t().problem.noAnswerNext}
      </p>
    </>
  );
}
