import type { JSX } from 'preact';

/** A mask is seen as one: bars where the value is not, and the word for it. No colour carries it alone. */
export function MaskMark({ word, bars = 4 }: { word: string; bars?: number }): JSX.Element {
  return (
    <span class="mask">
      <svg viewBox={`0 0 ${bars * 12} 16`} width={bars * 12} height="16" aria-hidden="true">
        {Array.from({ length: bars }, (_, at) => (
          <rect key={at} x={at * 12} y="2" width="10" height="12" />
        ))}
      </svg>
      <span class="mask-word">{word}</span>
    </span>
  );
}
