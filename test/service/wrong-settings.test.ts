import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { packageRoot } from '../../src/config/package-root.js';
import { ServiceProcess } from './service-process.js';

const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(packageRoot(), 'config', name), 'utf8')) as Record<string, unknown>;
const demonstration = read('demonstration.json');
const production = read('production.json');
/** An identity provider that would do, but for what a case changes. */
const provider = (more: object = {}): object => ({
  id: 'utility',
  label: '社員認証',
  issuer: 'https://login.example',
  clientId: 'kashikagi',
  organizationIds: ['tdo'],
  claim: 'sub',
  ...more,
});
const nowhere = 'postgres://kashikagi_app:pw-not-told@127.0.0.1:1/kashikagi';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kashikagi-settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function configuration(content: unknown): Promise<{ KASHIKAGI_CONFIG: string }> {
  const file = join(folder, 'kashikagi.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return { KASHIKAGI_CONFIG: file };
}

describe('a wrong setting stops the start with one line', () => {
  it.each<[string, Record<string, string>, unknown, RegExp]>([
    ['a port that is no number', { KASHIKAGI_PORT: 'http' }, undefined, /^KASHIKAGI_PORT must be a port number \(0 to 65535\), not "http"$/],
    ['a port that does not exist', { KASHIKAGI_PORT: '70000' }, undefined, /^KASHIKAGI_PORT must be a port number \(0 to 65535\), not "70000"$/],
    ['a port in the file that does not exist', { KASHIKAGI_PORT: '' }, { ...demonstration, port: 70000 }, /"port" has no usable value \(70000\): 0 to 65535$/],
    ['an operations place without a host', {}, { ...demonstration, operations: { port: 1 } }, /"operations" has no usable value/],
    ['an operations port that does not exist', { KASHIKAGI_OPERATIONS_PORT: '70000' }, undefined, /^KASHIKAGI_OPERATIONS_PORT must be a port number \(0 to 65535\), not "70000"$/],
    ['a configuration that is not there', { KASHIKAGI_CONFIG: '/nowhere.json' }, undefined, /cannot read \/nowhere\.json$/],
    ['a configuration that is not JSON', {}, '{', /: not valid JSON$/],
    ['a setting that nobody knows', {}, { ...demonstration, prot: 1 }, /: unknown setting "prot"$/],
    ['a setting that is missing', {}, { ...demonstration, ruleVersion: undefined }, /"ruleVersion" has no usable value/],
    ['a ledger origin with a scheme', {}, { ...demonstration, ledgerOrigin: 'https://a.example' }, /"ledgerOrigin" has no usable value/],
    ['a ledger origin with a space', {}, { ...demonstration, ledgerOrigin: 'a.example/one two' }, /"ledgerOrigin" has no usable value/],
    ['a policy looser than the rules', {}, { ...demonstration, policy: { ...(demonstration['policy'] as object), declarationHours: 73 } }, /"policy.declarationHours" has no usable value \(73\): 1 to 72$/],
    ['records kept for less than five years', {}, { ...demonstration, retentionYears: 4 }, /"retentionYears" has no usable value \(4\): records are kept for at least 5 years from the day of use$/],
    ['other systems that nobody names', {}, { ...demonstration, otherSystems: [] }, /"otherSystems" has no usable value/],
    ['a public URL with a path', { KASHIKAGI_PUBLIC_URL: 'https://a.example/b' }, undefined, /^KASHIKAGI_PUBLIC_URL must be http\(s\):\/\/host\[:port\] and nothing behind it, not "https:\/\/a.example\/b"$/],
    ['a database URL of another kind', { DATABASE_URL: 'mysql://x' }, undefined, /^DATABASE_URL must be a postgres:\/\/ URL$/],
    ['the demonstration in production', { NODE_ENV: 'production' }, demonstration, /the demonstration does not run with NODE_ENV=production$/],
    ['the demonstration for everybody', {}, { ...demonstration, host: '0.0.0.0' }, /the demonstration listens on loopback only/],
    ['the demonstration on every address of the machine', {}, { ...demonstration, host: '::' }, /the demonstration listens on loopback only/],
    ['the demonstration with NODE_ENV and its own file', { NODE_ENV: 'production', DATABASE_URL: nowhere }, { ...demonstration, publicUrl: 'https://a.example' }, /the demonstration does not run with NODE_ENV=production$/],
    ['people recognised by an address', {}, { ...demonstration, identityProviders: [provider({ claim: 'email' })] }, /"identityProviders" has no usable value/],
    ['a provider that vouches for nobody', {}, { ...demonstration, identityProviders: [provider({ organizationIds: [] })] }, /"identityProviders" has no usable value/],
    ['a provider twice', {}, { ...demonstration, identityProviders: [provider(), provider()] }, /"identityProviders" has no usable value/],
    ['a provider without https, elsewhere', {}, { ...demonstration, identityProviders: [provider({ issuer: 'http://login.example' })] }, /"identityProviders" has no usable value/],
    ['a provider without https in production', { DATABASE_URL: nowhere }, { ...production, identityProviders: [provider({ issuer: 'http://127.0.0.1:1' })] }, /the identity provider "utility" needs https$/],
    ['a secret in the file', {}, { ...demonstration, identityProviders: [provider({ clientSecret: 'pw-not-told' })] }, /"identityProviders" has no usable value/],
    ['presence for longer than five minutes', {}, { ...demonstration, policy: { ...(demonstration['policy'] as object), presenceMinutes: 6 } }, /"policy.presenceMinutes" has no usable value \(6\): 1 to 5$/],
    ['a policy with a name that nobody knows', {}, { ...demonstration, policy: { ...(demonstration['policy'] as object), presenceHours: 1 } }, /"policy.presenceHours" has no usable value \(1\): no such setting; there are unconfirmedMinutes, /],
    ['an operator code of three digits', {}, { ...demonstration, operatorCode: '123' }, /"operatorCode" has no usable value \("123"\): two digits, as text$/],
    ['a wheeling system without an address', {}, { ...demonstration, wheeling: { kind: 'http' } }, /"wheeling" has no usable value \(\{"kind":"http"\}\): \{"kind": "sample"\} or /],
    ['sessions that last idle for longer than a shift', {}, { ...demonstration, sessionIdleMinutes: 721 }, /"sessionIdleMinutes" has no usable value \(721\): a whole number, 2 to 720$/],
    ['limits with a name that nobody knows', {}, { ...demonstration, limits: { ...(demonstration['limits'] as object), address: { perSecond: 1, brust: 5 } } }, /"limits.address" has no usable value /],
    ['a limit that lets nobody in', {}, { ...demonstration, limits: { ...(demonstration['limits'] as object), endings: { perSecond: 1, burst: 0 } } }, /"limits.endings" has no usable value /],
    ['a limit that is missing', {}, { ...demonstration, limits: { ...(demonstration['limits'] as object), person: undefined } }, /"limits.person" has no usable value \(missing\): /],
    ['proxies that are everybody', {}, { ...demonstration, trustProxy: ['0.0.0.0/0'] }, /"trustProxy" has no usable value/],
    ['a proxy by a name', {}, { ...demonstration, trustProxy: ['loopback'] }, /"trustProxy" has no usable value/],
    ['a proxy that is just true', {}, { ...demonstration, trustProxy: true }, /"trustProxy" has no usable value/],
    ['the demonstration before real data', {}, { ...demonstration, wheeling: { kind: 'http', url: 'http://127.0.0.1:1' } }, /never stands before a real wheeling system$/],
    ['the demonstration before real data, on loopback, by another address', {}, { ...demonstration, host: '::1', wheeling: { kind: 'http', url: 'https://wheeling.example' } }, /never stands before a real wheeling system$/],
    ['the demonstration with the drill’s real data', {}, { ...demonstration, drillWheeling: { kind: 'http', url: 'https://drill.example' } }, /drills of the demonstration use the sample, or no data$/],
    ['the demonstration in a network of its own', {}, { ...demonstration, host: '10.0.0.5' }, /the demonstration listens on loopback only/],
    ['the demonstration by a name that might be anybody’s', {}, { ...demonstration, host: 'localhost.example' }, /the demonstration listens on loopback only/],
    ['the demonstration with everything wrong at once', { NODE_ENV: 'production' }, { ...demonstration, host: '0.0.0.0', wheeling: { kind: 'http', url: 'https://wheeling.example' } }, /the demonstration does not run with NODE_ENV=production$/],
    ['production with the sample', { DATABASE_URL: nowhere }, { ...production, wheeling: { kind: 'sample' } }, /production needs "wheeling"/],
    ['production without a public URL', { DATABASE_URL: nowhere }, { ...production, publicUrl: null }, /production needs "publicUrl"$/],
    ['production without a database', {}, production, /^production needs DATABASE_URL$/],
    ['a database that is not there', { DATABASE_URL: nowhere }, production, /^DATABASE_URL \(127\.0\.0\.1:1\/kashikagi\): nothing listens there$/],
    ['a data folder that is a file', { KASHIKAGI_DATA: '/dev/null' }, undefined, /^The data folder \/dev\/null cannot be used/],
  ])('%s', async (_what, environment, content, line) => {
    const config = content === undefined ? {} : await configuration(content);
    const data = { KASHIKAGI_DATA: join(folder, 'data'), KASHIKAGI_PORT: '0' };
    const { code, output } = await ServiceProcess.run('main', { ...data, ...config, ...environment }).ended;
    const said = output.trim().replace(/^kashikagi: /, '');
    expect(said.split('\n')).toHaveLength(1);
    expect(said).toMatch(line);
    expect(said).not.toContain('pw-not-told');
    expect(code).toBe(1);
  }); // prettier-ignore
});
