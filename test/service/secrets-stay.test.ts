import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';
import { Operator, send } from '../stories/actors.js';
import { expectStatus, samplePoints, Storm } from '../stories/storm.js';
import { DataFolder } from './service-process.js';

/** Shorter ones could stand anywhere by chance. */
const SHORTEST = 20;

/** Every secret that goes over the wire while this looks: cookies, tokens, proofs, credentials of systems. */
class Wire {
  readonly seen = new Map<string, string>();
  private readonly fetch = globalThis.fetch;

  constructor() {
    globalThis.fetch = async (input, init) => {
      for (const [name, value] of new Headers(init?.headers)) this.header(name, value);
      const response = await this.fetch(input, init);
      for (const [name, value] of response.headers) this.header(name, value);
      const text = await response.clone().text();
      for (const [, token = ''] of text.matchAll(/"access_token":"([^"]+)"/g))
        this.keep('access token', token);
      return response;
    };
  }

  stop(): void {
    globalThis.fetch = this.fetch;
  }

  private header(name: string, value: string): void {
    if (/^(set-)?cookie$/.test(name)) this.keep('session cookie', /=([^;]+)/.exec(value)?.[1] ?? '');
    if (name === 'authorization') this.keep('authorization', value.split(' ')[1] ?? '');
    if (name === 'dpop') this.keep('DPoP proof', value);
  }

  private keep(name: string, value: string): void {
    if (value.length < SHORTEST || this.seen.has(value)) return;
    this.seen.set(value, name);
    // Of a signed token also what alone would do harm.
    if (value.split('.').length === 3) this.seen.set(value.split('.')[2] ?? value, `signature of ${name}`);
  }
}

/** Private parts of every key file: whatever is long, and no name, time or public coordinate. */
async function keyMaterial(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) walk(member, `${name}/${key}`);
    } else if (
      typeof value === 'string' &&
      value.length >= SHORTEST &&
      !/\/(x|y|kid|at|from|origin)$/.test(name)
    ) {
      if (!/^\d{4}-\d{2}-\d{2}T/.test(value)) found.set(value, name);
    }
  };
  for (const file of await readdir(folder))
    walk(JSON.parse(await readFile(join(folder, file), 'utf8')), file);
  return found;
}

async function filesBelow(folder: string, without: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .filter((file) => !without.some((part) => file.startsWith(join(folder, part))));
}

const leaked = (secrets: ReadonlyMap<string, string>, where: string, text: string): string[] =>
  [...secrets].filter(([value]) => text.includes(value)).map(([, name]) => `${name} in ${where}`);

describe('secrets', () => {
  it('stay out of the log, at its most talkative, and out of every file but their own', async () => {
    const data = await DataFolder.make();
    const shipped = await readFile(join(packageRoot(), 'config', 'demonstration.json'), 'utf8');
    const config = join(data.parent, 'talkative.json');
    await writeFile(config, JSON.stringify({ ...(JSON.parse(shipped) as object), logLevel: 'debug' }));
    const wire = new Wire();
    try {
      const service = data.start({ KASHIKAGI_CONFIG: config });
      const url = await service.ready();
      const { wheeling_url: wheeling } = JSON.parse(await readFile(join(data.path, 'run.json'), 'utf8')) as Record<string, string>;
      await life(new Storm(url), await samplePoints(wheeling ?? ''));
      expect(await data.run(['rotate-token-keys'], { KASHIKAGI_CONFIG: config })).toMatchObject({ code: 0 });
      const { output } = await service.killGroup('SIGINT');

      const secrets = new Map([...wire.seen, ...(await keyMaterial(join(data.path, 'keys')))]);
      const kinds = new Set([...secrets.values()].map((name) => name.replace(/[/].*/, '')));
      for (const kind of ['session cookie', 'access token', 'DPoP proof', 'authorization', 'token-keys.json', 'field-keys.json', 'ledger-key.json'])
        expect(kinds).toContain(kind);
      expect(output.split('\n').length).toBeGreaterThan(5);
      expect(leaked(secrets, 'the log', output)).toEqual([]);
      for (const file of await filesBelow(data.path, ['keys', 'postgres']))
        expect(leaked(secrets, file, await readFile(file, 'latin1'))).toEqual([]);

      // One of each kind, planted, is found.
      for (const [value, name] of secrets)
        expect(leaked(secrets, 'a line', `error: ${value} is wrong`)).toContain(`${name} in a line`);
    } finally {
      wire.stop();
      await data.remove();
    }
  }); // prettier-ignore
});

/** A shift, with everything that goes wrong with secrets in it. */
async function life(storm: Storm, points: Awaited<ReturnType<typeof samplePoints>>): Promise<void> {
  const { url } = storm;
  const declaration = await storm.declared();
  const { operator, grantId } = await storm.operator('operator-a-01', declaration.id);
  const point = points.find(({ outage_state: state }) => state === 'outage');
  const search = {
    supply_point_id: point?.supply_point_id,
    second_factor: { contact_phone_last4: point?.contact_phone.slice(-4) },
  };
  const { results } = expectStatus(await operator.lookup(search), 200);
  const { token = '' } = operator;
  await operator.reveal(results[0]?.ref ?? '', 'contact_phone', '折り返しのため');
  const basic = { authorization: `Basic ${Buffer.from('demo-rs:demo-rs-secret').toString('base64')}` };
  await send(`${url}/oauth/introspect`, 'POST', `token=${token}`, { ...basic, 'content-type': 'application/x-www-form-urlencoded' }); // prettier-ignore
  await send(`${url}/oauth/introspect`, 'POST', `token=${token}`, { ...basic });
  await send(`${url}/access/v1/evaluation`, 'POST', { subject: { id: token }, token }, basic);
  // A token in every place where it does not belong.
  await send(`${url}/api/v1/grants/${token}`, 'GET');
  await send(`${url}/api/v1/lookups?access_token=${token}`, 'POST', `{"token":"${token}",`, { authorization: `Bearer ${token}` }); // prettier-ignore
  await send(`${url}/api/v1/session`, 'POST', { person_id: token });
  await send(`${url}/api/v1/lookups`, 'POST', {}, { authorization: `DPoP ${token}`, dpop: `${operator.terminal.proof('GET', url, token)}x` }); // prettier-ignore
  const other = new Operator(await storm.person('operator-a-02'), operator.terminal);
  await other.credential(grantId);
  const hq = await storm.person('hq-1');
  expectStatus(await hq.post(`/api/v1/declarations/${declaration.id}/lift`, { reason: '復旧のため' }), 200);
  await operator.lookup(search);
}
