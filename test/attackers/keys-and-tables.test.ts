import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { CheckpointSigner } from '../../src/ledger/note.js';
import { jwkThumbprint, parseTerminalKey } from '../../src/contract/terminal-key.js';
import { Broker } from '../harness/broker.js';
import { Operator, send, type Answer } from '../stories/actors.js';
import { Officers } from '../stories/officers.js';
import { expectStatus, type SamplePoint } from '../stories/storm.js';
import { forge, replay } from '../laws/forgery.js';
import { plantCredential, signedByUs } from '../laws/planted.js';
import { darkPoints, refusalOf, ResourceServer, searchOf } from '../laws/witnesses.js';

let broker: Broker;
let declarationId: string;
let point: SamplePoint;

beforeAll(async () => {
  broker = await Broker.start({ instances: 2 });
  declarationId = (await broker.storm.declared()).id;
  point = (await darkPoints(broker))[0] as SamplePoint;
});
afterAll(() => broker.stop());

describe('the database administrator', () => {
  it('brings back no grant that ended: the comparison with the ledger denies it', async () => {
    const { operator, grantId } = await broker.storm.operator('operator-a-01', declarationId);
    await operator.person.post(`/api/v1/grants/${grantId}/hand-back`);
    await forge(broker, 'access_grant', 'update access_grant set handed_back_at = null where id = $1', [
      grantId,
    ]);
    const auditor = await broker.storm.person('auditor-1');
    const { open } = await replay(broker, auditor);
    expect(open.some((line) => line.startsWith(`grant ${grantId}`))).toBe(true);
    expect((await operator.lookup(searchOf(point))).status).not.toBe(200);
    expect((await operator.credential(grantId)).status).not.toBe(200);
  });

  it('plants no credential: its row has no record, and is denied once compared', async () => {
    const { operator, grantId, terminalId } = await broker.storm.operator('operator-a-02', declarationId);
    await operator.person.post('/oauth/revoke', { token: operator.token });
    await broker.database.asOwner('delete from credential where grant_id = $1', [grantId]);
    await plantCredential(broker, { operator, grantId, terminalId }, broker.now());
    await replay(broker, await broker.storm.person('auditor-1'));
    expect((await operator.lookup(searchOf(point))).status).not.toBe(200);
  });

  it('lengthens no count and shortens no hour for the service: its role may not', async () => {
    const { operator } = await broker.storm.operator('operator-a-03', declarationId);
    expectStatus(await operator.lookup(searchOf(point)), 200);
    const statements = [
      `update lookup_count set lookups = 1`,
      `update session set expires_at = expires_at + interval '1 hour'`,
      `delete from record`,
      `update person set has_conflict = false where id = 'operator-a-38'`,
    ];
    const { triedAsApp } = await import('../laws/as-role.js');
    for (const outcome of await triedAsApp(broker, statements)) expect(outcome).not.toBe('done');
    const [person] = await broker.database.asOwner(
      `select has_conflict from person where id = 'operator-a-38'`,
    );
    expect(person).toEqual({ has_conflict: true });
  });

  it('moves no clock unseen: no data leaves by another clock than the one that was shipped', async () => {
    const shipped = await Broker.start({ acceptMovedClock: false });
    try {
      const declaration = await shipped.storm.declared();
      const { operator } = await shipped.storm.operator('operator-a-01', declaration.id);
      const [dark] = await darkPoints(shipped);
      expect((await operator.lookup(searchOf(dark as SamplePoint))).status).toBe(200);
      await shipped.moveClock(1_000);
      expect(refusalOf(await operator.lookup(searchOf(dark as SamplePoint)))).toEqual([
        503,
        'clock_replaced',
      ]);
    } finally {
      await shipped.stop();
    }
  });

  it('what remains: until the comparison of that minute, a forged row can stand; it is found by its name then', async () => {
    const auditor = await broker.storm.person('auditor-1');
    const officers = new Officers(broker.storm);
    await forge(broker, 'person', `update person set has_conflict = false where id = 'operator-a-38'`);
    const { open } = await replay(broker, auditor);
    expect(open.some((line) => line.startsWith('person operator-a-38'))).toBe(true);
    const call = await broker.storm.called(declarationId);
    const { results } = await broker.storm.nominated(call.id, ['operator-a-38']);
    expect(results[0]?.verdict).toBe('refused');
    await forge(broker, 'person', `update person set has_conflict = true where id = 'operator-a-38'`);
    expect(await officers.shown('people', 'operator-a-38')).toMatchObject({ has_conflict: true });
  });
});

