import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../texts/texts.js';
import { useNow } from './clock.js';

const MINUTE_MS = 60_000;
const ANNOUNCED = [30, 10, 5, 1];

/** Whole minutes until an end, never below zero. */
export function minutesLeft(endsAt: string, at: number): number {
  return Math.max(0, Math.ceil((Date.parse(endsAt) - at) / MINUTE_MS));
}

/** In minute steps, from the broker's clock (rule 6). */
export function Remaining({ endsAt }: { endsAt: string }): JSX.Element {
  const minutes = minutesLeft(endsAt, useNow());
  return <span class={minutes <= 30 ? 'remaining near' : 'remaining'}>{remainingText(minutes)}</span>;
}

export function remainingText(minutes: number): string {
  return minutes === 0 ? t().remainingOver : t().remaining(Math.floor(minutes / 60), minutes % 60);
}

/** Says the remaining time to a screen reader at 30, 10, 5 and 1 minutes, and only then. */
export function RemainingAnnouncer({ name, endsAt }: { name: string; endsAt: string }): JSX.Element {
  const minutes = minutesLeft(endsAt, useNow());
  const before = useRef(minutes);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const passed = ANNOUNCED.find((mark) => before.current > mark && minutes <= mark);
    before.current = minutes;
    if (passed !== undefined && minutes > 0) setSaid(`${name} ${remainingText(minutes)}`);
  }, [minutes, name]);
  return (
    <p class="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
