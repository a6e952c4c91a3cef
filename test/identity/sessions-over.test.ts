import { SessionsSweepJob } from '../../src/identity/sessions-sweep.job.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { expectStatus } from '../stories/storm.js';
import { Browser } from './browser.js';
import { codeOf, IdentityHouse } from './house.js';

const HOUR = 3_600_000;

let house: IdentityHouse;
beforeAll(async () => {
  house = await IdentityHouse.open();
}, 120_000);
afterAll(() => house.close(), 120_000);

describe('sessions that are over', () => {
  const count = async (): Promise<number> =>
    (await house.broker.database.asOwner('select 1 from session')).length;
  const sweep = async (): Promise<number> =>
    (await house.broker.instances[0]?.app.get(SessionsSweepJob, { strict: false }).runOnce()) ?? -1;

  it('are kept for a day, whoever asks, and taken back then; what lives stays', async () => {
    const passkey = { personId: 'hq-1', method: 'passkey', steppedUp: false } as const;
    const first = await house.session(passkey);
    const second = await house.session({ ...passkey, steppedUp: true, replaces: first.started.id });
    await house.call(second.browser, 'DELETE', '/api/v1/session');
    await house.session({ ...passkey, personId: 'hq-2' });
    expect(await sweep()).toBe(0);
    expect(await triedAsApp(house.broker, ['delete from session'])).toEqual([SQLSTATE.restrict]);

    // Expired after twelve hours, over for a day after thirty-six.
    await house.broker.moveClock(35 * HOUR);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
    expect(await count()).toBe(1);
    await house.broker.moveClock(2 * HOUR);
    const { browser: alive } = await house.session(passkey);
    expect(await sweep()).toBe(1);
    expect(await count()).toBe(1);
    expect((await house.call(alive, 'GET', '/api/v1/session')).status).toBe(200);
    await house.broker.moveClock(-37 * HOUR);
  });

  it('are kept as long as a way to a provider names them', async () => {
    const { browser, started } = await house.session({
      personId: 'hq-3',
      method: 'passkey',
      steppedUp: false,
    });
    await browser.walk(house.signInUrl('utility', '?step_up=1'), 'nobody', (url) => url.includes('/auth'));
    await house.call(browser, 'DELETE', '/api/v1/session');
    await house.broker.moveClock(37 * HOUR);
    await sweep();
    const [kept] = await house.broker.database.asOwner('select 1 from session where id = $1', [started.id]);
    expect(kept).toBeDefined();
    await house.broker.moveClock(-37 * HOUR);
  });
});

describe('a mapping that is not what the ledger says', () => {
  it('lets nobody in, and the refusal is on record', async () => {
    const mapping = await house.map('hq-2', 'utility', 'E-niko');
    await house.signedIn('niko');
    await house.broker.database.asOwner(`alter table person_identity disable trigger user`);
    await house.broker.database.asOwner(`update person_identity set subject = 'E-thief' where id = $1`, [
      mapping,
    ]);
    await house.broker.database.asOwner(`alter table person_identity enable trigger user`);

    // Until the comparison has run, the forged mapping is what stands; from then on it opens nothing.
    const auditor = await house.person('auditor-1');
    expectStatus(await auditor.post('/api/v1/replays'), 201);
    const seen = await new Browser().walk(house.signInUrl('utility'), 'thief');
    expect([seen.status, codeOf(seen.text)]).toEqual([403, 'record_mismatch']);
    const refused = await house.broker.records(`type = 'session.refused' and code = 'record_mismatch'`);
    expect(refused).toHaveLength(1);
    const started = await house.broker.records(
      `type = 'session.started' and person_id = 'hq-2' and payload like '%"oidc"%'`,
    );
    expect(started).toHaveLength(1);
  });
});
