import { setTimeout as pause } from 'node:timers/promises';
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

/** The act is refused, with this code. */
export const refused = (status: number, code: string): Expected<unknown> => ({ status, code });

/** Tells the story line by line, with the time of day and how long each act took, and keeps what went otherwise. */
export class Narrator {
  readonly otherwise: string[] = [];
  private readonly startedAt = performance.now();
  private acts = 0;
  private refusals = 0;

  chapter(title: string): void {
    console.log(`\n■ ${title}`);
  }

  note(text: string): void {
    console.log(`                     ${text}`);
  }

  /** The clock cannot be moved: what ends by itself is waited for. */
  async wait(until: string, what: string): Promise<void> {
    const ms = Math.max(0, Date.parse(until) - Date.now()) + 50;
    this.note(`（${(ms / 1000).toFixed(1)} 秒待つ: ${what}）`);
    await pause(ms);
  }

  /** Plays one act; the story goes on when it ends otherwise, and the run fails at its end. */
  async act<T>(who: string, what: string, play: () => Promise<Answer<T>>, expected: Expected<T>): Promise<T> {
    const startedAt = performance.now();
    const answer = await play();
    const ms = (performance.now() - startedAt).toFixed(0).padStart(5);
    this.acts += 1;
    if (answer.status >= 400) this.refusals += 1;
    const { code, detail, next } = answer.body as { code?: string; detail?: string; next?: string };
    const outcome =
      answer.status < 400
        ? (expected.say?.(answer.body) ?? '')
        : `×${answer.status} ${code ?? ''} ${detail ?? ''}`;
    console.log(
      `${CLOCK.format(new Date())} ${ms} ms  ${who}: ${what}${outcome === '' ? '' : ` → ${outcome}`}`,
    );
    if (answer.status >= 400 && next !== undefined) this.note(`次の手順: ${next}`);
    if (!isAsTold(answer, expected)) this.complain(`${who}: ${what}`, answer, expected);
    return answer.body;
  }

  /** What another program says of the story, line by line. */
  check(what: string, isRight: boolean, lines: readonly string[]): void {
    console.log(
      `${CLOCK.format(new Date())}           ${what} → ${isRight ? '' : '×'}${lines[1] ?? lines[0] ?? ''}`,
    );
    for (const line of lines.slice(2).filter((one) => one !== '')) this.note(line);
    if (!isRight) this.otherwise.push(`${what}: ${lines.join(' / ')}`);
  }

  private complain<T>(line: string, answer: Answer<T>, { status, code }: Expected<T>): void {
    const wanted = `${status}${code === undefined ? '' : ` ${code}`}`;
    const whole = `${line}: ${wanted} のはずが ${answer.status} ${JSON.stringify(answer.body).slice(0, 600)}`;
    this.otherwise.push(whole);
    this.note(`！ ${whole}`);
  }

  /** → whether everything went as told. */
  end(): boolean {
    const seconds = ((performance.now() - this.startedAt) / 1000).toFixed(0);
    console.log(
      `\n${this.acts} 場面（うち断られたもの ${this.refusals}）、${seconds} 秒、筋書きと違ったもの ${this.otherwise.length}`,
    );
    for (const line of this.otherwise) console.log(`  ！ ${line}`);
    return this.otherwise.length === 0;
  }
}

function isAsTold<T>(answer: Answer<T>, { status, code, check }: Expected<T>): boolean {
  if (answer.status !== status) return false;
  if (code !== undefined && (answer.body as { code?: string }).code !== code) return false;
  return check === undefined || check(answer.body);
}
