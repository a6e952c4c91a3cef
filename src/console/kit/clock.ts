import { store, useStore } from './store.js';

const MINUTE_MS = 60_000;

/** Between this machine's clock and the broker's, which alone decides. Zero until the service has said its time. */
let offsetMs = 0;
const minute = store(0);

/** The broker's time in milliseconds, as far as this screen knows it. */
export function now(): number {
  return Date.now() + offsetMs;
}

/** How far this machine's clock is behind the broker's (in front: below zero), in milliseconds. */
export function clockOffset(): number {
  return offsetMs;
}

/** Takes the time that an answer carries. */
export function learnTime(serverTime: string): void {
  offsetMs = Date.parse(serverTime) - Date.now();
  minute.set(Math.floor(now() / MINUTE_MS));
}

setInterval(() => minute.set(Math.floor(now() / MINUTE_MS)), 1_000);

/** The broker's time, drawn again at each new minute. */
export function useNow(): number {
  useStore(minute);
  return now();
}
