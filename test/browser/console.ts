import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Broker, type BrokerOptions } from '../harness/broker.js';
import { startChromium } from './chromium.js';

export const PHONE = { width: 390, height: 844 };
export const TABLET = { width: 820, height: 1180 };
export const DESKTOP = { width: 1440, height: 900 };

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export type Language = 'ja' | 'en';

/** A browser window of one person; what it logs as an error is kept, and a test may ask for it. */
export class Window {
  readonly errors: string[] = [];

  constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    readonly url: string,
  ) {
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (line) => {
      // A refusal (4xx) is an answer like any other; the browser logs it all the same.
      if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
        this.errors.push(line.text());
    });
  }

  /** Opens an address of the console and waits for its heading. */
  async open(path: string): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
    await this.page.locator('h1').first().waitFor();
  }

  /** As a person does it in the demonstration: by the button with the name. */
  async signInAs(personId: string): Promise<void> {
    await this.open('/');
    await this.page.getByRole('button', { name: personId, exact: false }).first().click();
    await this.page.locator('.who').waitFor();
  }

  press(name: string | RegExp): Promise<void> {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' }).click();
  }

  async fill(label: string | RegExp, text: string): Promise<void> {
    await this.page.getByLabel(label).first().fill(text);
  }

  heading(): Promise<string | null> {
    return this.page.locator('h1').first().textContent();
  }

  /** Waits until an expression is true in the page, asked from outside: the page's own rules let no text be run in it. */
  async until(expression: string): Promise<void> {
    const deadline = performance.now() + 30_000;
    while (!(await this.page.evaluate<boolean>(expression))) {
      if (performance.now() > deadline) throw new Error(`did not come: ${expression}`);
      await this.page.waitForTimeout(50);
    }
  }

  /** What axe-core finds on the screen as it is, one line each; its source is run in the page, not loaded by it. */
  async faults(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(
      async () =>
        await (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({
          // Only the faults are described: what passes is not read by anybody.
          resultTypes: ['violations'],
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }),
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }

  /** The same on each of these screens, when all that they ask for is there. */
  async faultsOn(paths: readonly string[]): Promise<string[]> {
    const faults: string[] = [];
    for (const path of paths) {
      await this.open(path);
      await this.page.waitForLoadState('networkidle');
      faults.push(...(await this.faults()).map((fault) => `${path} ${fault}`));
    }
    return faults;
  }
}

/** The real service on a real port, and a real browser before it: one of each for a test file. */
export class Consoles {
  private constructor(
    readonly broker: Broker,
    private readonly browser: Browser,
  ) {}

  static async start(options: BrokerOptions = {}): Promise<Consoles> {
    const [broker, browser] = await Promise.all([Broker.start(options), startChromium()]);
    return new Consoles(broker, browser);
  }

  /** A window with cookies of its own, as another person's machine. */
  async window(of: { language?: Language; size?: { width: number; height: number } } = {}): Promise<Window> {
    const context = await this.browser.newContext({
      locale: of.language === 'en' ? 'en-GB' : 'ja-JP',
      timezoneId: 'Asia/Tokyo',
      viewport: of.size ?? DESKTOP,
    });
    context.setDefaultTimeout(15_000);
    return new Window(await context.newPage(), context, this.broker.url);
  }

  async as(personId: string, of: Parameters<Consoles['window']>[0] = {}): Promise<Window> {
    const window = await this.window(of);
    await window.signInAs(personId);
    return window;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.broker.stop();
  }
}
