import type { Answer } from './actors.js';

const CLOCK = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** What an act came to: the expected status (and code), and a line that says it in words. */
export interface Expected<T> {
  status: number;
  code?: string;
  say?: (body: T) => string;
  check?: (body: T) => boolean;
}

/** Tells the story line by line, with the time of day and how long each act took, and keeps what went otherwise. */
export class Narrator {
  readonly otherwise: string[] = [];
  private acts = 0;

  chapter(title: string): void {
    console.log(`\n■ ${title}`);
  }

  note(text: string): void {
    console.log(`                     ${text}`);
  }

  /** Plays one act; the story goes on when it ends otherwise, and the run fails at its end. */
  async act<T>(who: string, what: string, play: () => Promise<Answer<T>>, expected: Expected<T>): Promise<T> {
    const startedAt = performance.now();
    const answer = await play();
    const ms = (performance.now() - startedAt).toFixed(0).padStart(5);
    this.acts += 1;
    const { code, detail, next } = answer.body as { code?: string; detail?: string; next?: string };
    const isAsExpected =
      answer.status === expected.status &&
      (expected.code === undefined || code === expected.code) &&
      (expected.check === undefined || expected.check(answer.body));
    const outcome =
      answer.status < 400 ? (expected.say?.(answer.body) ?? '') : `×${answer.status} ${detail ?? ''}`;
    console.log(
      `${CLOCK.format(new Date())} ${ms} ms  ${who}: ${what}${outcome === '' ? '' : ` → ${outcome}`}`,
    );
    if (answer.status >= 400 && next !== undefined) this.note(`次の手順: ${next}`);
    if (!isAsExpected) this.complain(who, what, answer, expected);
    return answer.body;
  }

  private complain<T>(who: string, what: string, answer: Answer<T>, expected: Expected<T>): void {
    const wanted = `${expected.status}${expected.code === undefined ? '' : ` ${expected.code}`}`;
    const line = `${who}: ${what}: ${wanted} のはずが ${answer.status} ${JSON.stringify(answer.body)}`;
    this.otherwise.push(line);
    this.note(`！ ${line}`);
  }

  /** → whether everything went as told. */
  end(): boolean {
    console.log(`\n${this.acts} 場面、うち筋書きと違ったもの ${this.otherwise.length}`);
    for (const line of this.otherwise) console.log(`  ！ ${line}`);
    return this.otherwise.length === 0;
  }
}
