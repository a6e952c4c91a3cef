import type { ClosingState } from './certificates.repository.js';

/** Nothing is left to close, to prove or to resolve; a declaration without grants is complete when it is over. */
export function isComplete(state: ClosingState): boolean {
  return (
    state.ended_at !== null &&
    state.closed === state.granted &&
    state.unproved === 0 &&
    state.unresolved === 0
  );
}

type Totals = Pick<ClosingState, 'granted' | 'closed' | 'last_ended_at' | 'unresolved'>;

const JST = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Tokyo',
  dateStyle: 'short',
  timeStyle: 'medium',
});
const jst = (at: Date): string => `${JST.format(at)} JST`;

export function sentenceJa({ granted, closed, last_ended_at: last, unresolved }: Totals): string {
  const end = last === null ? '' : `、最終 ${jst(last)}`;
  return `付与${granted}件、終了${closed}件${end}、未解決${unresolved}件`;
}

export function sentenceEn({ granted, closed, last_ended_at: last, unresolved }: Totals): string {
  const end = last === null ? '' : `, the last at ${jst(last)}`;
  return `${granted} granted, ${closed} ended${end}, ${unresolved} unresolved`;
}
