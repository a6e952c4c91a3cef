import type { JSX } from 'preact';

/** Five at most (rule 14), each a word, a shape and a colour. */
export type Tone = 'live' | 'wait' | 'done' | 'stop' | 'drill';

const SHAPES: Record<Tone, string> = {
  live: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Z',
  wait: 'M8 1l7 13H1Z',
  done: 'M2 2h12v12H2Z',
  stop: 'M5 1h6l4 4v6l-4 4H5l-4-4V5Z',
  drill: 'M8 0l8 8-8 8-8-8Z',
};

export function StatusMark({ tone, children }: { tone: Tone; children: string }): JSX.Element {
  return (
    <span class={`status status-${tone}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={SHAPES[tone]} />
      </svg>
      {children}
    </span>
  );
}
