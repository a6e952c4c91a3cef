import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { packageRoot } from '../../src/config/package-root.js';

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

/** A machine without a Japanese font would show boxes: the one that prints our documents is lent to the browser. */
async function fonts(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kashikagi-fonts-'));
  const own = join(packageRoot(), 'node_modules', '@expo-google-fonts', 'biz-udgothic');
  const lines = ['/usr/share/fonts', own].map((one) => `<dir>${one}</dir>`).join('');
  const cache = `<cachedir>${join(folder, 'cache')}</cachedir>`;
  const file = join(folder, 'fonts.conf');
  await writeFile(file, `<?xml version="1.0"?><fontconfig>${lines}${cache}</fontconfig>`);
  return file;
}

export async function startChromium(): Promise<Browser> {
  const [executablePath, fontsFile] = await Promise.all([executable(), fonts()]);
  const env = { ...(process.env as Record<string, string>), FONTCONFIG_FILE: fontsFile };
  return chromium.launch({ executablePath, args: QUIET, env });
}
