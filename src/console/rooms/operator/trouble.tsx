import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Problem } from '../../api/problem.js';
import type { Act } from '../../kit/act.js';
import { Refusal } from '../../kit/problem-summary.js';
import { t } from '../../texts/texts.js';
import { op } from './texts.js';

/** As `ProblemSummary`, for views of data: they are recorded one by one, so pressing again is another one. */
export function Trouble({ act, labels }: { act: Act; labels?: Record<string, string> }): JSX.Element | null {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (act.failures > 0) heading.current?.focus();
  }, [act.failures]);
  const { failure } = act;
  if (failure === undefined) return null;
  const texts = op().trouble;
  return (
    <div class="problem" role="alert">
      <h3 tabIndex={-1} ref={heading}>
        {texts.title}
      </h3>
      {failure instanceof Problem ? (
        <Refusal problem={failure} {...(labels && { labels })} />
      ) : (
        <>
          <p>{texts.silent}</p>
          <p>
            <strong>{t().problem.next}</strong> {texts.silentNext}
          </p>
        </>
      )}
    </div>
  );
}
