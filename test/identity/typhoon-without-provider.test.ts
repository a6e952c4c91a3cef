import { createHash, generateKeyPairSync } from 'node:crypto';
import { Operator, Person, type Answer } from '../stories/actors.js';
import { PasskeyHolder } from '../stories/passkey-holder.js';
import { expectStatus, samplePoints, type SamplePoint } from '../stories/storm.js';
import { refusalOf, searchOf } from '../laws/witnesses.js';
import { SampleSystem } from '../wheeling/sample-system.js';
import { Browser } from './browser.js';
import { IdentityHouse } from './house.js';

/** A witness that nobody runs: its key is well formed (c2sp.org/signed-note, type 0x04), and nothing listens there. */
function absentWitness(): { url: string; vkey: string } {
  const { publicKey } = generateKeyPairSync('ed25519');
  const key = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
  ]);
  const name = 'witness.test/absent';
  const id = createHash('sha256').update(`${name}\n`).update(key).digest().subarray(0, 4).toString('hex');
  return { url: 'http://127.0.0.1:9', vkey: `${name}+${id}+${key.toString('base64')}` };
}

let house: IdentityHouse;
let wheeling: SampleSystem;
const keys = new Map<string, PasskeyHolder>();

beforeAll(async () => {
  wheeling = await SampleSystem.start();
  house = await IdentityHouse.open({ witnesses: [absentWitness()] }, { wheelingUrl: wheeling.url });
  await house.map('hq-1', 'utility', 'E-ichiro');
  await house.map('hq-2', 'utility', 'E-niko');
  await house.map('supervisor-a', 'retailer-a', 'sakura');
  await house.map('operator-a-01', 'retailer-a', 'ichika');
  await house.map('operator-a-02', 'retailer-a', 'futaba');
  for (const id of ['hq-1', 'hq-2', 'operator-a-02']) keys.set(id, await enrolled(id));
}, 180_000);
afterAll(async () => {
  await house.close();
  // The test stops it half-way, unless it fails before.
  await wheeling.stop().catch(() => undefined);
}, 120_000);

/** In quiet days: each shows a passkey, two officers take it. */
async function enrolled(personId: string): Promise<PasskeyHolder> {
  const holder = PasskeyHolder.at(await house.person(personId));
  const { id } = expectStatus(await holder.show(), 201);
  const officer = await house.person('officer-1');
  const proposed = expectStatus(await officer.post(`/api/v1/passkeys/${id}/propose`), 202);
  await house.confirm(String(proposed['change_id']));
  return holder;
}

/** Somebody who came in through a provider, with the browser's session. */
async function through(id: string, login: string, provider: string, query = ''): Promise<Person> {
  const browser = await house.signedIn(login, provider, query);
  const headers = new Headers();
  const token = browser.jar(house.url).get('kashikagi_session') ?? '';
  headers.append('set-cookie', `kashikagi_session=${token}; Path=/`);
  return new Person(house.url, id).takeCookie({ status: 200, body: {}, headers });
}

/** By the passkey alone, on a browser that nobody was signed in at. */
async function byPasskey(id: string): Promise<PasskeyHolder> {
  const known = keys.get(id);
  if (!known) throw new Error(`${id} has a passkey`);
  const holder = new PasskeyHolder(new Person(house.url, id), known.authenticator);
  expectStatus(await holder.signIn(), 200);
  return holder;
}

const reason = { reason: '復旧が完了したため' };

describe('a typhoon in which the provider goes away', () => {
  it('is declared, called for, granted and answered by sign-in at the providers, and goes on without them', async () => {
    const { storm } = house.broker;
    const point = (await samplePoints(wheeling.url)).find(
      (one) => one.outage_state === 'outage',
    ) as SamplePoint;

    // With the providers: headquarters by the utility's, the retailer's people by their own.
    const hq1 = await through('hq-1', 'ichiro', 'utility', '?step_up=1');
    const declaration = await storm.declare(hq1);
    const path = `/api/v1/declarations/${declaration.id}`;
    const hq2 = await through('hq-2', 'niko', 'utility', '?step_up=1');
    expectStatus(await hq2.post(`${path}/confirm`), 200);
    const call = expectStatus(await hq1.post(`${path}/support-calls`, storm.callBody()), 201);
    const supervisor = await through('supervisor-a', 'sakura', 'retailer-a');
    const people = ['operator-a-01', 'operator-a-02'];
    const body = { people, ends_at: storm.in(4), note: '夜間班' };
    const nominations = `/api/v1/support-calls/${String(call['id'])}/nominations`;
    const nomination = expectStatus(await supervisor.post(nominations, body), 201);
    const approve = `/api/v1/nominations/${String(nomination['id'])}/approve`;
    const { grants } = expectStatus(
      await hq2.post<{ grants: { id: string; person_id: string }[] }>(approve, {}),
      200,
    );
    const grantOf = (id: string): string => grants.find((one) => one.person_id === id)?.id ?? '';
    const [seatOne, seatTwo] = [await storm.enrolled(), await storm.enrolled()];
    const first = new Operator(await through('operator-a-01', 'ichika', 'retailer-a'), seatOne.terminal);
    await storm.acknowledged(first.person, grantOf('operator-a-01'));
    expectStatus(await first.credential(grantOf('operator-a-01')), 200);
    expect(expectStatus(await first.lookup(searchOf(point)), 200).outcome).toBe('found');

    // Half-way, both providers are gone.
    await Promise.all([house.utility.stop(), house.retailer.stop()]);
    const away = await new Browser().walk(house.signInUrl('utility'), 'ichiro', (url) =>
      url.startsWith(house.utility.issuer),
    );
    await expect(fetch(away.url)).rejects.toThrow('fetch failed');

    // Who is signed in goes on; who is not comes in by a passkey, and takes up the grant.
    expect(expectStatus(await first.lookup(searchOf(point)), 200).outcome).toBe('found');
    const second = new Operator((await byPasskey('operator-a-02')).person, seatTwo.terminal);
    await storm.acknowledged(second.person, grantOf('operator-a-02'));
    expectStatus(await second.credential(grantOf('operator-a-02')), 200);
    expect(expectStatus(await second.lookup(searchOf(point)), 200).outcome).toBe('found');

    // Headquarters declares and confirms as well, each with a touch of the own key.
    const [one, other] = [await byPasskey('hq-1'), await byPasskey('hq-2')];
    expectStatus(await one.provePresence(), 200);
    expectStatus(await other.provePresence(), 200);
    const more = await storm.declare(one.person, { target_area: ['131130'] });
    expectStatus(await other.person.post(`/api/v1/declarations/${more.id}/confirm`), 200);
    const without = await house.broker.records(
      `type = 'session.started' and payload like '%"without_identity_provider":true%'`,
    );
    expect(without.length).toBeGreaterThanOrEqual(3);

    // Now the wheeling system too; the witness never was there. No value leaves, and the lift works.
    await wheeling.stop();
    expect(refusalOf(await first.lookup(searchOf(point)))).toEqual([503, 'wheeling_unavailable']);
    await house.broker.moveClock(6 * 60_000);
    const late: Answer = await one.person.post(`${path}/lift`, reason);
    expect(refusalOf(late)).toEqual([403, 'presence_required']);
    expectStatus(await one.provePresence(), 200);
    expect(expectStatus(await one.person.post(`${path}/lift`, reason), 200)['live']).toBe(false);
    expect((await second.credential(grantOf('operator-a-02'))).status).not.toBe(200);
  });
});
