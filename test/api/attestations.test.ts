import { OauthService } from '../../src/credentials/oauth.service.js';
import { AttestationsService } from '../../src/review/attestations.service.js';
import { Prober, type ProbeOutcome } from '../../src/review/prober.js';
import { Broker } from '../harness/broker.js';
import { endingsJob, withoutIntervals } from '../laws/sweep.js';
import { refusalOf } from '../laws/witnesses.js';
import type { Answer } from '../stories/actors.js';
import { expectStatus, type Storm } from '../stories/storm.js';

interface Attestation extends Record<string, unknown> {
  kind: string;
  ordinal: number;
  requested_by: string | null;
  organizations: { organization_id: string; live_grants: number; outside: number }[];
  probes: { tried: number; refused: number; untried: number };
  record_id: string;
}

let broker: Broker;
let storm: Storm;
let retired: string;
beforeAll(async () => {
  broker = withoutIntervals(await Broker.start());
  ({ storm } = broker);
  const first = await storm.declared();
  retired = (await storm.operator('operator-a-01', first.id)).grantId;
  const hq = await storm.person('hq-1');
  expectStatus(await hq.post(`/api/v1/declarations/${first.id}/lift`, { reason: '復旧したため' }), 200);
  await endingsJob(broker).runOnce();
  const second = await storm.declared({ name: '台風25号' });
  await storm.operator('operator-b-01', second.id);
});
afterAll(() => broker.stop());

const asked = async (person = 'auditor-1', key?: string): Promise<Answer> =>
  (await storm.person(person)).post(
    '/api/v1/attestations',
    undefined,
    key === undefined ? {} : { 'idempotency-key': key },
  );
const made = async (key?: string): Promise<Attestation> =>
  expectStatus(await asked('auditor-1', key), 201) as unknown as Attestation;
const proberOf = (): Prober => {
  const found = broker.instances[0]?.app.get<Prober>(Prober, { strict: false });
  if (!found) throw new Error('no prober');
  return found;
};
/** Introspections answered by nobody, `times` times; then as ever. */
const introspectionsBreak = (times: number): { broken: () => number } => {
  const oauth = broker.instances[0]?.app.get(OauthService, { strict: false });
  if (!oauth) throw new Error('no introspection');
  let left = times;
  Object.assign(oauth, {
    introspect: () => {
      left -= 1;
      if (left === 0) Reflect.deleteProperty(oauth, 'introspect');
      return Promise.reject(new Error('Connection terminated unexpectedly'));
    },
  });
  return { broken: () => times - left };
};
const service = (): AttestationsService => {
  const found = broker.instances[0]?.app.get(AttestationsService, { strict: false });
  if (!found) throw new Error('no service');
  return found;
};

