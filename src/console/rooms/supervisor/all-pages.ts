import { useEffect, useState } from 'preact/hooks';
import type { Grant, Page, Schemas } from '../../api/answers.js';
import { read } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import { now } from '../../kit/clock.js';
import { acts, answered, unanswered } from '../../kit/link-state.js';
import { sessionEnded } from '../../kit/session.js';
import { useStore } from '../../kit/store.js';

export type Person = Schemas['PersonView'];

/** 100 a page: 2,000 people are the most that one nomination takes. */
const MOST_PAGES = 20;

interface Listed {
  '/api/v1/people': Person;
  '/api/v1/grants': Grant;
}

export interface All<T> {
  items: readonly T[];
  isWhole: boolean;
  problem: Problem | undefined;
  again: () => void;
}

/** A list as a whole, page after page: what was read is shown meanwhile. Read again when asked, and after each act. */
export function useAll<P extends keyof Listed>(path: P): All<Listed[P]> {
  const [items, setItems] = useState<readonly Listed[P][]>([]);
  const [isWhole, setWhole] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [round, setRound] = useState(0);
  const done = useStore(acts);
  useEffect(() => {
    const reading = { isLeft: false };
    const load = async (): Promise<void> => {
      let found: Listed[P][] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MOST_PAGES && !reading.isLeft; page += 1) {
        const answer = (await read(path, { query: { limit: 100, cursor } })) as Page<unknown>;
        answered(now());
        found = [...found, ...(answer.items as Listed[P][])];
        const soFar = found;
        setItems((before) => (before.length > soFar.length ? before : soFar));
        if (answer.next === null) break;
        cursor = answer.next;
      }
      if (reading.isLeft) return;
      setItems(found);
      setWhole(true);
      setProblem(undefined);
    };
    load().catch((error: unknown) => {
      if (!(error instanceof Problem)) return unanswered();
      if (error.code === 'not_signed_in') sessionEnded();
      setProblem(error);
    });
    return () => {
      reading.isLeft = true;
    };
  }, [path, round, done]);
  return { items, isWhole, problem, again: () => setRound((before) => before + 1) };
}

const byName = new Intl.Collator('ja', { numeric: true });

/** The operators among one's own people, by name, as one looks for them. */
export const operatorsOf = (people: readonly Person[]): Person[] =>
  people
    .filter(({ role, left_at: left }) => role === 'operator' && left === null)
    .sort((a, b) => byName.compare(a.name, b.name) || byName.compare(a.id, b.id));

/** Names by id, for lists that hold ids only. */
export function nameFinder(people: readonly Person[]): (id: string) => string {
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}
