import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../texts/texts.js';

/** A screen that is loaded when somebody first opens it, so that the room's first screen does not wait for it. */
export function later<Props extends object>(
  load: () => Promise<(props: Props) => JSX.Element>,
): (props: Props) => JSX.Element {
  return function Later(props: Props): JSX.Element {
    const [found, setFound] = useState<{ Screen: (props: Props) => JSX.Element } | null>(null);
    const [isLost, setLost] = useState(false);
    const ask = (): void => {
      setLost(false);
      load().then(
        (Screen) => setFound({ Screen }),
        () => setLost(true),
      );
    };
    useEffect(ask, []);
    if (found !== null) return <found.Screen {...props} />;
    if (!isLost) return <p role="status">{t().reading}</p>;
    return (
      <div class="problem" role="alert">
        <p>{t().notLoaded}</p>
        <button type="button" onClick={ask}>
          {t().loadAgain}
        </button>
      </div>
    );
  };
}
