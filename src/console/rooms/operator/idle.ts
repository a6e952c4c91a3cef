import { useEffect, useRef } from 'preact/hooks';

/** After so long without a key or a touch, nobody is at the screen. */
export const IDLE_MS = 5 * 60_000;

const SIGNS = ['pointerdown', 'keydown', 'input', 'wheel'] as const;

/** Tells once when nobody has touched anything for five minutes, and when the page is put away. */
export function useIdle(isWatching: boolean, onIdle: () => void): void {
  const latest = useRef(onIdle);
  latest.current = onIdle;
  useEffect(() => {
    if (!isWatching) return;
    const tell = (): void => latest.current();
    let timer = setTimeout(tell, IDLE_MS);
    const stir = (): void => {
      clearTimeout(timer);
      timer = setTimeout(tell, IDLE_MS);
    };
    for (const sign of SIGNS) addEventListener(sign, stir, { passive: true });
    // A page that the browser keeps for "back" would bring its values along.
    addEventListener('pagehide', tell);
    return () => {
      clearTimeout(timer);
      for (const sign of SIGNS) removeEventListener(sign, stir);
      removeEventListener('pagehide', tell);
    };
  }, [isWatching]);
}
