import { store } from './store.js';

/** Whether the service can be reached, as far as the last attempt tells; and when something last came from it. */
export interface LinkState {
  isOffline: boolean;
  /** The broker's time of the last answer, in milliseconds; null before the first. */
  lastAnswerAt: number | null;
}

export const linkState = store<LinkState>({ isOffline: false, lastAnswerAt: null });

export function answered(at: number): void {
  linkState.set({ isOffline: false, lastAnswerAt: at });
}

export function unanswered(): void {
  linkState.set({ ...linkState.value, isOffline: true });
}

/** Counts what was done from here: whatever is shown is then read anew. */
export const acts = store(0);

addEventListener('offline', unanswered);
