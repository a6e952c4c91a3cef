import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Person } from '../stories/actors.js';
import type { EndingSeen, Repeat, ValueThatLeft } from './evidence.js';

const AGAIN_MS = 25;
/** Far beyond any fault here: who reaches it says so, and the run fails. */
const PATIENCE_MS = 120_000;

/** One change as its caller keeps it, so that it can be said again. */
interface Said {
  person: Person;
  path: string;
  body: object;
  key: string;
  first: Answer;
}

/** Does what people do, says it again until there is an answer, and keeps all that was answered. */
export class Witness {
  readonly values: ValueThatLeft[] = [];
  readonly endings: EndingSeen[] = [];
  unanswered: Record<string, number> = {};
  private readonly said: Said[] = [];
  answered = 0;

  /** A change with an Idempotency-Key, until it is answered by something else than "not now". */
  async change<T extends object = Record<string, unknown>>(
    person: Person,
    path: string,
    body: object = {},
    patienceMs = PATIENCE_MS,
  ): Promise<Answer<T>> {
    const key = randomUUID();
    const answer = await this.insistent(() => person.post<T>(path, body, { 'idempotency-key': key }), patienceMs); // prettier-ignore
    if (answer.status < 400) this.said.push({ person, path, body, key, first: answer as Answer });
    return answer;
  }

  /** The same as something that ends access. `isOwed` false: the database is away, nobody can promise an answer. */
  async ending(
    person: Person,
    path: string,
    of: Pick<EndingSeen, 'grantId' | 'declarationId'>,
    { isOwed = true, patienceMs = PATIENCE_MS } = {},
  ): Promise<Answer | undefined> {
    const ending: EndingSeen = { what: path, ...of, doneAt: null, isOwed };
    this.endings.push(ending);
    const answer = await this.change(person, path, { reason: '復旧が完了したため' }, patienceMs).catch(() => undefined); // prettier-ignore
    if (answer?.status === 200) ending.doneAt = performance.now();
    return answer;
  }

  /** A use by an operator: whatever value it brings is kept; what it brought. */
  async use<T extends object>(
    grantId: string,
    ask: () => Promise<Answer<T>>,
    recordOf: (answer: Answer<T>) => string | undefined,
  ): Promise<Answer<T> | undefined> {
    const askedAt = performance.now();
    const answer = await ask().catch((error: unknown) => this.note(error));
    if (answer === undefined) return undefined;
    this.answered += 1;
    if (answer.status >= 500) this.count(String(answer.status));
    const recordId = recordOf(answer);
    if (recordId !== undefined) this.values.push({ grantId, recordId, askedAt });
    return answer;
  }

  /** Until something else comes than nothing, or "not now". */
  async insistent<T>(ask: () => Promise<Answer<T>>, patienceMs = PATIENCE_MS): Promise<Answer<T>> {
    const until = performance.now() + patienceMs;
    for (;;) {
      const answer = await ask().catch((error: unknown) => this.note(error));
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer;
      if (answer) this.count(String(answer.status));
      if (performance.now() > until) throw new Error(`no answer but ${answer?.status} ${JSON.stringify(answer?.body)}`); // prettier-ignore
      await pause(AGAIN_MS);
    }
  }

  /** All that was acknowledged, said once more with its key. */
  async repeats(): Promise<Repeat[]> {
    const told: Repeat[] = [];
    for (const { person, path, body, key, first } of this.said) {
      const again = await this.insistent(() => person.post(path, body, { 'idempotency-key': key }));
      const of = ({ status, body: said }: Answer): object => ({ status, said });
      told.push({ what: path, first: of(first), again: of(again) });
    }
    return told;
  }

  /** How many asked and got nothing, or "not now". */
  get met(): number {
    return Object.values(this.unanswered).reduce((sum, count) => sum + count, 0);
  }

  takeUnanswered(): Record<string, number> {
    const taken = this.unanswered;
    this.unanswered = {};
    return taken;
  }

  private note(error: unknown): undefined {
    const { cause } = error as { cause?: { code?: string } };
    this.count(cause?.code ?? (error as Error).message);
    return undefined;
  }

  private count(what: string): void {
    this.unanswered[what] = (this.unanswered[what] ?? 0) + 1;
  }
}
