import { useState } from 'preact/hooks';
import { NoAnswer, Problem } from '../api/problem.js';
import { useAct, type Act } from '../kit/act.js';

export interface Ceremony {
  act: Act;
  /** The browser itself refused at the last press: cancelled, no such key, an address without a name, not over https. */
  isRefusedHere: boolean;
  press: <T>(what: unknown, how: () => Promise<T>, done: (answer: T) => void) => Promise<void>;
}

/** An act for which somebody touches an authenticator. */
export function useCeremony(): Ceremony {
  const act = useAct();
  const [isRefusedHere, setRefused] = useState(false);
  const press: Ceremony['press'] = (what, how, done) => {
    setRefused(false);
    const attempt = async (): Promise<{ answer: Awaited<ReturnType<typeof how>> } | null> => {
      try {
        return { answer: await how() };
      } catch (error) {
        if (error instanceof Problem || error instanceof NoAnswer) throw error;
        setRefused(true);
        return null;
      }
    };
    return act.press(what, attempt, (found) => found && done(found.answer));
  };
  return { act, isRefusedHere, press };
}