describe('an attestation on demand', () => {
  it('is an auditor’s to ask for', async () => {
    for (const person of ['hq-1', 'officer-1', 'compliance-1', 'regulator-1', 'supervisor-a'])
      expect(refusalOf(await asked(person))).toEqual([403, 'role_not_allowed']);
  });

  it('counts each organization, and tries retired credentials, whose refusals are records', async () => {
    const attestation = await made();
    expect(attestation).toMatchObject({ kind: 'on_demand', requested_by: 'auditor-1', live_grants: 1, outside: 0, counted_apart: 1 }); // prettier-ignore
    expect(attestation.organizations).toEqual([
      { organization_id: 'retailer-a', live_grants: 0, outside: 0 },
      { organization_id: 'retailer-b', live_grants: 1, outside: 0 },
    ]);
    expect(attestation.probes).toEqual({ tried: 2, refused: 2, untried: 0 });
    const kept = await broker.database.asOwner<{ record_id: string; target: string }>(
      'select target, record_id from attestation_probe where grant_id = $1 and is_refused order by target',
      [retired],
    );
    const records = await broker.records<{ type: string; decision: string }>('id = any($1)', [
      kept.map((one) => one.record_id),
    ]);
    expect(kept.map(({ target }) => target)).toEqual(['gate', 'introspection']);
    expect(new Set(records.map(({ type, decision }) => `${type} ${decision}`))).toEqual(
      new Set(['probe.gate refuse', 'probe.introspection refuse']),
    );
  });

  it('says what it covers, and what it does not', async () => {
    const { covers, does_not_cover: not } = await made();
    expect(
      (covers as { system: string; how: string }[]).map(({ system, how }) => `${system} ${how}`),
    ).toEqual(['gate probed', 'introspection probed', 'evaluation by_the_gate', 'wheeling by_the_gate']);
    expect(not).toEqual(['小売電気事業者各社の顧客管理システム', '一般送配電事業者のほかのシステム']);
  });

  it('stands beside the daily one, as often as it is asked for, and once for a key', async () => {
    expect(await service().daily()).toBe(true);
    expect(await service().daily()).toBe(false);
    const [one, again] = [await made('once'), await made('once')];
    expect(again).toEqual(one);
    const auditor = await storm.person('regulator-1');
    const page = expectStatus(await auditor.get<{ items: Attestation[] }>('/api/v1/attestations'), 200);
    expect(page.items.map(({ kind, ordinal }) => `${ordinal} ${kind}`)).toEqual([
      '4 on_demand',
      '3 daily',
      '2 on_demand',
      '1 on_demand',
    ]);
  });

  it('tries again what could not be tried, and cries no alarm over what still cannot be', async () => {
    const once = introspectionsBreak(1);
    expect((await made()).probes).toEqual({ tried: 2, refused: 2, untried: 0 });
    expect(once.broken()).toBe(1);

    const twice = introspectionsBreak(2);
    const attestation = await made();
    expect(twice.broken()).toBe(2);
    expect(attestation.probes).toEqual({ tried: 1, refused: 1, untried: 1 });
    const [record] = await broker.records<{ payload: string }>('id = $1', [attestation.record_id]);
    expect(JSON.parse(record?.payload ?? '{}')).toMatchObject({ details: { unrefused: [], untried: [retired] } }); // prettier-ignore
    expect(broker.log.lines.filter((line) => line.includes('ALARM: retired'))).toEqual([]);
    expect(broker.log.lines.filter((line) => line.includes(`could not be tried (introspection): Connection terminated`))).toHaveLength(3); // prettier-ignore
    // No certificate is taken back by it.
    expect(await broker.database.asOwner('select from exposure')).toEqual([]);
  });

  it('raises an alarm when a retired credential is not refused, and names the exposure', async () => {
    const prober = proberOf();
    const tryAll = prober.tryAll.bind(prober);
    // A gate that stands open.
    Object.assign(prober, {
      tryAll: async (dead: Parameters<typeof tryAll>[0]): Promise<ProbeOutcome[]> =>
        (await tryAll(dead)).map((outcome) =>
          outcome.target === 'gate' ? { ...outcome, code: null, fault: 'permitted' } : outcome,
        ),
    });
    const attestation = await made();
    Object.assign(prober, { tryAll });
    expect(attestation.probes).toEqual({ tried: 2, refused: 1, untried: 0 });
    expect(broker.log.lines.filter((line) => line.includes(`ALARM: retired credentials not refused: ${retired}`))).toHaveLength(1); // prettier-ignore
    const [record] = await broker.records<{ payload: string }>('id = $1', [attestation.record_id]);
    expect(JSON.parse(record?.payload ?? '{}')).toMatchObject({ details: { unrefused: [retired] } });
    const exposures = await broker.database.asOwner('select what from exposure where grant_id = $1', [
      retired,
    ]);
    expect(exposures).toEqual([{ what: 'permitted' }]);
    // It goes when the credential is refused again.
    await endingsJob(broker).runOnce();
    expect(await broker.database.asOwner('select from exposure where resolved_at is null')).toEqual([]);
  });
});
