import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext } from 'playwright-core';
import { packageRoot } from '../../src/config/package-root.js';
import { startChromium } from '../browser/chromium.js';
import { Storm } from '../stories/storm.js';
import type { Ground } from './ground.js';
import { row, type Row } from './report.js';

/** A poor link and a slow machine: 400 kbit/s both ways, 400 ms there and back, a quarter of this machine's CPU. */
const LINK = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const CPU_DIVIDED_BY = 4;

const FIRST_ROW = 'main .card h3, main tbody tr';

/** Writes down when the first line of what one came for stands on the screen; run before the page's own scripts. */
const WATCH = `new MutationObserver((_, observer) => {
  if (document.querySelector('${FIRST_ROW}') === null) return;
  observer.disconnect();
  requestAnimationFrame(() => { globalThis.firstRowAt = performance.now(); });
}).observe(document, { childList: true, subtree: true });`;

const SEEN_AT = `new Promise((done) => {
  const look = () => globalThis.firstRowAt === undefined ? requestAnimationFrame(look) : done(globalThis.firstRowAt);
  look();
})`;

/** Signed in already, and with nothing kept of an earlier visit. */
async function coldContext(
  browser: Browser,
  cookie: { name: string; value: string },
  url: string,
): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'ja-JP', serviceWorkers: 'block' });
  await context.addCookies([{ ...cookie, url }]);
  await context.addInitScript(WATCH);
  return context;
}

async function firstRowMs(
  browser: Browser,
  cookie: { name: string; value: string },
  url: string,
): Promise<number> {
  const context = await coldContext(browser, cookie, url);
  const page = await context.newPage();
  const control = await context.newCDPSession(page);
  await control.send('Network.enable');
  await control.send('Network.emulateNetworkConditions', LINK);
  await control.send('Emulation.setCPUThrottlingRate', { rate: CPU_DIVIDED_BY });
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator(FIRST_ROW).first().waitFor({ timeout: 60_000 });
  const took = await page.evaluate<number>(SEEN_AT);
  await context.close();
  return took;
}

/** The scripts that the page names: all that its first screen is made of. */
async function namedScripts(url: string, cookie: { name: string; value: string }): Promise<string[]> {
  const headers = { accept: 'text/html', 'accept-language': 'ja', cookie: `${cookie.name}=${cookie.value}` };
  const html = await (await fetch(url, { headers })).text();
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].flatMap(([, name]) => name ?? []);
}

async function cookieOf(url: string, personId: string): Promise<{ name: string; value: string }> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person_id: personId }),
  });
  const [, name, value] = /^([^=]+)=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '') ?? [];
  if (name === undefined || value === undefined) throw new Error(`${personId} is not signed in`);
  return { name, value };
}

/** The headquarters' board, cold, over the poor link; and what its scripts weigh. */
export async function consoleRows(ground: Ground, times: number): Promise<Row[]> {
  const storm = new Storm(ground.url, () => Date.now());
  await storm.declared();
  const cookie = await cookieOf(ground.url, 'hq-1');
  const scripts = await namedScripts(ground.url, cookie);
  const bytes = scripts.map((name) => readFileSync(join(packageRoot(), 'dist', 'console', name)));
  const kilobytes = bytes.reduce((sum, one) => sum + gzipSync(one, { level: 9 }).length, 0) / 1024;
  const browser = await startChromium();
  try {
    const took: number[] = [];
    for (let run = 0; run < times; run += 1) took.push(await firstRowMs(browser, cookie, ground.url));
    return [
      row('console: first row, cold, 400 kbit/s, 400 ms, CPU ÷ 4', 'ms', took, { atMost: 2_500 }),
      row('console: scripts of that screen, gzipped', 'KB', [kilobytes], { atMost: 60 }),
    ];
  } finally {
    await browser.close();
  }
}
