import { Authenticator, type Lies } from '../harness/authenticator.js';
import { Broker } from '../harness/broker.js';
import { SQLSTATE, triedAsApp } from '../laws/as-role.js';
import { refusalOf } from '../laws/witnesses.js';
import { Person, send, type Answer } from '../stories/actors.js';
import { PasskeyHolder, type Passkey } from '../stories/passkey-holder.js';
import { expectStatus, type Storm } from '../stories/storm.js';

const MINUTE = 60_000;

describe('passkeys', () => {
  let broker: Broker;
  let storm: Storm;
  beforeAll(async () => {
    broker = await Broker.start({ instances: 2 });
    ({ storm } = broker);
  });
  afterAll(() => broker.stop());

  const holder = async (personId: string, options = {}): Promise<PasskeyHolder> =>
    PasskeyHolder.at(await storm.person(personId), options);
  const propose = async (id: string, by = 'officer-1'): Promise<Answer> =>
    (await storm.person(by)).post(`/api/v1/passkeys/${id}/propose`);
  const confirm = async (change: unknown, by = 'officer-2'): Promise<Answer> =>
    (await storm.person(by)).post(`/api/v1/changes/${String(change)}/confirm`);
  const enrolled = async (personId: string, options = {}): Promise<PasskeyHolder & { id: string }> => {
    const one = await holder(personId, options);
    const { id } = expectStatus(await one.show(), 201);
    const { change_id: change } = expectStatus(await propose(id), 202);
    expectStatus(await confirm(change), 200);
    return Object.assign(one, { id });
  };
  const listed = async (id: string, query = '', by = 'officer-1'): Promise<Passkey | undefined> => {
    const reader = await storm.person(by);
    const path = `/api/v1/passkeys?limit=100${query}`;
    return expectStatus(await reader.get<{ items: Passkey[] }>(path), 200).items.find((one) => one.id === id);
  };
  const revoke = async (id: string, by: string): Promise<Answer> =>
    (await storm.person(by)).post(`/api/v1/passkeys/${id}/revoke`, { reason: '紛失しました' });
  const isSignedIn = async (person: Person): Promise<boolean> =>
    (await person.get('/api/v1/session')).status === 200;

  describe('enrolment', () => {
    it('offers what WebAuthn asks for: discoverable, verified, without attestation, three algorithms', async () => {
      const offered = await (await holder('hq-1')).offered();
      expect(offered).toMatchObject({
        rp: { id: '127.0.0.1', name: '貸鍵' },
        user: { name: 'hq-1', displayName: '本部 一郎' },
        attestation: 'none',
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ alg, type: 'public-key' })),
      });
      // What the authenticator files a person under is no name.
      const { user } = offered as { user: { id: string } };
      expect(Buffer.from(user.id, 'base64url').toString('latin1')).not.toContain('hq-1');
    });

    it('takes a person who shows, an officer who proposes, and another who confirms', async () => {
      const one = await holder('hq-1');
      const shown = expectStatus(await one.show(), 201);
      expect(shown).toMatchObject({
        person_id: 'hq-1',
        state: 'waiting',
        label: '黒いキー',
        is_synced: false,
      });
      expect(refusalOf(await one.signIn())).toEqual([403, 'passkey_not_confirmed']);
      expect(await listed(shown.id, '&state=waiting')).toMatchObject({ state: 'waiting' });

      const { change_id: change } = expectStatus(await propose(shown.id), 202);
      const changes = await (
        await storm.person('officer-2')
      ).get<{ items: { id: string }[] }>('/api/v1/changes');
      expect(changes.body.items.find((item) => item.id === change)).toMatchObject({
        kind: 'passkey.enrol',
        difference: expect.arrayContaining([
          { field: 'fingerprint', before: null, after: shown.fingerprint },
          { field: 'person_id', before: null, after: 'hq-1' },
        ]) as object,
      });
      expect(refusalOf(await one.signIn())).toEqual([403, 'passkey_not_confirmed']);
      expect(expectStatus(await confirm(change), 200)).toEqual({
        resource: { type: 'passkey', id: shown.id },
      });

      expect(expectStatus(await one.signIn(), 200)).toMatchObject({ person: { id: 'hq-1' } });
      expect(await listed(shown.id, '&person=hq-1')).toMatchObject({ state: 'active', change_id: change });
      const types = ['passkey.shown', 'change.proposed', 'change.confirmed', 'passkey.enrolled'];
      const records = await broker.records<{ type: string }>(`type = any($1) and payload like $2`, [
        types,
        `%${shown.id}%`,
      ]);
      expect(new Set(records.map(({ type }) => type))).toEqual(new Set(types));
      // A label may tell of a person: it is sealed.
      expect(JSON.stringify(records)).not.toContain('黒いキー');
    });

    it('is confirmed by nobody for themselves, neither step of it', async () => {
      const own = expectStatus(await (await holder('officer-1')).show(), 201);
      expect(refusalOf(await propose(own.id, 'officer-1'))).toEqual([403, 'same_person']);
      const { change_id: change } = expectStatus(await propose(own.id, 'officer-2'), 202);
      expect(refusalOf(await confirm(change, 'officer-1'))).toEqual([403, 'same_person']);
      expect(refusalOf(await confirm(change, 'officer-2'))).toEqual([403, 'same_person']);
      expectStatus(await confirm(change, 'hq-1'), 200);
    });

    it.each<[string, Lies]>([
      ['another origin', { origin: 'https://kashikagi.evil.example' }],
      ['another RP ID', { rpId: 'evil.example' }],
      ['a user who was not verified', { isUserUnverified: true }],
      ['a challenge that was never made', { challenge: 'A'.repeat(43) }],
      ['an answer to the other ceremony', { type: 'webauthn.get' }],
    ])('refuses %s', async (_, lies) => {
      expect(refusalOf(await (await holder('hq-2')).show(lies))).toEqual([401, 'passkey_refused']);
    });

    it('takes each challenge once, from whom it was given to, within five minutes', async () => {
      const one = await holder('hq-2');
      const response = one.authenticator.create(await one.offered());
      const show = (by: PasskeyHolder): Promise<Answer> =>
        by.person.post('/api/v1/passkeys', { response, label: '鍵' });
      expect(refusalOf(await show(await holder('hq-3')))).toEqual([401, 'passkey_refused']);
      expectStatus(await show(one), 201);
      expect(refusalOf(await show(one))).toEqual([401, 'passkey_refused']);

      const late = one.authenticator.create(await one.offered());
      await broker.moveClock(5 * MINUTE);
      expect(refusalOf(await one.person.post('/api/v1/passkeys', { response: late, label: '鍵' }))).toEqual([
        401,
        'passkey_refused',
      ]);
    });

    it('waits for a day, and takes one credential once', async () => {
      const one = await holder('hq-3');
      const stale = expectStatus(await one.show(), 201);
      await broker.moveClock(24 * 60 * MINUTE);
      expect(refusalOf(await propose(stale.id))).toEqual([404, 'not_found']);
      expect(await listed(stale.id, '&person=hq-3')).toMatchObject({ state: 'lapsed' });

      const again = PasskeyHolder.at(await storm.person('hq-3'));
      const first = expectStatus(await again.show(), 201);
      const twin = expectStatus(await again.show(), 201);
      const { change_id: change } = expectStatus(await propose(first.id), 202);
      const { change_id: late } = expectStatus(await propose(twin.id), 202);
      expectStatus(await confirm(change), 200);
      expect(refusalOf(await confirm(late))).toEqual([409, 'passkey_taken']);
      expect(refusalOf(await propose(twin.id))).toEqual([409, 'passkey_taken']);
      expect(refusalOf(await again.show())).toEqual([409, 'passkey_taken']);
      const { excludeCredentials } = (await again.offered()) as { excludeCredentials: { id: string }[] };
      expect(excludeCredentials.map(({ id }) => id)).toEqual([again.authenticator.credentialId]);
    });

    it('shows a person the own, and officers and auditors those of a person', async () => {
      const one = await enrolled('supervisor-b');
      expect(await listed(one.id, '', 'supervisor-b')).toMatchObject({ state: 'active' });
      expect(await listed(one.id, '', 'hq-1')).toBeUndefined();
      expect(await listed(one.id, '&person=supervisor-b', 'auditor-1')).toMatchObject({ state: 'active' });
      const stranger = await storm.person('supervisor-a');
      for (const query of ['person=supervisor-b', 'state=waiting'])
        expect(refusalOf(await stranger.get(`/api/v1/passkeys?${query}`))).toEqual([403, 'role_not_allowed']);
    });
  });

  describe('signing in', () => {
    it('opens a session that is stepped up, and is on record as without the identity provider', async () => {
      const one = await enrolled('hq-1');
      await broker.moveClock(MINUTE);
      expectStatus(await one.signIn(), 200);
      const started = await broker.records<{ payload: string }>(
        `type = 'session.started' and person_id = 'hq-1'`,
      );
      expect(JSON.parse(started.at(-1)?.payload ?? '{}')).toMatchObject({
        details: { method: 'passkey', stepped_up: true, without_identity_provider: true },
      });
      expect(await storm.declare(one.person)).toMatchObject({ live: true });
      expect(await listed(one.id, '&person=hq-1')).toMatchObject({
        last_used_at: expect.any(String) as string,
      });
    });

    it.each<[string, Lies]>([
      ['another origin', { origin: 'https://kashikagi.evil.example' }],
      ['another port of the same host', { origin: 'http://127.0.0.1:1' }],
      ['another RP ID', { rpId: 'evil.example' }],
      ['a user who was not verified', { isUserUnverified: true }],
      ['a challenge that was never made', { challenge: 'A'.repeat(43) }],
      ['an answer to the other ceremony', { type: 'webauthn.create' }],
      ['a signature that was tampered with', { isTampered: true }],
      ['the handle of another person', { userHandle: Buffer.from('hq-2').toString('base64url') }],
    ])('refuses %s, and says no more than that', async (_, lies) => {
      const one = await enrolled('hq-1');
      const before = await broker.records(`person_id = 'hq-1'`);
      const refused = await one.signIn(lies);
      expect(refusalOf(refused)).toEqual([401, 'passkey_refused']);
      expect(refused.headers.getSetCookie()).toEqual([]);
      expect(await broker.records(`person_id = 'hq-1'`)).toHaveLength(before.length);
      expectStatus(await one.signIn(), 200);
    });

    it('refuses a credential that nobody has shown, and one that signs for another’s', async () => {
      const one = await enrolled('hq-1');
      const stranger = new Authenticator(broker.url);
      expect(refusalOf(await one.answerSignIn(stranger.get(await one.signInOptions())))).toEqual([
        401,
        'passkey_refused',
      ]);
      const answer = stranger.get(await one.signInOptions());
      const { credentialId: id } = one.authenticator;
      expect(refusalOf(await one.answerSignIn({ ...answer, id, rawId: id }))).toEqual([
        401,
        'passkey_refused',
      ]);
    });

    it('is not kept from somebody by another who shows the same credential id', async () => {
      const one = await enrolled('hq-1');
      const thief = await holder('supervisor-a');
      Object.assign(thief.authenticator, { id: one.authenticator.id });
      expect(refusalOf(await thief.show())).toEqual([409, 'passkey_taken']);
      expectStatus(await one.signIn(), 200);
    });

    it('takes an answer once, on whichever instance, and within five minutes', async () => {
      const one = await enrolled('hq-1');
      const response = one.authenticator.get(await one.signInOptions());
      const addresses = broker.instances.map(({ address }) => address);
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, n) =>
          send(`${addresses[n % 2]}/api/v1/session/passkey`, 'POST', { response }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);

      const late = one.authenticator.get(await one.signInOptions());
      await broker.moveClock(5 * MINUTE);
      expect(refusalOf(await one.answerSignIn(late))).toEqual([401, 'passkey_refused']);
      // A wrong answer uses the challenge up as well.
      const options = await one.signInOptions();
      expect((await one.answerSignIn(one.authenticator.get(options, { isTampered: true }))).status).toBe(401);
      expect((await one.answerSignIn(one.authenticator.get(options))).status).toBe(401);
      // A challenge for presence signs nobody in.
      const presence = await one.presenceOptions();
      expect((await one.answerSignIn(one.authenticator.get(presence))).status).toBe(401);
    });

    it('keeps no challenge for longer than it can be answered', async () => {
      const one = await holder('hq-2');
      await broker.moveClock(10 * MINUTE);
      for (let n = 0; n < 30; n += 1) await one.signInOptions();
      await broker.moveClock(10 * MINUTE);
      for (let n = 0; n < 30; n += 1) await one.signInOptions();
      const [row] = await broker.database.asOwner<{ dead: string }>(
        `select count(*) as dead from passkey_challenge where expires_at <= broker_now()`,
      );
      expect(row?.dead).toBe('0');
    });

    it('suspends a passkey whose counter goes back, with its sessions, once and for all', async () => {
      const one = await enrolled('hq-3');
      expectStatus(await one.signIn({ counter: 7 }), 200);
      expect(await isSignedIn(one.person)).toBe(true);
      // Whoever has no key suspends nobody's passkey.
      expect(refusalOf(await one.signIn({ counter: 3, isTampered: true }))).toEqual([401, 'passkey_refused']);
      expect(refusalOf(await one.signIn({ counter: 7 }))).toEqual([403, 'passkey_cloned']);
      expect(await isSignedIn(one.person)).toBe(false);
      expect(refusalOf(await one.signIn({ counter: 9 }))).toEqual([403, 'passkey_ended']);
      expect(await listed(one.id, '&person=hq-3')).toMatchObject({ state: 'suspended' });
      const [record] = await broker.records<{ payload: string; decision: string; code: string }>(
        `type = 'passkey.suspended' and person_id = 'hq-3'`,
      );
      expect(record).toMatchObject({ decision: 'done', code: 'passkey_cloned' });
      expect(JSON.parse(record?.payload ?? '{}')).toMatchObject({
        details: { passkey: one.id, known_counter: 7, shown_counter: 7, ended_sessions: 1 },
      });
    });

    it('takes passkeys that never count, as synced ones do', async () => {
      const one = await enrolled('hq-2', { isSynced: true });
      expect(await listed(one.id, '&person=hq-2')).toMatchObject({ is_synced: true });
      for (let n = 0; n < 3; n += 1) expectStatus(await one.signIn(), 200);
    });
  });

  describe('the end of a passkey', () => {
    it('comes by one word of its person or of an officer, at once, with the sessions that stand on it', async () => {
      for (const by of ['auditor-1', 'officer-1']) {
        const one = await enrolled('auditor-1');
        expectStatus(await one.signIn(), 200);
        const other = await storm.person('auditor-1');
        expect(refusalOf(await revoke(one.id, 'hq-1'))).toEqual([404, 'not_found']);
        expect(expectStatus(await revoke(one.id, by), 200)).toMatchObject({ state: 'revoked' });
        expect([by, await isSignedIn(one.person), await isSignedIn(other)]).toEqual([by, false, true]);
        expect(refusalOf(await one.signIn())).toEqual([403, 'passkey_ended']);
        expectStatus(await revoke(one.id, by), 200);
        expect(await broker.records(`type = 'passkey.revoked' and payload like '%${one.id}%'`)).toHaveLength(
          1,
        );
        const refused = await broker.records(`type = 'passkey.refused' and payload like '%${one.id}%'`);
        expect(refused).toMatchObject([
          { decision: 'refuse', code: 'passkey_ended', person_id: 'auditor-1' },
        ]);
      }
    });

    it('is known for any past instant', async () => {
      const one = await enrolled('compliance-1');
      const alive = encodeURIComponent(storm.in(0));
      await broker.moveClock(MINUTE);
      expectStatus(await revoke(one.id, 'compliance-1'), 200);
      const query = '&person=compliance-1';
      expect(await listed(one.id, `${query}&as_of=${alive}`)).toMatchObject({ state: 'active' });
      expect(await listed(one.id, query)).toMatchObject({ state: 'revoked' });
    });

    it('comes with its person’s leaving, and is not undone by their coming back', async () => {
      const one = await enrolled('supervisor-b');
      expectStatus(await one.signIn(), 200);
      const retire = '/api/v1/people/supervisor-b/retire';
      const { change_id: change } = expectStatus(await (await storm.person('officer-1')).post(retire), 202);
      expectStatus(await confirm(change), 200);
      expect(await isSignedIn(one.person)).toBe(false);
      expect(refusalOf(await one.signIn())).toEqual([403, 'passkey_ended']);
      await broker.database.asOwner(
        `update person set left_at = null, change_id = null where id = 'supervisor-b'`,
      );
      expect(refusalOf(await one.signIn())).toEqual([403, 'passkey_ended']);
    });
  });

  describe('presence', () => {
    it('is proved by a passkey of one’s own, and turns the session over', async () => {
      const one = await enrolled('hq-1');
      expectStatus(await one.signIn(), 200);
      await broker.moveClock(6 * MINUTE);
      const declare = (): Promise<Answer> => one.person.post('/api/v1/declarations', storm.declarationBody());
      expect(refusalOf(await declare())).toEqual([403, 'presence_required']);
      const before = Object.assign(new Person(broker.url, 'hq-1'), one.person);
      expectStatus(await one.provePresence(), 200);
      expectStatus(await declare(), 201);
      expect(await isSignedIn(before)).toBe(false);
      expectStatus(await revoke(one.id, 'hq-1'), 200);
      expect(await isSignedIn(one.person)).toBe(false);
    });

    it('is not proved by another’s passkey, nor by a challenge that another was given', async () => {
      const [one, other] = [await enrolled('hq-1'), await enrolled('hq-2')];
      expectStatus(await one.signIn(), 200);
      const crossed = other.authenticator.get(await one.presenceOptions());
      expect(refusalOf(await one.answerPresence(crossed))).toEqual([401, 'passkey_refused']);
      const borrowed = one.authenticator.get(await other.presenceOptions());
      expect(refusalOf(await one.answerPresence(borrowed))).toEqual([401, 'passkey_refused']);
      // What was made for another purpose is good for that alone, also for the same person.
      const { challenge } = (await one.offered()) as { challenge: string };
      const toEnrol = one.authenticator.get(await one.presenceOptions(), { challenge });
      expect(refusalOf(await one.answerPresence(toEnrol))).toEqual([401, 'passkey_refused']);
      const signIn = one.authenticator.get(await one.signInOptions());
      expect(refusalOf(await one.answerPresence(signIn))).toEqual([401, 'passkey_refused']);
      expectStatus(await one.provePresence(), 200);
    });

    it('asks nothing of who has no passkey', async () => {
      const one = await holder('operator-b-01');
      expect(refusalOf(await one.person.post('/api/v1/session/presence/options'))).toEqual([
        409,
        'no_passkey',
      ]);
    });
  });

  it('are made, revived and handed on by nobody’s SQL', async () => {
    const one = await enrolled('hq-1');
    const waiting = expectStatus(await (await holder('hq-2')).show(), 201);
    expectStatus(await revoke(one.id, 'hq-1'), 200);
    const insert = `insert into passkey (id, person_id, credential_hash, public_key, label, change_id)`;
    expect(
      await triedAsApp(broker, [
        `${insert} select id, person_id, credential_hash, public_key, label, null from passkey_request where id = '${waiting.id}'`,
        `${insert} select r.id, r.person_id, r.credential_hash, r.public_key, r.label, k.change_id
           from passkey_request r, passkey k where r.id = '${waiting.id}' and k.id = '${one.id}'`,
        `update passkey set revoked_at = null, revoked_by = null, revoke_reason = null where id = '${one.id}'`,
        `update passkey set public_key = '\\x00' where id = '${one.id}'`,
        `update passkey_request set public_key = '\\x00' where id = '${waiting.id}'`,
        `update passkey_use set sign_count = sign_count - 1 where passkey_id = '${one.id}' and sign_count > 0`,
        `delete from passkey where id = '${one.id}'`,
      ]),
    ).toEqual([
      SQLSTATE.restrict,
      SQLSTATE.restrict,
      SQLSTATE.restrict,
      SQLSTATE.insufficientPrivilege,
      SQLSTATE.insufficientPrivilege,
      'done',
      SQLSTATE.insufficientPrivilege,
    ]);
  });

  it('agree with the ledger, and open nothing where they do not', async () => {
    const auditor = await storm.person('auditor-1');
    const compare = async (): Promise<{ open: number }> =>
      expectStatus(await auditor.post<{ open: number }>('/api/v1/replays'), 201);
    const one = await enrolled('regulator-1');
    expectStatus(await one.signIn(), 200);
    // The tests above moved rows as the owner; what they left stands open, and nothing of a passkey.
    await compare();
    const ofPasskeys = `select what from mismatch where resource_type = 'passkey' and cleared_at is null`;
    expect(await broker.database.asOwner(ofPasskeys)).toEqual([]);

    await broker.database.asOwner(`alter table passkey disable trigger user`);
    await broker.database.asOwner(`update passkey set label = '別の鍵' where id = '${one.id}'`);
    await broker.database.asOwner(`alter table passkey enable trigger user`);
    await compare();
    expect(await broker.database.asOwner(ofPasskeys)).toEqual([{ what: 'label' }]);
    expect(refusalOf(await one.signIn())).toEqual([403, 'record_mismatch']);
  });
});
