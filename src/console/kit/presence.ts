import { store } from './store.js';

/** A question to the person at the screen: prove that you are here. Answered by the dialog of first/. */
export const presenceAsked = store<{ answer: (isProved: boolean) => void } | null>(null);

/** → whether presence was proved; the act that asked for it is then sent again, with the same key. */
export function askPresence(): Promise<boolean> {
  return new Promise((resolve) => {
    presenceAsked.set({
      answer: (isProved) => {
        presenceAsked.set(null);
        resolve(isProved);
      },
    });
  });
}
