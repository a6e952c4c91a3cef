import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { read, type Asked } from '../api/client.js';
import { addressOf, type AnswerOf, type PathOf } from '../api/paths.js';
import { Problem } from '../api/problem.js';
import { now } from './clock.js';
import { acts, answered, unanswered } from './link-state.js';
import { sessionEnded } from './session.js';

export interface Reading<T> {
  /** What was last read; it stays while a later attempt fails. */
  answer: T | undefined;
  problem: Problem | undefined;
  again: () => void;
}

/**
 * Reads an address and again every `everyMs`, after each act, and whenever the screen becomes visible or the link comes
 * back. What is read by the timer or the link says so, and keeps no session alive. With null only at the start and after an act: a reading that goes on record is one that somebody asked for.
 */
export function useRead<P extends PathOf<'get'>>(
  path: P,
  asked: Asked = {},
  everyMs: number | null = 20_000,
): Reading<AnswerOf<P, 'get'>> {
  const address = addressOf(path, asked.params, asked.query);
  const [state, setState] = useState<{ address: string; answer?: AnswerOf<P, 'get'>; problem?: Problem }>({
    address,
  });
  const latest = useRef(asked);
  latest.current = asked;
  const current = useRef(address);
  current.current = address;

  const ask = useCallback(
    (isBackground: boolean) => {
      void reading(path, { ...latest.current, isBackground }).then((found) => {
        if (current.current !== address || found === undefined) return;
        setState((before) => ({
          address,
          ...(before.address === address && before.answer !== undefined && { answer: before.answer }),
          ...found,
        }));
      });
    },
    [path, address],
  );
  const again = useCallback(() => ask(false), [ask]);

  useEffect(() => {
    const byItself = (): void => ask(true);
    again();
    const stopListening = acts.subscribe(again);
    if (everyMs === null) return () => void stopListening();
    const timer = setInterval(() => document.visibilityState === 'visible' && byItself(), everyMs);
    addEventListener('online', byItself);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      stopListening();
      removeEventListener('online', byItself);
      document.removeEventListener('visibilitychange', again);
    };
  }, [ask, again, everyMs]);

  const isOfThis = state.address === address;
  return {
    answer: isOfThis ? state.answer : undefined,
    problem: isOfThis ? state.problem : undefined,
    again,
  };
}

/** One attempt, told to the banners: an answer, a problem, or nothing when nobody answered. */
async function reading<P extends PathOf<'get'>>(
  path: P,
  asked: Asked,
): Promise<{ answer: AnswerOf<P, 'get'> } | { problem: Problem } | undefined> {
  try {
    const answer = await read(path, asked);
    answered(now());
    return { answer };
  } catch (error) {
    if (!(error instanceof Problem)) {
      unanswered();
      return undefined;
    }
    answered(now());
    if (error.code === 'not_signed_in') sessionEnded();
    return { problem: error };
  }
}
