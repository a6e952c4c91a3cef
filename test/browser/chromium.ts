import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const SYSTEMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Nothing is fetched from anywhere, and a container's small /dev/shm is not relied on. */
const QUIET = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
];

/** The system's Chromium where it is installed, else the one that comes as an npm package, unpacked once below the temporary folder. */
async function executable(): Promise<string> {
  const found = [process.env['KASHIKAGI_CHROMIUM'], ...SYSTEMS].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (found !== undefined) return found;
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}

export async function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await executable(), args: QUIET });
}