describe('the holder of the signing keys', () => {
  it('signs a token for any live grant, and it opens nothing, on no instance', async () => {
    const { operator, grantId, terminalId } = await broker.storm.operator('operator-a-05', declarationId);
    const held = { operator, grantId, terminalId };
    const forger = new Operator(operator.person, operator.terminal);
    forger.token = await signedByUs(broker, held, broker.now());
    for (const instance of broker.instances) {
      const call = { id: 'call-1', direction: 'inbound', started_at: broker.storm.in(0) };
      const body = { call, purpose: 'outage_enquiry', search: searchOf(point) };
      const answer = await forger.data('/api/v1/lookups', body, instance.address);
      expect(refusalOf(answer)).toEqual([401, 'credential_superseded']);
    }
    const server = new ResourceServer(broker.url);
    expect((await server.introspect(forger.token)).body).toEqual({ active: false });
    expect((await server.evaluate(forger.token, point)).body.decision).toBe(false);
  });

  it('does not put another terminal’s key into a token that was issued', async () => {
    const { operator, grantId, terminalId } = await broker.storm.operator('operator-a-06', declarationId);
    const { terminal } = await broker.storm.enrolled();
    const [row] = await broker.database.asOwner<{ jti: string }>(
      'select jti from credential where grant_id = $1',
      [grantId],
    );
    const jkt = jwkThumbprint(parseTerminalKey(terminal.jwk));
    const elsewhere = new Operator(operator.person, terminal);
    elsewhere.token = await signedByUs(broker, { operator, grantId, terminalId }, broker.now(), {
      jti: row?.jti ?? '',
      jkt,
    });
    expect(refusalOf(await elsewhere.lookup(searchOf(point)))).toEqual([401, 'invalid_token']);
  });

  it('does not sign tokens by the key of the checkpoints, nor by a stranger’s', async () => {
    const [instance] = broker.instances;
    const signer = instance?.app.get(CheckpointSigner);
    const published = await send<{ keys: { kid: string; x: string }[] }>(
      `${broker.url}/.well-known/jwks.json`,
      'GET',
    );
    const ledgerKey = Buffer.from(signer?.vkey.split('+').at(-1) ?? '', 'base64').subarray(1);
    expect(published.body.keys.map(({ x }) => x)).not.toContain(ledgerKey.toString('base64url'));
    const { SignJWT } = await import('jose');
    const own = createPrivateKey(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
    const kid = published.body.keys[0]?.kid ?? '';
    const token = await new SignJWT({ sub: 'operator-a-01' })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
      .sign(own);
    const answer: Answer = await send(
      `${broker.url}/api/v1/lookups`,
      'POST',
      {},
      { authorization: `DPoP ${token}` },
    );
    expect(refusalOf(answer)).toEqual([401, 'invalid_token']);
  });

  it('what remains: checkpoints of a rewritten ledger can be signed; whoever kept an older one sees it', async () => {
    const kept = await send(`${broker.url}/ledger/checkpoint`, 'GET');
    expect(kept.status).toBe(200);
    // What that older checkpoint proves is test/ledger/witness.test.ts and verify --from; here: the broker hands it to anybody.
    expect(JSON.stringify(kept.body)).toContain(
      broker.instances[0]?.app.get(CheckpointSigner).vkey.split('+')[0],
    );
    expectStatus(await send(`${broker.url}/ledger/vkey`, 'GET'), 200);
  });
});
