import { useRef, useState } from 'preact/hooks';
import { Problem, NoAnswer } from '../api/problem.js';
import { now } from './clock.js';
import { acts, answered, unanswered } from './link-state.js';
import { askPresence } from './presence.js';
import { sessionEnded } from './session.js';

export interface Act {
  isSending: boolean;
  failure: Problem | NoAnswer | undefined;
  /** Counts failures: the summary takes the focus at each. */
  failures: number;
  /**
   * Does something once. Pressed twice while it is under way: once. Pressed again after a failure with the same `what`:
   * the same key, so that an answer lost on the way is found again and nothing is done twice.
   * @param what all that is to be sent, to know whether it is the same act
   */
  press: <T>(what: unknown, send: (key: string) => Promise<T>, done?: (answer: T) => void) => Promise<void>;
  forget: () => void;
}

export function useAct(): Act {
  const [isSending, setSending] = useState(false);
  const [failed, setFailed] = useState<{ failure?: Problem | NoAnswer; failures: number }>({ failures: 0 });
  const underWay = useRef(false);
  const kept = useRef<{ what: string; key: string } | null>(null);

  const press: Act['press'] = async (what, send, done) => {
    if (underWay.current) return;
    underWay.current = true;
    setSending(true);
    const text = JSON.stringify(what);
    if (kept.current?.what !== text) kept.current = { what: text, key: crypto.randomUUID() };
    const { key } = kept.current;
    try {
      const answer = await withPresence(() => send(key));
      answered(now());
      kept.current = null;
      setFailed(({ failures }) => ({ failures }));
      done?.(answer);
      acts.set(acts.value + 1);
    } catch (error) {
      const failure = error instanceof Problem || error instanceof NoAnswer ? error : undefined;
      if (failure === undefined) throw error;
      tellBanners(failure);
      setFailed(({ failures }) => ({ failure, failures: failures + 1 }));
    } finally {
      underWay.current = false;
      setSending(false);
    }
  };
  const forget = (): void => setFailed(({ failures }) => ({ failures }));
  return { isSending, failure: failed.failure, failures: failed.failures, press, forget };
}

function tellBanners(failure: Problem | NoAnswer): void {
  if (failure instanceof NoAnswer) return unanswered();
  answered(now());
  if (failure.code === 'not_signed_in') sessionEnded();
}

/** Sends; when presence must be proved first, asks for it and sends the same once more. */
async function withPresence<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const isAsked = error instanceof Problem && error.code === 'presence_required';
    if (!isAsked || !(await askPresence())) throw error;
    return send();
  }
}
