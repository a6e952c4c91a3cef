import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/config/package-root.js';
import { filesBelow, textOf } from './sources.js';

interface Locked {
  version: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}
interface Bill {
  bomFormat: string;
  specVersion: string;
  components: { name: string; version: string; purl: string; properties?: { name: string }[] }[];
}

const manifest = JSON.parse(textOf('package.json')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;
const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, Locked> };
const locked = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({
    ...entry,
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
  }));

const PERMISSIVE = [
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  '0BSD',
  'CC0-1.0',
  'Python-2.0',
];
/** A font, embedded in PDF as its licence allows. */
const SHIPPED = [...PERMISSIVE, 'OFL-1.1'];
/** Tools: used unchanged, and not shipped. */
const OF_TOOLS = [...PERMISSIVE, 'MPL-2.0', 'CC-BY-4.0'];
/** Whose manifest says none; what its LICENSE file says. */
const BY_FILE: Record<string, { license: string; says: RegExp }> = {
  'png-js': { license: 'MIT', says: /^MIT License/ },
};

/** SPDX: `A AND B` needs both, `A OR B` one of them. */
function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some((one) => isAllowed(one, allowed));
  return bare.split(' AND ').every((one) => allowed.includes(one));
}

const licenseOf = ({ name, license }: { name: string; license?: string }): string =>
  license ?? BY_FILE[name]?.license ?? 'none told';

describe('what comes from others', () => {
  it('has a licence that we may ship, or use as a tool', () => {
    const wrong = locked.filter((one) => !isAllowed(licenseOf(one), one.dev ? OF_TOOLS : SHIPPED));
    expect(wrong.map((one) => `${one.name} ${licenseOf(one)}`)).toEqual([]);
    expect(locked.length).toBeGreaterThan(300);
  });

  it('that tells none in its manifest tells it in its LICENSE', () => {
    expect(
      locked
        .filter(({ license }) => license === undefined)
        .map(({ name }) => name)
        .filter((name) => !(name in BY_FILE)),
    ).toEqual([]);
    for (const [name, { says }] of Object.entries(BY_FILE))
      expect(textOf(`node_modules/${name}/LICENSE`)).toMatch(says);
  });

  it('is named in README with the reason, and nothing else is', () => {
    const section = textOf('README.md').split('## Dependencies, and why')[1] ?? '';
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(1)
      .filter((line) => !line.startsWith('| ---'));
    const reasons = rows.map((row) => row.split('|')[2]?.trim() ?? '');
    const inFirst = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    expect(reasons.filter((reason) => reason.length < 5)).toEqual([]);
    expect(inFirst.sort()).toEqual(
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort(),
    );
  });

  it('and ships is in the bill of materials (CycloneDX)', async () => {
    const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
    expect(textOf('package.json')).toContain(`"sbom": "npm ${words.join(' ')}"`);
    const { stdout } = await promisify(execFile)('npm', words, { cwd: packageRoot(), maxBuffer: 2 ** 26 });
    const bill = JSON.parse(stdout) as Bill;
    expect(bill.bomFormat).toBe('CycloneDX');
    const isTool = ({ properties = [] }: Bill['components'][number]): boolean =>
      properties.some(({ name }) => name === 'cdx:npm:package:development');
    // Two copies of one version, one of them a tool's, are one line of the bill: it is there, whatever it is marked as.
    const all = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
    const listed = new Set(
      bill.components.filter((one) => !isTool(one)).map(({ name, version }) => `${name}@${version}`),
    );
    const ships = locked.filter(({ dev, optional, devOptional }) => !dev && !optional && !devOptional);
    expect(
      Object.keys(manifest.dependencies).filter(
        (name) => ![...listed].some((one) => one.startsWith(`${name}@`)),
      ),
    ).toEqual([]);
    expect(
      ships.filter(({ name, version }) => !all.has(`${name}@${version}`)).map(({ name }) => name),
    ).toEqual([]);
    expect(bill.components.every(({ purl }) => purl.startsWith('pkg:npm/'))).toBe(true);
  });

  it('would be seen with a licence that is not allowed', () => {
    expect(isAllowed('GPL-3.0', SHIPPED)).toBe(false);
    expect(isAllowed('MIT AND GPL-3.0', SHIPPED)).toBe(false);
    expect(isAllowed('(MIT OR GPL-3.0)', SHIPPED)).toBe(true);
    expect(isAllowed('MPL-2.0', SHIPPED)).toBe(false);
  });
});

describe('the runbook', () => {
  it('names metrics, files and verbs that there are', () => {
    const runbook = textOf('README.md').split('## 最悪の六夜')[1]?.split('\n## ')[0] ?? '';
    const meters = [...filesBelow('src/meters'), ...filesBelow('src/operations')].map(textOf).join('\n');
    const metrics = [...new Set(runbook.match(/kashikagi_[a-z_]+/g))];
    expect(metrics.length).toBeGreaterThan(8);
    expect(metrics.filter((name) => !meters.includes(name))).toEqual([]);
    const verbs = [...new Set([...runbook.matchAll(/kashikagi ([a-z-]+)/g)].map(([, verb = '']) => verb))];
    expect(
      verbs.filter((verb) => !new RegExp(`^  '?${verb}'?: \\{`, 'm').test(textOf('src/cli.ts'))),
    ).toEqual([]);
    expect(runbook.match(/^### \d\. /gm)).toHaveLength(6);
  });
});
