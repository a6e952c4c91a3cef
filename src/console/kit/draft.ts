import { useEffect, useState } from 'preact/hooks';
import { session } from './session.js';

/**
 * A form's state that outlives a reload and the end of a session in this tab, for the same person. Never for a form that
 * holds a customer's values: what is kept here lies in the browser's store.
 */
export function useDraft<T extends object>(
  name: string,
  initial: () => T,
): [T, (more: Partial<T>) => void, () => void] {
  const key = `draft:${session.value?.person.id ?? ''}:${name}`;
  const [draft, setDraft] = useState<T>(() => {
    const kept = sessionStorage.getItem(key);
    return kept === null ? initial() : { ...initial(), ...(JSON.parse(kept) as Partial<T>) };
  });
  const [isTouched, setTouched] = useState(false);
  useEffect(() => {
    if (isTouched) sessionStorage.setItem(key, JSON.stringify(draft));
  }, [draft, isTouched, key]);
  const change = (more: Partial<T>): void => {
    setTouched(true);
    setDraft((before) => ({ ...before, ...more }));
  };
  const discard = (): void => {
    setTouched(false);
    sessionStorage.removeItem(key);
  };
  return [draft, change, discard];
}
