import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../texts/texts.js';
import { Refusal } from './problem-summary.js';
import type { Reading } from './read.js';

/** A screen: its heading takes the focus when one arrives, and names the window. */
export function Screen({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} | ${t().product}`;
    heading.current?.focus();
  }, [title]);
  return (
    <>
      <h1 tabIndex={-1} ref={heading}>
        {title}
      </h1>
      {lead}
      {children}
    </>
  );
}

/** Shows what was read; until then that it is being read, or why it cannot be. */
export function Read<T>({
  of,
  children,
}: {
  of: Reading<T>;
  children: (answer: NonNullable<T>) => ComponentChildren;
}): JSX.Element {
  if (of.answer !== undefined && of.answer !== null) return <>{children(of.answer)}</>;
  if (of.problem)
    return (
      <div class="problem" role="alert">
        <Refusal problem={of.problem} />
      </div>
    );
  return (
    <p class="reading" role="status">
      {t().reading}
    </p>
  );
}
